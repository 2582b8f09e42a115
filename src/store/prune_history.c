/*
 * prune_history.c
 *		SQL over enclave.prune_history.
 */
#include "compat.h"

#include "store/prune_history.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

void
prune_history_add(const char *table, TimestampTz started, TimestampTz ended, int64 removed,
				  const char *error)
{
	static SqlQuery query = {
		"INSERT INTO enclave.prune_history (started_at, took, table_name, removed, error)"
		" VALUES ($1, $2 - $1, $3, $4, pg_catalog.left($5, 512))",
		5, {TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, INT8OID, TEXTOID}, NULL
	};
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;

	query_begin(&scope);
	values[0] = TimestampTzGetDatum(started);
	values[1] = TimestampTzGetDatum(ended);
	values[2] = CStringGetTextDatum(table);
	values[3] = Int64GetDatum(removed);
	values[4] = error == NULL ? (Datum) 0 : CStringGetTextDatum(error);
	nulls[4] = error == NULL ? 'n' : ' ';
	query_run(&query, values, nulls, QUERY_WRITE);
	query_end(&scope);
}

int64
prune_history_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("prune_history", "started_at")};

	return batch_step(&query, batch);
}

char *
prune_history_errors(void)
{
	static SqlQuery query = {
		"SELECT pg_catalog.format('%s: %s', h.table_name, h.error) FROM"
		" (SELECT DISTINCT ON (table_name) table_name, error FROM enclave.prune_history"
		" ORDER BY table_name, id DESC) h WHERE h.error IS NOT NULL ORDER BY 1",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}

bool
prune_history_last(TimestampTz *started)
{
	static SqlQuery query = {
		"SELECT max(started_at) FROM enclave.prune_history", 0, {InvalidOid}, NULL
	};
	QueryScope	scope;
	bool		isnull;

	query_begin(&scope);
	query_run(&query, NULL, NULL, QUERY_READ);
	*started = DatumGetTimestampTz(query_value(0, 1, &isnull));
	query_end(&scope);
	return !isnull;
}
