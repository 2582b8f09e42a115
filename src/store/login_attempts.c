/*
 * login_attempts.c
 *		SQL over enclave.login_attempts.
 *
 * A login only ever adds rows: no counter is updated, so no session waits for
 * another's row lock.  A success is written only where there are failures to
 * clear.  A failure without its numbers counts no longer.
 */
#include "compat.h"

#include "store/login_attempts.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static const char *const scope_names[ATTEMPT_SCOPES] = {"pair", "account", "network"};

const char *
login_attempts_scope_name(AttemptScope scope)
{
	return scope_names[scope];
}

/*
 * No success of the pair since a failure a.  In two parts, for each has an index to
 * itself: to read what came after it would be long where many failed.
 */
#define NOT_CLEARED \
	"NOT EXISTS (SELECT FROM enclave.login_attempts s WHERE s.account = a.account AND s.success" \
	" AND s.network = a.network AND s.attempted_at >= a.attempted_at)" \
	" AND NOT (a.network IS NULL AND EXISTS (SELECT FROM enclave.login_attempts s" \
	" WHERE s.account = a.account AND s.success AND s.network IS NULL" \
	" AND s.attempted_at >= a.attempted_at))"

#define ARGS 4, {BYTEAOID, CIDROID, TIMESTAMPTZOID, INT8OID}, NULL

/* Each bounded by its index and by LIMIT, however long the attack. */
static SqlQuery count_queries[ATTEMPT_SCOPES] = {
	{
		"SELECT pair_slot, attempted_at FROM enclave.login_attempts"
		" WHERE account = $1 AND network IS NOT DISTINCT FROM $2 AND pair_slot IS NOT NULL"
		" AND attempted_at > greatest($3, (SELECT max(attempted_at) FROM enclave.login_attempts"
		" WHERE account = $1 AND network IS NOT DISTINCT FROM $2 AND success"
		" AND attempted_at > $3)) LIMIT $4", ARGS
	},
	{
		"SELECT account_slot, attempted_at FROM enclave.login_attempts"
		" WHERE account = $1 AND account_slot IS NOT NULL AND attempted_at > $3 LIMIT $4", ARGS
	},
	{
		"SELECT network_slot, attempted_at FROM enclave.login_attempts"
		" WHERE network = $2 AND network_slot IS NOT NULL AND attempted_at > $3 LIMIT $4", ARGS
	}
};

void
login_attempts_count(AttemptScope scope, const AttemptKey *key, TimestampTz since, int limit,
					 AttemptCount *result)
{
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
	QueryScope	query_scope;
	MemoryContext query_context;
	uint64		rows;
	bool		isnull;

	memset(result, 0, sizeof(*result));
	query_begin(&query_scope);
	values[0] = query_digest(&key->account);
	values[1] = key->network;
	values[2] = TimestampTzGetDatum(since);
	values[3] = Int64GetDatum((int64) limit + 1);
	nulls[1] = key->network == 0 ? 'n' : ' ';
	rows = query_run(&count_queries[scope], values, nulls, QUERY_READ);

	query_context = MemoryContextSwitchTo(query_scope.caller);
	for (uint64 i = 0; i < rows; i++)
	{
		TimestampTz at = DatumGetTimestampTz(query_value(i, 2, &isnull));

		result->slots = bms_add_member(result->slots,
									   DatumGetInt32(query_value(i, 1, &isnull)));
		if (i == 0 || at < result->oldest)
			result->oldest = at;
	}
	MemoryContextSwitchTo(query_context);
	result->count = (int) rows;
	query_end(&query_scope);
}

int
login_attempts_read(const AttemptRow *last, AttemptRow *rows, int max)
{
	static SqlQuery query = {
		"SELECT id, attempted_at, account, network, pair_slot IS NOT NULL AND " NOT_CLEARED ","
		" account_slot IS NOT NULL, network_slot IS NOT NULL FROM enclave.login_attempts a"
		" WHERE (attempted_at, id) > ($1, $2) AND NOT success ORDER BY attempted_at, id LIMIT $3",
		3, {TIMESTAMPTZOID, INT8OID, INT8OID}, NULL
	};
	QueryScope	scope;
	int			count;

	query_begin(&scope);
	count = query_run_after(&scope, &query, last->at, last->id, max);
	for (int i = 0; i < count; i++)
	{
		AttemptRow *row = &rows[i];
		uint64		place = (uint64) i;
		bool		isnull;

		row->id = DatumGetInt64(query_value(place, 1, &isnull));
		row->at = DatumGetTimestampTz(query_value(place, 2, &isnull));
		query_read_digest(place, 3, &row->key.account);
		row->key.network = query_varlena(place, 4, scope.caller);
		for (int s = 0; s < ATTEMPT_SCOPES; s++)
			row->counts[s] = DatumGetBool(query_value(place, 5 + s, &isnull));
	}
	query_end(&scope);
	return count;
}

static void
add(const AttemptKey *key, int64 user_id, bool success, const int slots[ATTEMPT_SCOPES],
	TimestampTz at)
{
	static SqlQuery query = {
		"INSERT INTO enclave.login_attempts"
		" (account, network, user_id, success, attempted_at, pair_slot, account_slot, network_slot)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		8, {BYTEAOID, CIDROID, INT8OID, BOOLOID, TIMESTAMPTZOID, INT4OID, INT4OID, INT4OID}, NULL
	};
	Datum		values[8];
	char		nulls[8] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;

	query_begin(&scope);
	values[0] = query_digest(&key->account);
	values[1] = key->network;
	nulls[1] = key->network == 0 ? 'n' : ' ';
	values[2] = Int64GetDatum(user_id);
	values[3] = BoolGetDatum(success);
	values[4] = TimestampTzGetDatum(at);
	for (int i = 0; i < ATTEMPT_SCOPES; i++)
	{
		values[5 + i] = Int32GetDatum(slots[i]);
		nulls[5 + i] = slots[i] == 0 ? 'n' : ' ';
	}
	query_run(&query, values, nulls, QUERY_WRITE);
	query_end(&scope);
}

void
login_attempts_add_failure(const AttemptKey *key, int64 user_id, const int slots[ATTEMPT_SCOPES],
						   TimestampTz at)
{
	add(key, user_id, false, slots, at);
}

/* The slot of the newest row in each scope that has one, 0 without. */
static SqlQuery newest_queries[ATTEMPT_SCOPES] = {
	{
		"SELECT pair_slot FROM enclave.login_attempts WHERE account = $1"
		" AND network IS NOT DISTINCT FROM $2 AND pair_slot IS NOT NULL ORDER BY id DESC LIMIT 1",
		2, {BYTEAOID, CIDROID}, NULL
	},
	{
		"SELECT account_slot FROM enclave.login_attempts WHERE account = $1"
		" AND $2 IS NOT DISTINCT FROM $2 AND account_slot IS NOT NULL ORDER BY id DESC LIMIT 1",
		2, {BYTEAOID, CIDROID}, NULL
	},
	{
		"SELECT network_slot FROM enclave.login_attempts WHERE network = $2"
		" AND $1 IS NOT NULL AND network_slot IS NOT NULL ORDER BY id DESC LIMIT 1",
		2, {BYTEAOID, CIDROID}, NULL
	}
};

void
login_attempts_add_counted(const AttemptKey *key, int64 user_id, const int limits[ATTEMPT_SCOPES],
						   TimestampTz at)
{
	int			slots[ATTEMPT_SCOPES] = {0};
	Datum		values[2];
	char		nulls[2] = {' ', ' '};
	QueryScope	scope;
	bool		isnull;

	query_begin(&scope);
	values[0] = query_digest(&key->account);
	values[1] = key->network;
	nulls[1] = key->network == 0 ? 'n' : ' ';
	for (int i = 0; i < ATTEMPT_SCOPES; i++)
	{
		if (limits[i] == 0)
			continue;
		if (query_run(&newest_queries[i], values, nulls, QUERY_READ) > 0)
			slots[i] = DatumGetInt32(query_value(0, 1, &isnull)) % limits[i];
		slots[i]++;
	}
	query_end(&scope);
	add(key, user_id, false, slots, at);
}

void
login_attempts_add_success(const AttemptKey *key, int64 user_id, TimestampTz at)
{
	static const int none[ATTEMPT_SCOPES] = {0};

	add(key, user_id, true, none, at);
}

void
login_attempts_release_account(const TokenDigest *account, TimestampTz since)
{
	static SqlQuery query = {
		"UPDATE enclave.login_attempts SET pair_slot = NULL, account_slot = NULL"
		" WHERE account = $1 AND attempted_at > $2 AND pair_slot IS NOT NULL",
		2, {BYTEAOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = query_digest(account);
	values[1] = TimestampTzGetDatum(since);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

void
login_attempts_release_network(Datum network, TimestampTz since)
{
	static SqlQuery query = {
		"UPDATE enclave.login_attempts SET network_slot = NULL"
		" WHERE network = $1 AND attempted_at > $2 AND network_slot IS NOT NULL",
		2, {CIDROID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = network;
	values[1] = TimestampTzGetDatum(since);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

void
login_attempts_remove_account(const TokenDigest *account)
{
	static SqlQuery query = {
		"DELETE FROM enclave.login_attempts WHERE account = $1",
		1, {BYTEAOID}, NULL
	};

	(void) query_run_alone(&query, query_digest(account));
}

char *
login_attempts_export(const TokenDigest *account)
{
	static SqlQuery query = {
		"SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('at', attempted_at,"
		" 'success', success, 'network', network) ORDER BY id), '[]')::pg_catalog.text"
		" FROM enclave.login_attempts WHERE account = $1",
		1, {BYTEAOID}, NULL
	};

	return query_read_text(&query, query_digest(account));
}

void
login_attempts_list_locks(TimestampTz since, int lasting, const int limits[ATTEMPT_SCOPES],
						  Tuplestorestate *into, TupleDesc descriptor)
{
	static SqlQuery query = {
		"WITH failed AS (SELECT a.*, a.pair_slot IS NOT NULL AND " NOT_CLEARED " AS counts"
		" FROM enclave.login_attempts a WHERE a.attempted_at > $1 AND NOT a.success)"
		" SELECT nullif(max(user_id), 0), network, max(attempted_at),"
		" min(attempted_at) + pg_catalog.make_interval(secs => $2), 'pair'"
		" FROM failed WHERE counts GROUP BY account, network HAVING count(*) >= $3"
		" UNION ALL SELECT nullif(max(user_id), 0), NULL, max(attempted_at),"
		" min(attempted_at) + pg_catalog.make_interval(secs => $2), 'account'"
		" FROM failed WHERE account_slot IS NOT NULL GROUP BY account HAVING count(*) >= $4"
		" UNION ALL SELECT NULL, network, max(attempted_at),"
		" min(attempted_at) + pg_catalog.make_interval(secs => $2), 'network'"
		" FROM failed WHERE network_slot IS NOT NULL GROUP BY network HAVING count(*) >= $5",
		5, {TIMESTAMPTZOID, FLOAT8OID, INT4OID, INT4OID, INT4OID}, NULL
	};
	Datum		values[5];
	QueryScope	scope;
	uint64		count;

	query_begin(&scope);
	values[0] = TimestampTzGetDatum(since);
	values[1] = Float8GetDatum((double) lasting);
	for (int i = 0; i < ATTEMPT_SCOPES; i++)
		values[2 + i] = Int32GetDatum(limits[i]);
	count = query_run(&query, values, NULL, QUERY_READ);
	for (uint64 i = 0; i < count; i++)
		query_append(i, into, descriptor);
	query_end(&scope);
}

int64
login_attempts_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("login_attempts", "attempted_at")};

	return batch_step(&query, batch);
}
