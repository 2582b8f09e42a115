/*
 * login_attempts.c
 *		SQL over enclave.login_attempts.
 *
 * Rows are only ever added and pruned: no counter is updated, so no session
 * waits for another's row lock.  A success is written only where there are
 * failures to clear.
 */
#include "compat.h"

#include "store/login_attempts.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define ARGS 4, {BYTEAOID, CIDROID, TIMESTAMPTZOID, INT8OID}, NULL

/* Each bounded by its index and by LIMIT, however long the attack. */
static SqlQuery count_queries[ATTEMPT_SCOPES] = {
	{
		"SELECT pair_slot, attempted_at FROM enclave.login_attempts"
		" WHERE account = $1 AND network IS NOT DISTINCT FROM $2 AND NOT success"
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

static Datum
digest_datum(const TokenDigest *digest)
{
	bytea	   *value = palloc(VARHDRSZ + sizeof(TokenDigest));

	SET_VARSIZE(value, VARHDRSZ + sizeof(TokenDigest));
	memcpy(VARDATA(value), digest, sizeof(TokenDigest));
	return PointerGetDatum(value);
}

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
	values[0] = digest_datum(&key->account);
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
	values[0] = digest_datum(&key->account);
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

void
login_attempts_add_success(const AttemptKey *key, int64 user_id, TimestampTz at)
{
	static const int none[ATTEMPT_SCOPES] = {0};

	add(key, user_id, true, none, at);
}

int64
login_attempts_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("login_attempts", "attempted_at")};

	return batch_step(&query, batch);
}
