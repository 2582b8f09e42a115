/*
 * audit_logs.c
 *		SQL over enclave.audit_logs.
 */
#include "compat.h"

#include "store/audit_logs.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static Datum
optional_text(const char *value, char *null)
{
	*null = value == NULL ? 'n' : ' ';
	return value == NULL ? (Datum) 0 : CStringGetTextDatum(value);
}

static Datum
optional_id(int64 id, char *null)
{
	*null = id == 0 ? 'n' : ' ';
	return Int64GetDatum(id);
}

int64
audit_logs_add(const AuditEntry *entry, TimestampTz at)
{
	static SqlQuery query = {
		"INSERT INTO enclave.audit_logs"
		" (at, event, role, user_id, actor_id, token_id, session_id, ip, user_agent, metadata)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::pg_catalog.jsonb) RETURNING id",
		10, {TIMESTAMPTZOID, TEXTOID, NAMEOID, INT8OID, INT8OID, INT8OID, INT8OID, INETOID,
		TEXTOID, TEXTOID}, NULL
	};
	const char *role = entry->role != NULL ? entry->role :
		GetUserNameFromId(GetOuterUserId(), false);
	Datum		values[10];
	char		nulls[10] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
	NameData	role_name;
	QueryScope	scope;
	bool		isnull;
	int64		id;

	query_begin(&scope);
	namestrcpy(&role_name, role);
	values[0] = TimestampTzGetDatum(at);
	values[1] = CStringGetTextDatum(entry->event);
	values[2] = NameGetDatum(&role_name);
	values[3] = Int64GetDatum(entry->user_id);
	values[4] = optional_id(entry->actor_id, &nulls[4]);
	values[5] = optional_id(entry->token_id, &nulls[5]);
	values[6] = optional_id(entry->session_id, &nulls[6]);
	values[7] = entry->ip;
	nulls[7] = entry->ip == 0 ? 'n' : ' ';
	values[8] = optional_text(entry->user_agent, &nulls[8]);
	values[9] = optional_text(entry->metadata, &nulls[9]);
	query_run(&query, values, nulls, QUERY_WRITE);
	id = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return id;
}

Datum
audit_logs_payload(int64 id)
{
	static SqlQuery query = {
		"SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object("
		"'id', id, 'at', at, 'event', event, 'user_id', nullif(user_id, 0),"
		" 'actor_id', actor_id, 'token_id', token_id, 'session_id', session_id, 'role', role,"
		" 'ip', ip, 'user_agent', user_agent, 'metadata', metadata))"
		" FROM enclave.audit_logs WHERE id = $1",
		1, {INT8OID}, NULL
	};
	Datum		value = Int64GetDatum(id);
	QueryScope	scope;
	MemoryContext query_context;
	bool		isnull;
	Datum		payload;

	query_begin(&scope);
	if (query_run(&query, &value, NULL, QUERY_READ) == 0)
		elog(ERROR, "audit entry " INT64_FORMAT " not found", id);
	query_context = MemoryContextSwitchTo(scope.caller);
	payload = PointerGetDatum(PG_DETOAST_DATUM_COPY(query_value(0, 1, &isnull)));
	MemoryContextSwitchTo(query_context);
	query_end(&scope);
	return payload;
}

#define SEARCH_COLUMNS \
	"SELECT id, at, event, nullif(user_id, 0), actor_id, token_id, session_id, role::pg_catalog.text," \
	" ip, user_agent, metadata FROM enclave.audit_logs"
#define SEARCH_CONDITIONS \
	"($2 IS NULL OR event = $2 OR ($3 AND pg_catalog.starts_with(event, $2))) AND at >= $4"
#define SEARCH_END \
	" ORDER BY id DESC LIMIT $5", 5, {INT8OID, TEXTOID, BOOLOID, TIMESTAMPTZOID, INT8OID}, NULL

void
audit_logs_search(const AuditSearch *search, Tuplestorestate *into, TupleDesc descriptor)
{
	static SqlQuery of_user = {
		SEARCH_COLUMNS " WHERE user_id = $1 AND " SEARCH_CONDITIONS SEARCH_END
	};
	static SqlQuery of_all = {
		SEARCH_COLUMNS " WHERE " SEARCH_CONDITIONS SEARCH_END
	};
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;
	uint64		count;

	query_begin(&scope);
	values[0] = Int64GetDatum(search->user_id);
	values[1] = optional_text(search->event, &nulls[1]);
	values[2] = BoolGetDatum(search->begins);
	values[3] = TimestampTzGetDatum(search->since);
	values[4] = Int64GetDatum(search->max_rows);
	count = query_run(search->one_user ? &of_user : &of_all, values, nulls, QUERY_READ);
	for (uint64 i = 0; i < count; i++)
		query_append(i, into, descriptor);
	query_end(&scope);
}

bool
audit_logs_last_login(int64 user_id, TimestampTz *at, int *failures)
{
	static SqlQuery last = {
		"SELECT id, at FROM enclave.audit_logs WHERE user_id = $1"
		" AND event IN ('auth.login.success', 'auth.magic_link.used') ORDER BY id DESC LIMIT 1",
		1, {INT8OID}, NULL
	};
	static SqlQuery since = {
		"SELECT count(*)::pg_catalog.int4 FROM (SELECT FROM enclave.audit_logs"
		" WHERE user_id = $1 AND id > $2 AND at > $4"
		" AND event IN ('auth.login.failed', 'auth.login.locked') ORDER BY id LIMIT $3) failed",
		4, {INT8OID, INT8OID, INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;
	bool		isnull;
	bool		found;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = Int64GetDatum(0);
	values[2] = Int64GetDatum(AUDIT_FAILURES_MAX);
	values[3] = TimestampTzGetDatum(DT_NOBEGIN);
	found = query_run(&last, values, NULL, QUERY_READ) > 0;
	if (found)
	{
		values[1] = query_value(0, 1, &isnull);
		values[3] = query_value(0, 2, &isnull);
		*at = DatumGetTimestampTz(values[3]);
	}
	query_run(&since, values, NULL, QUERY_READ);
	*failures = DatumGetInt32(query_value(0, 1, &isnull));
	query_end(&scope);
	return found;
}

/*
 * The failure number $2 of a user after whatever ended the former ones: when
 * it was.  A right password that was refused for another reason is none.
 */
#define NTH_FAILURE(user) \
	"SELECT f.at FROM enclave.audit_logs f WHERE f.user_id = " user \
	" AND f.event IN ('auth.login.failed', 'auth.login.locked')" \
	" AND f.id > greatest((SELECT max(l.id) FROM enclave.audit_logs l WHERE l.user_id = " user \
	" AND l.event = 'auth.login.success'), (SELECT max(r.id) FROM enclave.audit_logs r" \
	" WHERE r.user_id = " user " AND r.event IN ('auth.password.changed', 'auth.password.set'," \
	" 'auth.password.reset_completed', 'auth.unlocked')), 0)" \
	" AND (f.event = 'auth.login.locked' OR f.metadata ->> 'reason' = 'invalid_credentials')" \
	" ORDER BY f.id OFFSET $1 - 1 LIMIT 1"

bool
audit_logs_failed_in_a_row(int64 user_id, int failures)
{
	static SqlQuery query = {NTH_FAILURE("$2"), 2, {INT8OID, INT8OID}, NULL};
	Datum		values[2];
	QueryScope	scope;
	bool		reached;

	query_begin(&scope);
	query_hide(&scope);
	values[0] = Int64GetDatum(failures);
	values[1] = Int64GetDatum(user_id);
	reached = query_run(&query, values, NULL, QUERY_READ) > 0;
	query_end(&scope);
	return reached;
}

bool
audit_logs_has_mailed_lock(int64 user_id, TimestampTz since)
{
	static SqlQuery query = {
		"SELECT FROM (SELECT at, event, metadata FROM enclave.audit_logs WHERE user_id = $1"
		" AND event IN ('auth.login.failed', 'auth.login.locked') ORDER BY id DESC LIMIT $3) newest"
		" WHERE at > $2 AND event = 'auth.login.locked' AND metadata @> '{\"mailed\": true}' LIMIT 1",
		3, {INT8OID, TIMESTAMPTZOID, INT8OID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;
	bool		found;

	query_begin(&scope);
	query_hide(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = TimestampTzGetDatum(since);
	values[2] = Int64GetDatum(AUDIT_FAILURES_MAX);
	found = query_run(&query, values, NULL, QUERY_READ) > 0;
	query_end(&scope);
	return found;
}

void
audit_logs_list_suspended(int failures, Tuplestorestate *into, TupleDesc descriptor)
{
	static SqlQuery query = {
		"SELECT c.user_id, NULL::pg_catalog.cidr, n.at, NULL::pg_catalog.timestamptz, 'password'"
		" FROM (SELECT user_id FROM enclave.audit_logs WHERE user_id <> 0"
		" AND event IN ('auth.login.failed', 'auth.login.locked')"
		" GROUP BY user_id HAVING count(*) >= $1) c"
		" JOIN enclave.users u ON u.id = c.user_id, LATERAL (" NTH_FAILURE("c.user_id") ") n",
		1, {INT8OID}, NULL
	};
	Datum		value = Int64GetDatum(failures);
	QueryScope	scope;
	uint64		count;

	query_begin(&scope);
	count = query_run(&query, &value, NULL, QUERY_READ);
	for (uint64 i = 0; i < count; i++)
		query_append(i, into, descriptor);
	query_end(&scope);
}

void
audit_logs_blank(int64 user_id)
{
	static SqlQuery query = {
		"UPDATE enclave.audit_logs SET ip = NULL, user_agent = NULL, metadata = NULL"
		" WHERE user_id = $1 AND pg_catalog.num_nonnulls(ip, user_agent, metadata) > 0",
		1, {INT8OID}, NULL
	};

	(void) query_run_alone(&query, Int64GetDatum(user_id));
}

char *
audit_logs_export(int64 user_id)
{
	static SqlQuery query = {
		"SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('at', at, 'event', event,"
		" 'token_id', token_id, 'session_id', session_id, 'actor_id', actor_id, 'ip', ip,"
		" 'user_agent', user_agent, 'metadata', metadata) ORDER BY id), '[]')::pg_catalog.text"
		" FROM enclave.audit_logs WHERE user_id = $1",
		1, {INT8OID}, NULL
	};

	return query_read_text(&query, Int64GetDatum(user_id));
}

int64
audit_logs_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("audit_logs", "at")};

	return batch_step(&query, batch);
}

void
audit_logs_count_logins(TimestampTz since, int limit, int64 *succeeded, int64 *failed)
{
	static SqlQuery query = {
		"SELECT count(*) FILTER (WHERE event = 'auth.login.success'),"
		" count(*) FILTER (WHERE event IN ('auth.login.failed', 'auth.login.locked'))"
		" FROM (SELECT event FROM enclave.audit_logs WHERE at > $1 LIMIT $2) recent",
		2, {TIMESTAMPTZOID, INT8OID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		isnull;

	query_begin(&scope);
	values[0] = TimestampTzGetDatum(since);
	values[1] = Int64GetDatum(limit);
	query_run(&query, values, NULL, QUERY_READ);
	*succeeded = DatumGetInt64(query_value(0, 1, &isnull));
	*failed = DatumGetInt64(query_value(0, 2, &isnull));
	query_end(&scope);
}
