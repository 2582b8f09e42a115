/*
 * refresh_families.c
 *		SQL over enclave.refresh_families.
 */
#include "compat.h"

#include "store/refresh_families.h"

#include "catalog/pg_type.h"
#include "store/direct.h"
#include "store/query.h"
#include "utils/timestamp.h"

void
refresh_families_add(int64 id, const TokenDigest *digest, TimestampTz ends_at)
{
	static SqlQuery query = {
		"INSERT INTO enclave.refresh_families (id, digest, ends_at) VALUES ($1, $2, $3)",
		3, {INT8OID, BYTEAOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	DirectDigest value;
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = direct_digest(&value, digest);
	values[2] = TimestampTzGetDatum(ends_at);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

static void
read_token(int column, FamilyToken *token)
{
	bool		isnull;
	Datum		rotated_at = query_value(0, column, &isnull);

	token->set = !isnull;
	if (!token->set)
		return;
	token->rotated_at = DatumGetTimestampTz(rotated_at);
	query_read_digest(0, column + 1, &token->digest);
}

bool
refresh_families_find(int64 id, FamilyRow *family)
{
	static SqlQuery query = {
		"SELECT generation, digest, rotated_at, previous_digest, former_rotated_at, former_digest"
		" FROM enclave.refresh_families WHERE id = $1",
		1, {INT8OID}, NULL
	};
	Datum		value = Int64GetDatum(id);
	QueryScope	scope;
	bool		isnull;
	bool		found;

	memset(family, 0, sizeof(*family));
	query_begin(&scope);
	found = query_run(&query, &value, NULL, QUERY_READ) > 0;
	if (found)
	{
		family->generation = DatumGetInt64(query_value(0, 1, &isnull));
		query_read_digest(0, 2, &family->digest);
		read_token(3, &family->previous);
		read_token(5, &family->former);
	}
	query_end(&scope);
	return found;
}

bool
refresh_families_rotate(int64 id, const TokenDigest *presented, const TokenDigest *successor,
						TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.refresh_families SET generation = generation + 1, digest = $3,"
		" previous_digest = digest, rotated_at = $4,"
		" former_digest = previous_digest, former_rotated_at = rotated_at"
		" WHERE id = $1 AND digest = $2",
		4, {INT8OID, BYTEAOID, BYTEAOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	DirectDigest presented_value;
	DirectDigest successor_value;
	QueryScope	scope;
	bool		rotated;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = direct_digest(&presented_value, presented);
	values[2] = direct_digest(&successor_value, successor);
	values[3] = TimestampTzGetDatum(now);
	rotated = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return rotated;
}

void
refresh_families_remove_of_user(int64 user_id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.refresh_families WHERE id IN"
		" (SELECT f.id FROM enclave.refresh_families f JOIN enclave.sessions s ON s.id = f.id"
		" WHERE s.user_id = $1 FOR UPDATE OF f SKIP LOCKED)",
		1, {INT8OID}, NULL
	};

	(void) query_run_alone(&query, Int64GetDatum(user_id));
}

int64
refresh_families_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("refresh_families", "ends_at")};

	return batch_step(&query, batch);
}
