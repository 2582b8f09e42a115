/*
 * known_networks.c
 *		SQL over enclave.known_networks.
 */
#include "compat.h"

#include "store/known_networks.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/timestamp.h"

bool
known_networks_has(int64 user_id, Datum network, TimestampTz since)
{
	static SqlQuery query = {
		"SELECT FROM enclave.known_networks"
		" WHERE user_id = $1 AND network = $2 AND last_seen_at > $3",
		3, {INT8OID, CIDROID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;
	bool		known;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = network;
	values[2] = TimestampTzGetDatum(since);
	known = query_run(&query, values, NULL, QUERY_READ) > 0;
	query_end(&scope);
	return known;
}

void
known_networks_remember(int64 user_id, Datum network, TimestampTz now, TimestampTz stale)
{
	static SqlQuery refresh = {
		"UPDATE enclave.known_networks SET last_seen_at = $3 WHERE (user_id, network) IN"
		" (SELECT user_id, network FROM enclave.known_networks WHERE user_id = $1"
		" AND network = $2 AND last_seen_at < $4 FOR NO KEY UPDATE SKIP LOCKED)",
		4, {INT8OID, CIDROID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	static SqlQuery add = {
		"INSERT INTO enclave.known_networks (user_id, network, first_seen_at, last_seen_at)"
		" SELECT $1, $2, $3, $3 WHERE NOT EXISTS (SELECT FROM enclave.known_networks"
		" WHERE user_id = $1 AND network = $2) ON CONFLICT DO NOTHING",
		4, {INT8OID, CIDROID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = network;
	values[2] = TimestampTzGetDatum(now);
	values[3] = TimestampTzGetDatum(stale);
	if (query_run(&refresh, values, NULL, QUERY_WRITE) == 0)
		query_run(&add, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

char *
known_networks_export(int64 user_id)
{
	static SqlQuery query = {
		"SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('network', network,"
		" 'first_seen_at', first_seen_at, 'last_seen_at', last_seen_at) ORDER BY network),"
		" '[]')::pg_catalog.text FROM enclave.known_networks WHERE user_id = $1",
		1, {INT8OID}, NULL
	};

	return query_read_text(&query, Int64GetDatum(user_id));
}

int64
known_networks_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("known_networks", "last_seen_at")};

	return batch_step(&query, batch);
}
