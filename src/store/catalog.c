/*
 * catalog.c
 *		Look-ups in the server's own catalogs.
 *
 * OIDs are kept for the hot path and forgotten at the first invalidation that
 * could concern them, so that DROP and CREATE EXTENSION, REINDEX CONCURRENTLY
 * and a restore in the same session are seen.
 */
#include "compat.h"

#include "store/catalog.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define CATALOG_SCHEMA "enclave"

static const char *const relation_names[CATALOG_RELATIONS] = {
	"users",
	"users_pkey",
	"access_tokens",
	"access_tokens_digest_key",
	"sessions",
	"sessions_pkey",
	"sessions_digest_key",
	"session_marks",
	"session_marks_pkey",
	"key_store",
	"limit_definitions",
	"limit_definitions_pkey",
};

static Oid	relation_oids[CATALOG_RELATIONS];

static void
forget_relations(Datum arg, Oid relation)
{
	(void) arg;
	for (int i = 0; i < CATALOG_RELATIONS; i++)
	{
		if (relation == InvalidOid || relation == relation_oids[i])
		{
			memset(relation_oids, 0, sizeof(relation_oids));
			return;
		}
	}
}

/* The OID, or InvalidOid when the extension is not there. */
static Oid
find_relation(CatalogRelation relation)
{
	static bool listening = false;
	Oid			schema;

	if (OidIsValid(relation_oids[relation]))
		return relation_oids[relation];

	if (!listening)
	{
		CacheRegisterRelcacheCallback(forget_relations, (Datum) 0);
		listening = true;
	}

	schema = get_namespace_oid(CATALOG_SCHEMA, true);
	if (OidIsValid(schema))
		relation_oids[relation] = get_relname_relid(relation_names[relation], schema);
	return relation_oids[relation];
}

Oid
catalog_relation(CatalogRelation relation)
{
	Oid			found = find_relation(relation);

	if (!OidIsValid(found))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s.%s\" does not exist", CATALOG_SCHEMA,
						relation_names[relation]),
				 errhint("Run CREATE EXTENSION enclave in this database.")));
	return found;
}

Oid
catalog_incarnation(void)
{
	return find_relation(CATALOG_USERS);
}

bool
catalog_hold(Oid incarnation)
{
	if (!OidIsValid(incarnation))
		return false;
	LockRelationOid(incarnation, AccessShareLock);
	return catalog_incarnation() == incarnation;
}

Oid
catalog_owner(void)
{
	Oid			users = catalog_relation(CATALOG_USERS);
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(users));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", users);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/*
 * Looked up without asking for rights on the schema: the question is about
 * the function.
 */
static bool
caller_may_execute(const char *name, const Oid *types, int count)
{
	Oid			schema = get_namespace_oid(CATALOG_SCHEMA, false);
	oidvector  *arguments = buildoidvector(types, count);
	Oid			function = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
										   CStringGetDatum(name),
										   PointerGetDatum(arguments),
										   ObjectIdGetDatum(schema));

	return OidIsValid(function) && compat_may_execute(function, GetOuterUserId()) &&
		compat_may_execute(function, GetUserId());
}

bool
catalog_caller_is_trusted(void)
{
	static const Oid types[] = {INT8OID, TEXTOID, TEXTARRAYOID, INTERVALOID};

	return caller_may_execute("create_token", types, lengthof(types));
}

bool
catalog_caller_is_auditor(void)
{
	return caller_may_execute("doctor", NULL, 0);
}

/* result is what it returns; InvalidOid: any type but an internal one. */
static bool
is_function(Oid function, Oid argument, Oid result, Oid *owner)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc row;
	bool		takes;

	if (!HeapTupleIsValid(tuple))
		return false;
	row = (Form_pg_proc) GETSTRUCT(tuple);
	*owner = row->proowner;
	takes = row->prokind == PROKIND_FUNCTION && !row->proretset && row->pronargs == 1 &&
		row->proargtypes.values[0] == argument &&
		(OidIsValid(result) ? row->prorettype == result :
		 row->prorettype == VOIDOID || get_typtype(row->prorettype) != TYPTYPE_PSEUDO);
	ReleaseSysCache(tuple);
	return takes;
}

bool
catalog_takes_event(Oid function, Oid *owner)
{
	return is_function(function, JSONBOID, InvalidOid, owner);
}

bool
catalog_gives_claims(Oid function, Oid *owner)
{
	return is_function(function, INT8OID, JSONBOID, owner);
}

/*
 * Everything that lives in a schema depends on it, of whatever kind it is;
 * so do default privileges for it.  Only the asking function and, while it is
 * being created, the extension itself may.
 */
static bool
schema_is_empty(Oid schema, Oid asking_function)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		empty = true;

	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(NamespaceRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(schema));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, lengthof(key), key);
	while (empty && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend entry = (Form_pg_depend) GETSTRUCT(tuple);
		bool		ours = entry->classid == ProcedureRelationId &&
			entry->objid == asking_function;

		empty = ours || entry->classid == ExtensionRelationId;
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return empty;
}

/*
 * Who may create in the schema could put a function beside ours, and nothing
 * here is for PUBLIC.
 */
static bool
is_closed_to_others(HeapTuple schema, Oid owner)
{
	bool		isnull;
	Datum		value = SysCacheGetAttr(NAMESPACEOID, schema, Anum_pg_namespace_nspacl, &isnull);
	Acl		   *acl;

	if (isnull)
		return true;
	acl = DatumGetAclP(value);
	for (int i = 0; i < ACL_NUM(acl); i++)
	{
		AclItem    *item = &ACL_DAT(acl)[i];

		if (item->ai_grantee == ACL_ID_PUBLIC ||
			(item->ai_grantee != owner && (ACLITEM_GET_PRIVS(*item) & ACL_CREATE) != 0))
			return false;
	}
	return true;
}

/*
 * A superuser's schema is accepted from another superuser: a restore makes the
 * schema with its old owner before it makes the extension.
 */
bool
catalog_schema_is_clean(Oid asking_function)
{
	Oid			schema = get_namespace_oid(CATALOG_SCHEMA, false);
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid			owner;
	bool		clean;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for schema %u", schema);
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	clean = (owner == GetUserId() || superuser_arg(owner)) &&
		is_closed_to_others(tuple, owner) && schema_is_empty(schema, asking_function);
	ReleaseSysCache(tuple);
	return clean;
}
