/*
 * session_marks.c
 *		SQL over enclave.session_marks and enclave.sessions.
 *
 * A session's own row is never changed by who touches or ends it: he may leave
 * his transaction open, and the lock that he would keep is one that who ends
 * everything, or removes the user, had to wait for.  A mark is added instead.
 * Two who touch, or end, a session at once add two, which is as good as one.
 *
 * Rows of sessions are removed by who ends all of a user's, and by prune; both
 * pass over what is locked.
 */
#include "compat.h"

#include "store/session_marks.h"

#include "catalog/pg_type.h"
#include "store/direct.h"
#include "store/query.h"
#include "utils/timestamp.h"

/*
 * A session s, its user u, what its marks m come to.  sessions_find says the
 * same without SQL.
 */
#define SESSIONS \
	"enclave.sessions s JOIN enclave.users u ON u.id = s.user_id CROSS JOIN LATERAL" \
	" (SELECT coalesce(pg_catalog.bool_or(k.ended), false) AS ended," \
	" pg_catalog.max(k.expires_at) AS expires_at, pg_catalog.max(k.epoch) AS epoch," \
	" pg_catalog.max(k.marked_at) FILTER (WHERE k.expires_at IS NOT NULL) AS touched_at" \
	" FROM enclave.session_marks k WHERE k.session_id = s.id) m"
#define EXPIRES_AT "greatest(s.expires_at, m.expires_at)"
#define EPOCH "greatest(s.epoch, m.epoch)"
#define EPOCH_NOW "(u.epoch - u.session_lag)"

/*
 * Remove these sessions, a query of ids, with their marks and refresh tokens: the
 * CTE "removed".
 */
#define REMOVE(sessions) \
	"locked AS (SELECT id FROM enclave.sessions WHERE id IN (" sessions ") FOR UPDATE SKIP LOCKED)," \
	" removed AS (DELETE FROM enclave.sessions WHERE id IN (SELECT id FROM locked) RETURNING id)," \
	" unmarked AS (DELETE FROM enclave.session_marks WHERE (session_id, id) IN" \
	" (SELECT session_id, id FROM enclave.session_marks" \
	" WHERE session_id IN (SELECT id FROM removed) FOR UPDATE SKIP LOCKED))," \
	" unrefreshed AS (DELETE FROM enclave.refresh_families WHERE id IN" \
	" (SELECT id FROM enclave.refresh_families" \
	" WHERE id IN (SELECT id FROM removed) FOR UPDATE SKIP LOCKED))"

void
session_marks_touch(int64 session_id, TimestampTz now, TimestampTz expires_at, TimestampTz ends_at)
{
	static SqlQuery move = {
		"UPDATE enclave.session_marks SET marked_at = greatest(marked_at, $2),"
		" expires_at = greatest(expires_at, $3) WHERE session_id = $1 AND id ="
		" (SELECT id FROM enclave.session_marks WHERE session_id = $1 AND expires_at IS NOT NULL"
		" ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)",
		3, {INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	static SqlQuery add = {
		"INSERT INTO enclave.session_marks (session_id, marked_at, expires_at, ends_at)"
		" VALUES ($1, $2, $3, $4)",
		4, {INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(session_id);
	values[1] = TimestampTzGetDatum(now);
	values[2] = TimestampTzGetDatum(expires_at);
	values[3] = TimestampTzGetDatum(ends_at);
	if (query_run(&move, values, NULL, QUERY_WRITE) == 0)
		query_run(&add, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

bool
session_marks_end(const TokenDigest *digest, TimestampTz now, int64 *id, int64 *user_id)
{
	static SqlQuery query = {
		"WITH presented AS (SELECT s.id, s.user_id, s.ends_at FROM " SESSIONS
		" WHERE s.digest = $1 AND NOT m.ended AND " EPOCH " = " EPOCH_NOW "),"
		" mark AS (INSERT INTO enclave.session_marks (session_id, marked_at, ended, ends_at)"
		" SELECT id, $2, true, ends_at FROM presented)"
		" SELECT id, user_id FROM presented",
		2, {BYTEAOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	DirectDigest value;
	QueryScope	scope;
	bool		isnull;
	bool		ended;

	query_begin(&scope);
	values[0] = direct_digest(&value, digest);
	values[1] = TimestampTzGetDatum(now);
	ended = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	if (ended)
	{
		*id = DatumGetInt64(query_value(0, 1, &isnull));
		*user_id = DatumGetInt64(query_value(0, 2, &isnull));
	}
	query_end(&scope);
	return ended;
}

bool
session_marks_end_by_id(int64 id, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.session_marks (session_id, marked_at, ended, ends_at)"
		" SELECT s.id, $2, true, s.ends_at FROM enclave.sessions s WHERE s.id = $1"
		" AND NOT EXISTS (SELECT FROM enclave.session_marks k WHERE k.session_id = s.id AND k.ended)",
		2, {INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		ended;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = TimestampTzGetDatum(now);
	ended = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return ended;
}

bool
session_marks_end_of_user(int64 user_id, int64 id, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.session_marks (session_id, marked_at, ended, ends_at)"
		" SELECT s.id, $3, true, s.ends_at FROM " SESSIONS
		" WHERE s.user_id = $1 AND s.id = $2 AND NOT m.ended AND " EPOCH " = " EPOCH_NOW,
		3, {INT8OID, INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;
	bool		ended;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = Int64GetDatum(id);
	values[2] = TimestampTzGetDatum(now);
	ended = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return ended;
}

void
session_marks_keep(int64 user_id, int64 session_id, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.session_marks (session_id, marked_at, epoch, ends_at)"
		" SELECT s.id, $3, " EPOCH_NOW ", s.ends_at FROM " SESSIONS
		" WHERE s.id = $2 AND s.user_id = $1 AND NOT m.ended"
		" AND " EPOCH " = " EPOCH_NOW " - 1 AND " EXPIRES_AT " > $3",
		3, {INT8OID, INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = Int64GetDatum(session_id);
	values[2] = TimestampTzGetDatum(now);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

int64
session_marks_remove_sessions(int64 user_id, TimestampTz now)
{
	static SqlQuery query = {
		"WITH former AS (SELECT s.id, NOT m.ended AND " EPOCH " = " EPOCH_NOW " - 1"
		" AND " EXPIRES_AT " > $2 AS alive FROM " SESSIONS
		" WHERE s.user_id = $1 AND " EPOCH " < " EPOCH_NOW "),"
		" " REMOVE("SELECT id FROM former")
		" SELECT count(*) FILTER (WHERE alive) FROM former",
		2, {INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		isnull;
	int64		count;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = TimestampTzGetDatum(now);
	query_run(&query, values, NULL, QUERY_WRITE);
	count = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return count;
}

void
session_marks_list(int64 user_id, TimestampTz now, Tuplestorestate *into, TupleDesc descriptor)
{
	static SqlQuery query = {
		"SELECT s.id, s.user_id, s.created_at, coalesce(m.touched_at, f.rotated_at, s.created_at),"
		" " EXPIRES_AT ", s.ends_at, s.ip, s.user_agent FROM " SESSIONS
		" LEFT JOIN enclave.refresh_families f ON f.id = s.id"
		" WHERE s.user_id = $1 AND NOT m.ended AND " EPOCH " = " EPOCH_NOW
		" AND " EXPIRES_AT " > $2 ORDER BY s.id",
		2, {INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	uint64		count;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = TimestampTzGetDatum(now);
	count = query_run(&query, values, NULL, QUERY_READ);
	for (uint64 i = 0; i < count; i++)
		query_append(i, into, descriptor);
	query_end(&scope);
}

char *
session_marks_export(int64 user_id)
{
	static SqlQuery query = {
		"SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('id', s.id,"
		" 'kind', CASE WHEN f.id IS NULL THEN 'cookie' ELSE 'jwt' END,"
		" 'created_at', s.created_at, 'touched_at', coalesce(m.touched_at, f.rotated_at),"
		" 'expires_at', " EXPIRES_AT ","
		" 'ends_at', s.ends_at, 'ended', m.ended OR " EPOCH " <> " EPOCH_NOW ", 'ip', s.ip,"
		" 'user_agent', s.user_agent, 'data', s.data) ORDER BY s.id), '[]')::pg_catalog.text"
		" FROM " SESSIONS " LEFT JOIN enclave.refresh_families f ON f.id = s.id"
		" WHERE s.user_id = $1",
		1, {INT8OID}, NULL
	};

	return query_read_text(&query, Int64GetDatum(user_id));
}

/*
 * By id, so that a session is found once, whether it has expired or was ended;
 * what is locked is passed over before it takes a place in the batch.
 */
#define DEAD \
	"(s.expires_at <= $2 AND NOT EXISTS (SELECT FROM enclave.session_marks k" \
	" WHERE k.session_id = s.id AND k.expires_at > $2)" \
	" OR EXISTS (SELECT FROM enclave.session_marks k WHERE k.session_id = s.id AND k.ended))"

int64
session_marks_prune_sessions(Batch *batch)
{
	static BatchQuery query = {
		{
			"WITH dead AS MATERIALIZED (SELECT s.id FROM enclave.sessions s"
			" WHERE s.id >= coalesce($1, 0) AND " DEAD
			" ORDER BY s.id LIMIT $3 FOR UPDATE OF s SKIP LOCKED),"
			" " REMOVE("SELECT id FROM dead")
			" SELECT (SELECT count(*) FROM removed), count(*), max(id) FROM dead",
			3, {INT8OID, TIMESTAMPTZOID, INT8OID}, NULL
		},
		{
			"SELECT count(*), 0, NULL::pg_catalog.int8 FROM (SELECT FROM enclave.sessions s"
			" WHERE s.expires_at <= $2 AND " DEAD " LIMIT $3) old",
			3, {INT8OID, TIMESTAMPTZOID, INT8OID}, NULL
		}
	};

	return batch_step(&query, batch);
}

int64
session_marks_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("session_marks", "ends_at")};

	return batch_step(&query, batch);
}
