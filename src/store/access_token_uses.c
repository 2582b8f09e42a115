/*
 * access_token_uses.c
 *		SQL over enclave.access_token_uses.
 *
 * Whoever holds a valid token may keep the lock on its row here for as long as
 * his transaction stays open.  So nothing that ends tokens touches this table:
 * a row whose token is gone waits for prune, which passes over locked ones.
 */
#include "compat.h"

#include "store/access_token_uses.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/timestamp.h"

bool
access_token_uses_find(int64 token_id, TimestampTz *last_used_at)
{
	static SqlQuery query = {
		"SELECT last_used_at FROM enclave.access_token_uses WHERE token_id = $1",
		1, {INT8OID}, NULL
	};
	Datum		key = Int64GetDatum(token_id);
	QueryScope	scope;
	bool		isnull;
	bool		found;

	query_begin(&scope);
	found = query_run(&query, &key, NULL, QUERY_READ) > 0;
	if (found)
		*last_used_at = DatumGetTimestampTz(query_value(0, 1, &isnull));
	query_end(&scope);
	return found;
}

void
access_token_uses_stamp(int64 token_id, TimestampTz now, TimestampTz stale, bool add)
{
	static SqlQuery update = {
		"UPDATE enclave.access_token_uses SET last_used_at = $2 WHERE token_id ="
		" (SELECT token_id FROM enclave.access_token_uses WHERE token_id = $1"
		" AND last_used_at < $3 FOR NO KEY UPDATE SKIP LOCKED)",
		3, {INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	static SqlQuery insert = {
		"INSERT INTO enclave.access_token_uses (token_id, last_used_at)"
		" SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM enclave.access_token_uses"
		" WHERE token_id = $1) ON CONFLICT DO NOTHING",
		3, {INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(token_id);
	values[1] = TimestampTzGetDatum(now);
	values[2] = TimestampTzGetDatum(stale);
	query_run(add ? &insert : &update, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

int64
access_token_uses_prune(Batch *batch)
{
	static BatchQuery query = {
		BATCH_BY_ID("access_token_uses", "token_id",
					"NOT EXISTS (SELECT FROM enclave.access_tokens t WHERE t.id = token_id)")
	};

	return batch_step(&query, batch);
}
