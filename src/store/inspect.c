/*
 * inspect.c
 *		SQL over the server's catalogs.
 */
#include "compat.h"

#include "store/inspect.h"

#include "store/query.h"

char *
inspect_version(void)
{
	static SqlQuery query = {
		"SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'enclave'",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}

char *
inspect_invalid_indexes(void)
{
	static SqlQuery query = {
		"SELECT x.relname::pg_catalog.text FROM pg_catalog.pg_index i"
		" JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
		" WHERE x.relnamespace = 'enclave'::pg_catalog.regnamespace"
		" AND NOT (i.indisvalid AND i.indisready AND i.indislive) ORDER BY 1",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}

/* Four times its table, and 8 MiB, is more than any index here comes to by itself. */
char *
inspect_swollen_indexes(void)
{
	static SqlQuery query = {
		"SELECT pg_catalog.format('%s: %s, its indexes %s', t.relname,"
		" pg_catalog.pg_size_pretty(t.rows), pg_catalog.pg_size_pretty(t.indexes)) FROM"
		" (SELECT c.relname, pg_catalog.pg_table_size(c.oid) AS rows,"
		"  pg_catalog.pg_indexes_size(c.oid) AS indexes FROM pg_catalog.pg_class c"
		"  WHERE c.relnamespace = 'enclave'::pg_catalog.regnamespace AND c.relkind = 'r') t"
		" WHERE t.indexes > 8388608 AND t.indexes > 4 * t.rows ORDER BY t.indexes DESC",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}

char *
inspect_sizes(void)
{
	static SqlQuery query = {
		"SELECT pg_catalog.format('%s, the largest table %s with %s',"
		" pg_catalog.pg_size_pretty(sum(t.size)), (pg_catalog.array_agg(t.relname ORDER BY t.size DESC))[1],"
		" pg_catalog.pg_size_pretty(max(t.size))) FROM"
		" (SELECT c.relname, pg_catalog.pg_total_relation_size(c.oid) AS size FROM pg_catalog.pg_class c"
		"  WHERE c.relnamespace = 'enclave'::pg_catalog.regnamespace AND c.relkind = 'r') t",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}
