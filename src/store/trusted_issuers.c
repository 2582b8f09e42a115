/*
 * trusted_issuers.c
 *		SQL over enclave.trusted_issuers.
 */
#include "compat.h"

#include "store/trusted_issuers.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/timestamp.h"

void
trusted_issuers_set(const TrustedIssuer *issuer, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.trusted_issuers"
		" (issuer, audience, algorithms, jwks, trusted_at, trusted_by)"
		" VALUES ($1, $2, $3, $4::pg_catalog.jsonb, $5, $6::pg_catalog.name)"
		" ON CONFLICT (issuer) DO UPDATE SET audience = excluded.audience,"
		" algorithms = excluded.algorithms, jwks = excluded.jwks,"
		" trusted_at = excluded.trusted_at, trusted_by = excluded.trusted_by",
		6, {TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID, TIMESTAMPTZOID, TEXTOID}, NULL
	};
	Datum		values[6];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(issuer->issuer);
	values[1] = CStringGetTextDatum(issuer->audience);
	values[2] = issuer->algorithms;
	values[3] = CStringGetTextDatum(issuer->jwks);
	values[4] = TimestampTzGetDatum(now);
	values[5] = CStringGetTextDatum(GetUserNameFromId(GetOuterUserId(), false));
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

bool
trusted_issuers_remove(const char *issuer)
{
	static SqlQuery query = {
		"DELETE FROM enclave.trusted_issuers WHERE issuer = $1",
		1, {TEXTOID}, NULL
	};

	return query_run_alone(&query, CStringGetTextDatum(issuer)) > 0;
}

bool
trusted_issuers_has(const char *issuer)
{
	static SqlQuery query = {
		"SELECT FROM enclave.trusted_issuers WHERE issuer = $1",
		1, {TEXTOID}, NULL
	};
	Datum		value = CStringGetTextDatum(issuer);
	QueryScope	scope;
	bool		found;

	query_begin(&scope);
	found = query_run(&query, &value, NULL, QUERY_READ) > 0;
	query_end(&scope);
	return found;
}

int
trusted_issuers_find(const char *key_id, TrustedIssuer *issuers, int max)
{
	static SqlQuery query = {
		"SELECT issuer, audience, jwks::pg_catalog.text, algorithms FROM enclave.trusted_issuers"
		" WHERE jwks @> pg_catalog.jsonb_build_object('keys', pg_catalog.jsonb_build_array("
		"pg_catalog.jsonb_build_object('kid', $1))) ORDER BY issuer",
		1, {TEXTOID}, NULL
	};
	Datum		value = CStringGetTextDatum(key_id);
	QueryScope	scope;
	int			count;

	query_begin(&scope);
	count = (int) Min(query_run(&query, &value, NULL, QUERY_READ), (uint64) max);
	for (int i = 0; i < count; i++)
	{
		uint64		row = (uint64) i;
		MemoryContext old;
		bool		isnull;

		issuers[i].issuer = query_text(row, 1, scope.caller);
		issuers[i].audience = query_text(row, 2, scope.caller);
		issuers[i].jwks = query_text(row, 3, scope.caller);
		old = MemoryContextSwitchTo(scope.caller);
		issuers[i].algorithms = datumCopy(query_value(row, 4, &isnull), false, -1);
		MemoryContextSwitchTo(old);
	}
	query_end(&scope);
	return count;
}
