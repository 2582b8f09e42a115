/*
 * rate_limits.c
 *		SQL over enclave.rate_limits.
 *
 * A hit is one statement, so that two at the last place cannot both have it.
 * The second waits for the first one's transaction: the clock is read after
 * that, once for all that depends on it.
 */
#include "compat.h"

#include "store/rate_limits.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/timestamp.h"

/* Attempts and end of a row in a result. */
static int64
read_window(TimestampTz *reset_at)
{
	bool		isnull;

	*reset_at = DatumGetTimestampTz(query_value(0, 2, &isnull));
	return DatumGetInt64(query_value(0, 1, &isnull));
}

int64
rate_limits_hit(int64 limit_id, const TokenDigest *key, int64 lasting, TimestampTz *reset_at)
{
	static SqlQuery query = {
		"INSERT INTO enclave.rate_limits AS w (limit_id, key, attempts, reset_at)"
		" VALUES ($1, $2, 1, pg_catalog.clock_timestamp() + $3)"
		" ON CONFLICT (limit_id, key) DO UPDATE SET (attempts, reset_at) ="
		" (SELECT CASE WHEN w.reset_at > t.now THEN w.attempts + 1 ELSE 1 END,"
		" CASE WHEN w.reset_at > t.now THEN w.reset_at ELSE t.now + $3 END"
		" FROM (SELECT pg_catalog.clock_timestamp() AS now OFFSET 0) t)"
		" RETURNING attempts, reset_at",
		3, {INT8OID, BYTEAOID, INTERVALOID}, NULL
	};
	Interval	length = {0};
	Datum		values[3];
	QueryScope	scope;
	int64		attempts;

	length.time = lasting;
	query_begin(&scope);
	values[0] = Int64GetDatum(limit_id);
	values[1] = query_digest(key);
	values[2] = IntervalPGetDatum(&length);
	query_run(&query, values, NULL, QUERY_WRITE);
	attempts = read_window(reset_at);
	query_end(&scope);
	return attempts;
}

int64
rate_limits_look(int64 limit_id, const TokenDigest *key, TimestampTz *reset_at)
{
	static SqlQuery query = {
		"SELECT attempts, reset_at FROM enclave.rate_limits WHERE limit_id = $1 AND key = $2",
		2, {INT8OID, BYTEAOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	int64		attempts = 0;

	query_begin(&scope);
	values[0] = Int64GetDatum(limit_id);
	values[1] = query_digest(key);
	if (query_run(&query, values, NULL, QUERY_READ) > 0)
		attempts = read_window(reset_at);
	query_end(&scope);
	return attempts;
}

void
rate_limits_clear(int64 limit_id, const TokenDigest *key)
{
	static SqlQuery query = {
		"DELETE FROM enclave.rate_limits WHERE limit_id = $1 AND key = $2",
		2, {INT8OID, BYTEAOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(limit_id);
	values[1] = query_digest(key);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

int64
rate_limits_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("rate_limits", "reset_at")};

	return batch_step(&query, batch);
}
