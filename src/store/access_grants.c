/*
 * access_grants.c
 *		SQL over enclave.access_grants, and GRANT and REVOKE.
 *
 * What a level may do is asked of the view level_objects, which knows what
 * there is in this version.  Rights are compared by entry: what a role has by
 * membership in another, or as a superuser, is not its own.
 */
#include "compat.h"

#include "store/access_grants.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* Every right by name on what is the extension's, but its owner's. */
#define HELD_RIGHTS \
	"SELECT m.classid, m.objid, x.grantee FROM pg_catalog.pg_depend m" \
	" JOIN pg_catalog.pg_extension e ON m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass" \
	"  AND m.refobjid = e.oid AND m.deptype = 'e' AND e.extname = 'enclave'" \
	" LEFT JOIN pg_catalog.pg_proc p ON m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass" \
	"  AND p.oid = m.objid" \
	" LEFT JOIN pg_catalog.pg_class c ON m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass" \
	"  AND c.oid = m.objid" \
	" CROSS JOIN LATERAL pg_catalog.aclexplode(CASE WHEN p.oid IS NOT NULL" \
	"  THEN coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)) ELSE c.relacl END) x" \
	" WHERE x.grantee <> coalesce(p.proowner, c.relowner)"

void
access_grants_lock(void)
{
	QueryScope	scope;

	query_begin(&scope);
	query_run_utility("LOCK TABLE enclave.access_grants IN SHARE ROW EXCLUSIVE MODE");
	query_end(&scope);
}

static Datum
name_datum(NameData *space, const char *value)
{
	namestrcpy(space, value);
	return NameGetDatum(space);
}

void
access_grants_remember(const char *role, const char *level, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.access_grants (role, level, granted_at, granted_by)"
		" VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
		4, {NAMEOID, TEXTOID, TIMESTAMPTZOID, NAMEOID}, NULL
	};
	char	   *by = GetUserNameFromId(GetOuterUserId(), false);
	NameData	names[2];
	Datum		values[4];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = name_datum(&names[0], role);
	values[1] = CStringGetTextDatum(level);
	values[2] = TimestampTzGetDatum(now);
	values[3] = name_datum(&names[1], by);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

bool
access_grants_forget(const char *role, const char *level)
{
	static SqlQuery query = {
		"DELETE FROM enclave.access_grants WHERE role = $1 AND level = $2",
		2, {NAMEOID, TEXTOID}, NULL
	};
	NameData	name;
	Datum		values[2];
	QueryScope	scope;
	bool		had;

	query_begin(&scope);
	values[0] = name_datum(&name, role);
	values[1] = CStringGetTextDatum(level);
	had = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return had;
}

AccessGrant *
access_grants_list(const char *role, int *count)
{
	static SqlQuery query = {
		"SELECT role::pg_catalog.text, level FROM enclave.access_grants"
		" WHERE $1 IS NULL OR role = $1 ORDER BY role, level",
		1, {NAMEOID}, NULL
	};
	NameData	name;
	Datum		value = role == NULL ? (Datum) 0 : name_datum(&name, role);
	QueryScope	scope;
	AccessGrant *grants;

	query_begin(&scope);
	*count = (int) query_run(&query, &value, role == NULL ? "n" : NULL, QUERY_READ);
	grants = MemoryContextAlloc(scope.caller, sizeof(AccessGrant) * ((Size) *count + 1));
	for (int i = 0; i < *count; i++)
	{
		grants[i].role = query_text((uint64) i, 1, scope.caller);
		grants[i].level = query_text((uint64) i, 2, scope.caller);
	}
	query_end(&scope);
	return grants;
}

/* GRANT and REVOKE differ in two words; what else there is to say follows. */
static void
change(const char *role, const char *level, const char *verb, const char *preposition,
	   const char *first)
{
	static SqlQuery query = {
		"SELECT CASE kind WHEN 'TABLE' THEN 'SELECT ON TABLE ' ELSE 'EXECUTE ON ' || kind || ' ' END"
		" || object FROM enclave.level_objects WHERE level = $1 ORDER BY 1",
		1, {TEXTOID}, NULL
	};
	const char *grantee = quote_identifier(role);
	Datum		value = CStringGetTextDatum(level);
	StringInfoData statements;
	QueryScope	scope;
	uint64		count;

	query_begin(&scope);
	count = query_run(&query, &value, NULL, QUERY_READ);
	initStringInfo(&statements);
	if (first != NULL)
		appendStringInfo(&statements, "%s %s %s %s;", verb, first, preposition, grantee);
	for (uint64 i = 0; i < count; i++)
		appendStringInfo(&statements, "%s %s %s %s;", verb,
						 query_text(i, 1, CurrentMemoryContext), preposition, grantee);
	query_run_utility(statements.data);
	query_end(&scope);
}

#define USAGE_OF_SCHEMA "USAGE ON SCHEMA enclave"

void
access_grants_give(const char *role, const char *level)
{
	change(role, level, "GRANT", "TO", USAGE_OF_SCHEMA);
}

void
access_grants_take(const char *role, const char *level, bool schema)
{
	change(role, level, "REVOKE", "FROM", schema ? USAGE_OF_SCHEMA : NULL);
}

char *
access_grants_differences(void)
{
	static SqlQuery query = {
		"WITH remembered AS ("
		"  SELECT g.role, g.level, r.oid AS grantee FROM enclave.access_grants g"
		"  LEFT JOIN pg_catalog.pg_roles r ON r.rolname = g.role"
		"), held AS (" HELD_RIGHTS "), due AS ("
		"  SELECT DISTINCT r.role, r.level, r.grantee, o.classid, o.oid, o.object"
		"  FROM remembered r JOIN enclave.level_objects o ON o.level = r.level"
		"  WHERE r.grantee IS NOT NULL"
		")"
		" SELECT DISTINCT pg_catalog.format('role %I (%s) does not exist', r.role, r.level)"
		"  FROM remembered r WHERE r.grantee IS NULL"
		" UNION ALL"
		" SELECT pg_catalog.format('role %I (%s) may not use %s objects', d.role, d.level,"
		"   pg_catalog.count(*)) FROM due d"
		"  WHERE d.grantee <> (SELECT relowner FROM pg_catalog.pg_class"
		"   WHERE oid = 'enclave.users'::pg_catalog.regclass)"
		"   AND NOT EXISTS (SELECT FROM held h WHERE h.classid = d.classid"
		"    AND h.objid = d.oid AND h.grantee = d.grantee)"
		"  GROUP BY d.role, d.level"
		" UNION ALL"
		" SELECT pg_catalog.format('role %I (%s) has no USAGE on the schema', r.role, r.level)"
		"  FROM remembered r WHERE r.grantee IS NOT NULL"
		"   AND NOT pg_catalog.has_schema_privilege(r.grantee, 'enclave', 'USAGE')"
		" UNION ALL"
		" SELECT pg_catalog.format('role %s has rights on %s objects that no level of its own gives',"
		"   h.grantee::pg_catalog.regrole, pg_catalog.count(DISTINCT h.objid)) FROM held h"
		"  WHERE h.grantee <> 0 AND NOT EXISTS (SELECT FROM due d WHERE d.classid = h.classid"
		"   AND d.oid = h.objid AND d.grantee = h.grantee) GROUP BY h.grantee"
		" ORDER BY 1",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}

char *
access_grants_of_public(void)
{
	static SqlQuery query = {
		"WITH held AS (" HELD_RIGHTS ")"
		" SELECT DISTINCT pg_catalog.pg_describe_object(classid, objid, 0) FROM held"
		" WHERE grantee = 0 ORDER BY 1",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}
