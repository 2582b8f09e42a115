/*
 * row_security.c
 *		ALTER TABLE, CREATE POLICY and CREATE INDEX.
 *
 * Every name in the text is qualified, operators too, and every statement is
 * checked by the server against the rights of who calls.
 */
#include "compat.h"

#include "store/row_security.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/policy.h"
#include "lib/stringinfo.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"

#define POLICY_NAME "enclave_owner"

bool
row_security_is_possible(Oid table)
{
	char		kind = get_rel_relkind(table);

	return (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE) &&
		get_rel_namespace(table) != get_namespace_oid("enclave", false);
}

bool
row_security_has_owner_column(Oid table, const char *column)
{
	AttrNumber	number = get_attnum(table, column);
	Oid			type;

	if (number <= 0)
		return false;
	type = get_atttype(table, number);
	return type == INT8OID || type == INT4OID || type == INT2OID;
}

static bool
has_index(Oid table, const char *column)
{
	AttrNumber	number = get_attnum(table, column);
	Relation	relation = table_open(table, AccessShareLock);
	List	   *indexes = RelationGetIndexList(relation);
	bool		found = false;
	ListCell   *cell;

	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		found = found || (index->rd_index->indisvalid &&
						  index->rd_index->indkey.values[0] == number &&
						  RelationGetIndexPredicate(index) == NIL);
		index_close(index, AccessShareLock);
	}
	list_free(indexes);
	table_close(relation, AccessShareLock);
	return found;
}

void
row_security_apply(Oid table, const char *column)
{
	char	   *schema = get_namespace_name(get_rel_namespace(table));
	const char *name = quote_qualified_identifier(schema, get_rel_name(table));
	const char *owner = quote_identifier(column);
	char	   *own = psprintf("%s OPERATOR(pg_catalog.=) (SELECT enclave.user_id())", owner);

	query_run_utility(psprintf("ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
							   name));
	if (OidIsValid(get_relation_policy_oid(table, POLICY_NAME, true)))
		query_run_utility(psprintf("DROP POLICY " POLICY_NAME " ON %s", name));
	query_run_utility(psprintf("CREATE POLICY " POLICY_NAME " ON %s USING (%s) WITH CHECK (%s)",
							   name, own, own));
	if (!has_index(table, column))
		query_run_utility(psprintf("CREATE INDEX ON %s (%s)", name, owner));
}
