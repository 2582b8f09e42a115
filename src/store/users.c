/*
 * users.c
 *		SQL over enclave.users.
 *
 * A login writes nothing here, so that an open transaction of one session
 * makes no other wait; only the renewal of an old hash does, and it steps
 * aside for anybody.
 */
#include "compat.h"

#include "store/users.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define COLUMNS \
	"id, epoch, email, name, password_hash, email_verified_at, disabled_at, disabled_until, " \
	"created_at, updated_at, password_change_required, epoch - session_lag, " \
	"coalesce(tokens_valid_from, created_at)"

static OptionalTime
read_time(uint64 row, int column)
{
	OptionalTime result;
	bool		isnull;
	Datum		value = query_value(row, column, &isnull);

	result.set = !isnull;
	result.at = isnull ? 0 : DatumGetTimestampTz(value);
	return result;
}

static void
read_user(UserRow *user, MemoryContext context)
{
	bool		isnull;

	user->id = DatumGetInt64(query_value(0, 1, &isnull));
	user->epoch = DatumGetInt64(query_value(0, 2, &isnull));
	user->email = query_text(0, 3, context);
	user->name = query_text(0, 4, context);
	user->password_hash = query_text(0, 5, context);
	user->email_verified_at = read_time(0, 6);
	user->disabled_at = read_time(0, 7);
	user->disabled_until = read_time(0, 8);
	user->created_at = DatumGetTimestampTz(query_value(0, 9, &isnull));
	user->updated_at = DatumGetTimestampTz(query_value(0, 10, &isnull));
	user->password_change_required = DatumGetBool(query_value(0, 11, &isnull));
	user->session_epoch = DatumGetInt64(query_value(0, 12, &isnull));
	user->valid_from = DatumGetTimestampTz(query_value(0, 13, &isnull));
}

static bool
find(SqlQuery *query, int64 id, QueryMode mode, UserRow *user)
{
	Datum		key = Int64GetDatum(id);
	QueryScope	scope;
	bool		found;

	query_begin(&scope);
	found = query_run(query, &key, NULL, mode) > 0;
	if (found)
		read_user(user, scope.caller);
	query_end(&scope);
	return found;
}

bool
users_find(int64 id, UserRow *user)
{
	static SqlQuery query = {
		"SELECT " COLUMNS " FROM enclave.users WHERE id = $1",
		1, {INT8OID}, NULL
	};

	return find(&query, id, QUERY_READ, user);
}

bool
users_lock(int64 id, UserRow *user)
{
	static SqlQuery query = {
		"SELECT " COLUMNS " FROM enclave.users WHERE id = $1 FOR NO KEY UPDATE",
		1, {INT8OID}, NULL
	};

	return find(&query, id, QUERY_WRITE, user);
}

/* Hidden: who may log in must not learn by the statistics who exists. */
bool
users_find_by_email(const char *folded, UserRow *user)
{
	static SqlQuery query = {
		"SELECT " COLUMNS " FROM enclave.users"
		" WHERE pg_catalog.lower(email COLLATE pg_catalog.\"C\") = $1",
		1, {TEXTOID}, NULL
	};
	Datum		key = CStringGetTextDatum(folded);
	QueryScope	scope;
	bool		found;

	query_begin(&scope);
	query_hide(&scope);
	found = query_run(&query, &key, NULL, QUERY_READ) > 0;
	if (found)
		read_user(user, scope.caller);
	query_end(&scope);
	return found;
}

/*
 * After an import with ids of its own the sequence goes on behind them.  Only
 * a convenience: users_add steps over an id that is taken all the same.
 */
static void
move_sequence_past(int64 id)
{
	static SqlQuery query = {
		"SELECT pg_catalog.setval('enclave.users_id_seq', $1) FROM enclave.users_id_seq"
		" WHERE last_value < $1",
		1, {INT8OID}, NULL
	};
	Datum		value = Int64GetDatum(id);

	query_run(&query, &value, NULL, QUERY_WRITE);
}

static bool
email_is_taken(const char *email)
{
	static SqlQuery query = {
		"SELECT FROM enclave.users WHERE pg_catalog.lower(email COLLATE pg_catalog.\"C\") ="
		" pg_catalog.lower($1 COLLATE pg_catalog.\"C\")",
		1, {TEXTOID}, NULL
	};
	Datum		value = CStringGetTextDatum(email);

	return query_run(&query, &value, NULL, QUERY_READ) > 0;
}

/*
 * One conflict clause for both keys.  A conflict with a generated id, possible
 * after an import with ids, is no conflict of the caller's: the next id is
 * tried.
 */
bool
users_add(const NewUser *new_user, TimestampTz now, UserRow *user)
{
	static SqlQuery query = {
		"INSERT INTO enclave.users"
		" (id, email, name, password_hash, email_verified_at, created_at, updated_at)"
		" VALUES (coalesce($1, pg_catalog.nextval('enclave.users_id_seq')), $2, $3, $4, $5, $6, $6)"
		" ON CONFLICT DO NOTHING RETURNING " COLUMNS,
		6, {INT8OID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[6];
	char		nulls[6] = {' ', ' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;
	bool		added;

	query_begin(&scope);
	values[0] = Int64GetDatum(new_user->id);
	values[1] = CStringGetTextDatum(new_user->email);
	values[2] = CStringGetTextDatum(new_user->name);
	values[3] = new_user->password_hash ? CStringGetTextDatum(new_user->password_hash) : (Datum) 0;
	values[4] = TimestampTzGetDatum(new_user->email_verified_at.at);
	values[5] = TimestampTzGetDatum(now);
	nulls[0] = new_user->id == 0 ? 'n' : ' ';
	nulls[3] = new_user->password_hash == NULL ? 'n' : ' ';
	nulls[4] = new_user->email_verified_at.set ? ' ' : 'n';

	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		added = query_run(&query, values, nulls, QUERY_WRITE) > 0;
		if (added || new_user->id != 0 || email_is_taken(new_user->email))
			break;
	}
	if (added)
	{
		read_user(user, scope.caller);
		if (new_user->id != 0)
			move_sequence_past(new_user->id);
	}
	query_end(&scope);
	return added;
}

bool
users_add_or_find(const NewUser *new_user, const char *folded, TimestampTz now, UserRow *user)
{
	static SqlQuery query = {
		"INSERT INTO enclave.users (email, name, password_hash, created_at, updated_at)"
		" VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING",
		4, {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;
	bool		added;

	values[0] = CStringGetTextDatum(new_user->email);
	values[1] = CStringGetTextDatum(new_user->name);
	values[2] = CStringGetTextDatum(new_user->password_hash);
	values[3] = TimestampTzGetDatum(now);

	/* Once, but for an id that was imported, and an account that is just being removed. */
	do
	{
		CHECK_FOR_INTERRUPTS();
		query_begin(&scope);
		added = query_run(&query, values, NULL, QUERY_WRITE) > 0;
		query_end(&scope);
	} while (!users_find_by_email(folded, user));
	return added;
}

bool
users_claim(int64 id, int64 epoch, TimestampTz now, UserRow *user)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET password_hash = NULL, email_verified_at = $3, updated_at = $3,"
		" tokens_valid_from = " USERS_VALID_FROM("$3") ", epoch = epoch + 1"
		" WHERE id = $1 AND epoch = $2 AND email_verified_at IS NULL RETURNING " COLUMNS,
		3, {INT8OID, INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;
	bool		claimed;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = Int64GetDatum(epoch);
	values[2] = TimestampTzGetDatum(now);
	claimed = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	if (claimed)
		read_user(user, scope.caller);
	query_end(&scope);
	return claimed;
}

void
users_renew_hash(int64 id, const char *old_hash, const char *new_hash)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET password_hash = $3 WHERE id ="
		" (SELECT id FROM enclave.users WHERE id = $1 AND password_hash = $2"
		" FOR NO KEY UPDATE SKIP LOCKED)",
		3, {INT8OID, TEXTOID, TEXTOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = CStringGetTextDatum(old_hash);
	values[2] = CStringGetTextDatum(new_hash);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

bool
users_begin_epoch(int64 id, bool jwt, TimestampTz now, int64 *epoch)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET epoch = epoch + 1,"
		" tokens_valid_from = CASE WHEN $2 THEN " USERS_VALID_FROM("$3")
		" ELSE tokens_valid_from END"
		" WHERE id = $1 RETURNING epoch",
		3, {INT8OID, BOOLOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;
	bool		isnull;
	bool		found;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = BoolGetDatum(jwt);
	values[2] = TimestampTzGetDatum(now);
	found = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	if (found)
		*epoch = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return found;
}

bool
users_shift_session_lag(int64 id, int by)
{
	static SqlQuery query = {
		"UPDATE enclave.users SET session_lag = session_lag + $2 WHERE id = $1",
		2, {INT8OID, INT4OID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		found;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = Int32GetDatum(by);
	found = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return found;
}

void
users_require_visible(int64 id)
{
	static SqlQuery query = {
		"SELECT FROM enclave.users WHERE id = $1",
		1, {INT8OID}, NULL
	};
	Datum		value = Int64GetDatum(id);
	QueryScope	scope;
	bool		visible;

	if (!IsolationUsesXactSnapshot())
		return;

	query_begin(&scope);
	visible = query_run_as_of_transaction(&query, &value) > 0;
	query_end(&scope);
	if (!visible)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errhint("The transaction might succeed if retried.")));
}

char *
users_export(int64 id)
{
	static SqlQuery query = {
		"SELECT pg_catalog.jsonb_build_object('id', id, 'email', email, 'name', name,"
		" 'email_verified_at', email_verified_at, 'created_at', created_at, 'updated_at', updated_at,"
		" 'disabled_at', disabled_at, 'disabled_until', disabled_until,"
		" 'disabled_reason', disabled_reason, 'tokens_valid_from', tokens_valid_from,"
		" 'has_password', password_hash IS NOT NULL,"
		" 'password_change_required', password_change_required)::pg_catalog.text"
		" FROM enclave.users WHERE id = $1",
		1, {INT8OID}, NULL
	};

	return query_read_text(&query, Int64GetDatum(id));
}

bool
users_any(void)
{
	static SqlQuery query = {"SELECT FROM enclave.users LIMIT 1", 0, {InvalidOid}, NULL};
	QueryScope	scope;
	bool		any;

	query_begin(&scope);
	any = query_run(&query, NULL, NULL, QUERY_READ) > 0;
	query_end(&scope);
	return any;
}

int64
users_prune_unverified(Batch *batch)
{
	static BatchQuery query = {
		BATCH_QUERY("users", "created_at", "'-infinity'",
					"email_verified_at IS NULL AND NOT formerly_verified AND created_at <= $2",
					TIMESTAMPTZOID)
	};

	return batch_step(&query, batch);
}

bool
users_is_disabled(const UserRow *user, TimestampTz now)
{
	return user->disabled_at.set && (!user->disabled_until.set || now < user->disabled_until.at);
}
