/*
 * users_change.c
 *		SQL that changes and removes rows of enclave.users.
 */
#include "compat.h"

#include "store/users_change.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* Run a statement that returns the epoch it has begun. */
static bool
run_for_epoch(SqlQuery *query, Datum *values, const char *nulls, int64 *epoch)
{
	bool		isnull;
	bool		found = query_run(query, values, nulls, QUERY_WRITE) > 0;

	if (found)
		*epoch = DatumGetInt64(query_value(0, 1, &isnull));
	return found;
}

bool
users_change_password(int64 id, int64 epoch_read, const char *hash, TimestampTz now, int64 *epoch)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET password_hash = $3, password_change_required = false,"
		" epoch = epoch + 1, tokens_valid_from = " USERS_VALID_FROM("$4") ", updated_at = $4"
		" WHERE id = $1 AND $2 IN (0, epoch) RETURNING epoch",
		4, {INT8OID, INT8OID, TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
	QueryScope	scope;
	bool		changed;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = Int64GetDatum(epoch_read);
	values[2] = hash == NULL ? (Datum) 0 : CStringGetTextDatum(hash);
	nulls[2] = hash == NULL ? 'n' : ' ';
	values[3] = TimestampTzGetDatum(now);
	changed = run_for_epoch(&query, values, nulls, epoch);
	query_end(&scope);
	return changed;
}

/* Run one that takes the id and a time only. */
static bool
change_at(SqlQuery *query, int64 id, TimestampTz now)
{
	Datum		values[2];
	QueryScope	scope;
	bool		changed;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = TimestampTzGetDatum(now);
	changed = query_run(query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return changed;
}

bool
users_change_name(int64 id, const char *name, TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET name = $2, updated_at = $3 WHERE id = $1",
		3, {INT8OID, TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;
	bool		changed;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = CStringGetTextDatum(name);
	values[2] = TimestampTzGetDatum(now);
	changed = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return changed;
}

bool
users_change_email(int64 id, const char *email, OptionalTime verified_at, TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET email = $2, email_verified_at = $3, updated_at = $4,"
		" formerly_verified = formerly_verified OR email_verified_at IS NOT NULL WHERE id = $1",
		4, {INT8OID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
	QueryScope	scope;
	uint64		count;
	bool		free;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = CStringGetTextDatum(email);
	values[2] = TimestampTzGetDatum(verified_at.at);
	nulls[2] = verified_at.set ? ' ' : 'n';
	values[3] = TimestampTzGetDatum(now);
	free = query_run_if_unique(&query, values, nulls, &count);
	query_end(&scope);
	return free;
}

void
users_change_verified(int64 id, TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET email_verified_at = $2 WHERE id = $1 AND email_verified_at IS NULL",
		2, {INT8OID, TIMESTAMPTZOID}, NULL
	};

	(void) change_at(&query, id, now);
}

bool
users_change_disabled(int64 id, const char *reason, OptionalTime until, TimestampTz now,
					  int64 *epoch)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET disabled_at = $4, disabled_until = $3, disabled_reason = $2,"
		" epoch = epoch + 1, tokens_valid_from = " USERS_VALID_FROM("$4") ", updated_at = $4 WHERE id = $1 RETURNING epoch",
		4, {INT8OID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
	QueryScope	scope;
	bool		changed;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = CStringGetTextDatum(reason);
	values[2] = TimestampTzGetDatum(until.at);
	nulls[2] = until.set ? ' ' : 'n';
	values[3] = TimestampTzGetDatum(now);
	changed = run_for_epoch(&query, values, nulls, epoch);
	query_end(&scope);
	return changed;
}

bool
users_change_enabled(int64 id, TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET disabled_at = NULL, disabled_until = NULL, disabled_reason = NULL,"
		" updated_at = $2 WHERE id = $1",
		2, {INT8OID, TIMESTAMPTZOID}, NULL
	};

	return change_at(&query, id, now);
}

bool
users_change_required(int64 id, TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET password_change_required = true, updated_at = $2 WHERE id = $1",
		2, {INT8OID, TIMESTAMPTZOID}, NULL
	};

	return change_at(&query, id, now);
}

bool
users_verify_email(int64 id, int64 epoch, const char *email, TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET email_verified_at = coalesce(email_verified_at, $3),"
		" updated_at = CASE WHEN email_verified_at IS NULL THEN $3 ELSE updated_at END"
		" WHERE id = $1 AND epoch = $2 AND pg_catalog.lower(email COLLATE pg_catalog.\"C\") ="
		" pg_catalog.lower($4 COLLATE pg_catalog.\"C\")",
		4, {INT8OID, INT8OID, TIMESTAMPTZOID, TEXTOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;
	bool		verified;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = Int64GetDatum(epoch);
	values[2] = TimestampTzGetDatum(now);
	values[3] = CStringGetTextDatum(email);
	verified = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return verified;
}

bool
users_remove_never_verified(int64 id, int64 epoch)
{
	static SqlQuery query = {
		"DELETE FROM enclave.users WHERE id = $1 AND epoch = $2"
		" AND email_verified_at IS NULL AND NOT formerly_verified",
		2, {INT8OID, INT8OID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		removed;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = Int64GetDatum(epoch);
	removed = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return removed;
}

void
users_change_removed(int64 id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.users WHERE id = $1",
		1, {INT8OID}, NULL
	};

	(void) query_run_alone(&query, Int64GetDatum(id));
}
