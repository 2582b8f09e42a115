/*
 * linked_identities.c
 *		SQL over enclave.linked_identities.
 */
#include "compat.h"

#include "store/linked_identities.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

bool
linked_identities_add(int64 user_id, const char *issuer, const char *subject, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.linked_identities (user_id, issuer, subject, linked_at)"
		" SELECT id, $2, $3, $4 FROM enclave.users WHERE id = $1 FOR KEY SHARE SKIP LOCKED"
		" ON CONFLICT DO NOTHING",
		4, {INT8OID, TEXTOID, TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;
	bool		added;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = CStringGetTextDatum(issuer);
	values[2] = CStringGetTextDatum(subject);
	values[3] = TimestampTzGetDatum(now);
	added = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return added;
}

bool
linked_identities_remove(int64 user_id, const char *issuer, const char *subject)
{
	static SqlQuery query = {
		"DELETE FROM enclave.linked_identities WHERE user_id = $1 AND issuer = $2 AND subject = $3",
		3, {INT8OID, TEXTOID, TEXTOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;
	bool		removed;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = CStringGetTextDatum(issuer);
	values[2] = CStringGetTextDatum(subject);
	removed = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return removed;
}

void
linked_identities_remove_of_user(int64 user_id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.linked_identities WHERE user_id = $1",
		1, {INT8OID}, NULL
	};

	(void) query_run_alone(&query, Int64GetDatum(user_id));
}

int64
linked_identities_find(const char *issuer, const char *subject)
{
	static SqlQuery query = {
		"SELECT user_id FROM enclave.linked_identities WHERE issuer = $1 AND subject = $2",
		2, {TEXTOID, TEXTOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		isnull;
	int64		user_id = 0;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(issuer);
	values[1] = CStringGetTextDatum(subject);
	if (query_run(&query, values, NULL, QUERY_READ) > 0)
		user_id = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return user_id;
}

char *
linked_identities_export(int64 user_id)
{
	static SqlQuery query = {
		"SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('issuer', issuer,"
		" 'subject', subject, 'linked_at', linked_at) ORDER BY issuer, subject), '[]')::pg_catalog.text"
		" FROM enclave.linked_identities WHERE user_id = $1",
		1, {INT8OID}, NULL
	};

	return query_read_text(&query, Int64GetDatum(user_id));
}
