/*
 * quota_uses.c
 *		SQL over enclave.quota_uses.
 *
 * As in login_attempts.c: rows are only added and pruned, and every count is
 * bounded by its index and by LIMIT.
 */
#include "compat.h"

#include "store/quota_uses.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define COUNT(slot, condition) \
	{ \
		"SELECT " slot ", used_at FROM enclave.quota_uses WHERE " condition \
		" AND kind = $3 AND used_at > $4 AND " slot " IS NOT NULL LIMIT $5", \
		5, {BYTEAOID, CIDROID, TEXTOID, TIMESTAMPTZOID, INT8OID}, NULL \
	}

static SqlQuery count_queries[QUOTA_SCOPES] = {
	COUNT("pair_slot", "account = $1 AND network IS NOT DISTINCT FROM $2"),
	COUNT("account_slot", "account = $1"),
	COUNT("network_slot", "network = $2"),
};

void
quota_uses_count(QuotaScope scope, const QuotaKey *key, TimestampTz since, int limit,
				 QuotaCount *result)
{
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};
	QueryScope	query_scope;
	MemoryContext query_context;
	uint64		rows;
	bool		isnull;

	memset(result, 0, sizeof(*result));
	query_begin(&query_scope);
	values[0] = query_digest(&key->account);
	values[1] = key->network;
	nulls[1] = key->network == 0 ? 'n' : ' ';
	values[2] = CStringGetTextDatum(key->kind);
	values[3] = TimestampTzGetDatum(since);
	values[4] = Int64GetDatum((int64) limit + 1);
	rows = query_run(&count_queries[scope], values, nulls, QUERY_READ);

	query_context = MemoryContextSwitchTo(query_scope.caller);
	for (uint64 i = 0; i < rows; i++)
	{
		TimestampTz at = DatumGetTimestampTz(query_value(i, 2, &isnull));

		result->slots = bms_add_member(result->slots, DatumGetInt32(query_value(i, 1, &isnull)));
		if (i == 0 || at < result->oldest)
			result->oldest = at;
	}
	MemoryContextSwitchTo(query_context);
	result->count = (int) rows;
	query_end(&query_scope);
}

void
quota_uses_add(const QuotaKey *key, const int slots[QUOTA_SCOPES], TimestampTz at)
{
	static SqlQuery query = {
		"INSERT INTO enclave.quota_uses"
		" (account, network, kind, used_at, pair_slot, account_slot, network_slot)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7)",
		7, {BYTEAOID, CIDROID, TEXTOID, TIMESTAMPTZOID, INT4OID, INT4OID, INT4OID}, NULL
	};
	Datum		values[7];
	char		nulls[7] = {' ', ' ', ' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;

	query_begin(&scope);
	values[0] = query_digest(&key->account);
	values[1] = key->network;
	nulls[1] = key->network == 0 ? 'n' : ' ';
	values[2] = CStringGetTextDatum(key->kind);
	values[3] = TimestampTzGetDatum(at);
	for (int i = 0; i < QUOTA_SCOPES; i++)
	{
		values[4 + i] = Int32GetDatum(slots[i]);
		nulls[4 + i] = slots[i] == 0 ? 'n' : ' ';
	}
	query_run(&query, values, nulls, QUERY_WRITE);
	query_end(&scope);
}

int
quota_uses_read(const QuotaRow *last, QuotaRow *rows, int max)
{
	static SqlQuery query = {
		"SELECT id, used_at, account, network, kind,"
		" pair_slot IS NOT NULL, account_slot IS NOT NULL, network_slot IS NOT NULL"
		" FROM enclave.quota_uses WHERE (used_at, id) > ($1, $2) ORDER BY used_at, id LIMIT $3",
		3, {TIMESTAMPTZOID, INT8OID, INT8OID}, NULL
	};
	QueryScope	scope;
	int			count;

	query_begin(&scope);
	count = query_run_after(&scope, &query, last->at, last->id, max);
	for (int i = 0; i < count; i++)
	{
		QuotaRow   *row = &rows[i];
		uint64		place = (uint64) i;
		bool		isnull;

		row->id = DatumGetInt64(query_value(place, 1, &isnull));
		row->at = DatumGetTimestampTz(query_value(place, 2, &isnull));
		query_read_digest(place, 3, &row->key.account);
		row->key.network = query_varlena(place, 4, scope.caller);
		row->key.kind = query_text(place, 5, scope.caller);
		for (int s = 0; s < QUOTA_SCOPES; s++)
			row->counts[s] = DatumGetBool(query_value(place, 6 + s, &isnull));
	}
	query_end(&scope);
	return count;
}

int64
quota_uses_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("quota_uses", "used_at")};

	return batch_step(&query, batch);
}
