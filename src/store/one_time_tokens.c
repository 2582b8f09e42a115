/*
 * one_time_tokens.c
 *		SQL over the tables of one-time tokens.
 *
 * Each statement is written once, as a macro, and once for each purpose there
 * is a constant text of it.  p is the token looked at, v its user.
 *
 * "One of the newest" is asked when a token is used: however many transactions
 * were making tokens at once, never more than ONE_TIME_ALIVE_MAX let anybody
 * in.  Adding one removes those it can see to be too old, without waiting.
 */
#include "compat.h"

#include "store/one_time_tokens.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

StaticAssertDecl(ONE_TIME_ALIVE_MAX == 3, "the statements below say 3");

#define RESETS "enclave.password_reset_tokens"
#define VERIFICATIONS "enclave.email_verification_tokens"
#define LINKS "enclave.magic_link_tokens"
#define CHANGES "enclave.email_change_tokens"

#define FOLDED(address) "pg_catalog.lower(" address " COLLATE pg_catalog.\"C\")"

/* A purpose's rows in its table, and what binds them to the user as he is now. */
#define ANY(row) "true"
#define CHANGE(row) row ".kind = 'change'"
#define REVERT(row) row ".kind = 'revert'"
#define BOUND(address) \
	"p.epoch = v.epoch AND " FOLDED("p." address) " = " FOLDED("v.email")
#define NEWEST(table, kind) \
	" AND 3 > (SELECT count(*) FROM " table " n WHERE n.user_id = p.user_id AND n.id > p.id" \
	" AND n.epoch = p.epoch AND n.expires_at > $2 AND " kind("n") ")"

/*
 * What a used token u takes along, of its user's others m.  A revert spares
 * those of the moves before its own, which ended earlier: or else a thief who
 * moves on, and back by the notice of that, closed the owner's way.
 */
#define ALL_OTHERS "true"
#define LATER_MOVES "m.expires_at >= u.expires_at"

#define BINDER " AND (p.binder IS NOT DISTINCT FROM $3 OR $4)"

#define ALIVE_RESET ANY("p") " AND " BOUND("email") NEWEST(RESETS, ANY)
#define ALIVE_VERIFICATION ANY("p") " AND " BOUND("email") NEWEST(VERIFICATIONS, ANY)
#define ALIVE_LINK ANY("p") " AND " BOUND("email") NEWEST(LINKS, ANY) BINDER
#define ALIVE_CHANGE CHANGE("p") " AND " BOUND("other_email") NEWEST(CHANGES, CHANGE)
/* Whatever a thief of the account does after the change, it can be taken back. */
#define ALIVE_REVERT REVERT("p")

#define NO_OTHER "NULL::pg_catalog.text"
#define RESULT(row, other) \
	row ".id, " row ".user_id, " row ".epoch, " row ".expires_at, " row ".email, " other

#define ADD_TYPES \
	INT8OID, INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID, BYTEAOID, TEXTOID, TEXTOID, BYTEAOID

/*
 * Nobody's token is not added: the foreign key could not be kept.  Nor is that
 * of a user who is being deleted: nobody waits for that.
 */
#define ADD(table, columns, values) \
	{ \
		"INSERT INTO " table " (user_id, epoch, created_at, expires_at, digest, email" columns ")" \
		" SELECT id, $2, $3, $4, $5, $6" values " FROM enclave.users WHERE id = $1" \
		" FOR KEY SHARE SKIP LOCKED RETURNING id", \
		8, {ADD_TYPES}, NULL \
	}

static SqlQuery add_queries[ONE_TIME_PURPOSES] = {
	ADD(RESETS, "", ""),
	ADD(VERIFICATIONS, "", ""),
	ADD(LINKS, ", binder", ", $8"),
	ADD(CHANGES, ", kind, other_email", ", 'change', $7"),
	ADD(CHANGES, ", kind, other_email", ", 'revert', $7"),
};

/* What a foreign key does (ri_triggers.c), for the row that is not there. */
static SqlQuery decoy_foreign_key = {
	"SELECT 1 FROM ONLY \"enclave\".\"users\" x WHERE \"id\" OPERATOR(pg_catalog.=) $1"
	" FOR KEY SHARE OF x",
	1, {INT8OID}, NULL
};

#define TRIM(table, kind) \
	{ \
		"DELETE FROM " table " WHERE id IN (SELECT o.id FROM " table " o WHERE o.id IN" \
		" (SELECT n.id FROM " table " n WHERE n.user_id = $1 AND n.epoch = $2 AND" \
		" n.expires_at > $3 AND " kind("n") " ORDER BY n.id DESC OFFSET 3)" \
		" FOR UPDATE SKIP LOCKED)", \
		3, {INT8OID, INT8OID, TIMESTAMPTZOID}, NULL \
	}

/* No revert makes room for another: a thief would only have to change twice more. */
static SqlQuery trim_queries[ONE_TIME_EMAIL_REVERT] = {
	TRIM(RESETS, ANY),
	TRIM(VERIFICATIONS, ANY),
	TRIM(LINKS, ANY),
	TRIM(CHANGES, CHANGE),
};

#define FIND(table, alive, other) \
	{ \
		"SELECT " RESULT("p", other) " FROM " table " p JOIN enclave.users v ON v.id = p.user_id" \
		" WHERE p.digest = $1 AND " alive, \
		4, {BYTEAOID, TIMESTAMPTZOID, BYTEAOID, BOOLOID}, NULL \
	}

static SqlQuery find_queries[ONE_TIME_PURPOSES] = {
	FIND(RESETS, ALIVE_RESET, NO_OTHER),
	FIND(VERIFICATIONS, ALIVE_VERIFICATION, NO_OTHER),
	FIND(LINKS, ALIVE_LINK, NO_OTHER),
	FIND(CHANGES, ALIVE_CHANGE, "p.other_email"),
	FIND(CHANGES, ALIVE_REVERT, "p.other_email"),
};

/*
 * The rows are locked in the order of their ids, so that two users of two
 * tokens do not wait for each other; and nothing is removed unless the token
 * itself is among what was locked.
 */
#define CONSUME(table, kind, alive, others, other) \
	{ \
		"WITH mine AS MATERIALIZED (SELECT o.id, o.expires_at, o.digest = $1 AS used" \
		" FROM " table " o WHERE o.user_id = (SELECT p.user_id FROM " table " p" \
		" JOIN enclave.users v ON v.id = p.user_id" \
		" WHERE p.digest = $1 AND p.expires_at > $2 AND " alive ")" \
		" AND " kind("o") " ORDER BY o.id FOR UPDATE)," \
		" gone AS (DELETE FROM " table " t USING mine m WHERE t.id = m.id" \
		" AND EXISTS (SELECT FROM mine u WHERE u.used AND " others ") RETURNING t.*, m.used)" \
		" SELECT " RESULT("g", other) " FROM gone g WHERE g.used", \
		4, {BYTEAOID, TIMESTAMPTZOID, BYTEAOID, BOOLOID}, NULL \
	}

static SqlQuery consume_queries[ONE_TIME_PURPOSES] = {
	CONSUME(RESETS, ANY, ALIVE_RESET, ALL_OTHERS, NO_OTHER),
	CONSUME(VERIFICATIONS, ANY, ALIVE_VERIFICATION, ALL_OTHERS, NO_OTHER),
	CONSUME(LINKS, ANY, ALIVE_LINK, ALL_OTHERS, NO_OTHER),
	CONSUME(CHANGES, CHANGE, ALIVE_CHANGE, ALL_OTHERS, "g.other_email"),
	CONSUME(CHANGES, REVERT, ALIVE_REVERT, LATER_MOVES, "g.other_email"),
};

#define REMOVE(table, kind) \
	{ \
		"DELETE FROM " table " WHERE id IN (SELECT o.id FROM " table " o WHERE o.user_id = $1" \
		" AND " kind("o") " FOR UPDATE SKIP LOCKED)", \
		1, {INT8OID}, NULL \
	}

static SqlQuery remove_queries[ONE_TIME_EMAIL_REVERT] = {
	REMOVE(RESETS, ANY),
	REMOVE(VERIFICATIONS, ANY),
	REMOVE(LINKS, ANY),
	REMOVE(CHANGES, CHANGE),
};

static void
trim(OneTimePurpose purpose, const NewOneTime *new_token)
{
	Datum		values[3];

	values[0] = Int64GetDatum(new_token->user_id);
	values[1] = Int64GetDatum(new_token->epoch);
	values[2] = TimestampTzGetDatum(new_token->created_at);
	query_run(&trim_queries[purpose], values, NULL, QUERY_WRITE);
}

int64
one_time_tokens_add(OneTimePurpose purpose, const NewOneTime *new_token,
					const TokenDigest *digest)
{
	Datum		values[8];
	char		nulls[8] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;
	bool		isnull;
	int64		id = 0;

	query_begin(&scope);
	values[0] = Int64GetDatum(new_token->user_id);
	values[1] = Int64GetDatum(new_token->epoch);
	values[2] = TimestampTzGetDatum(new_token->created_at);
	values[3] = TimestampTzGetDatum(new_token->expires_at);
	values[4] = query_digest(digest);
	values[5] = CStringGetTextDatum(new_token->email);
	values[6] = new_token->other_email ? CStringGetTextDatum(new_token->other_email) : (Datum) 0;
	values[7] = query_digest(new_token->binder);
	nulls[6] = new_token->other_email == NULL ? 'n' : ' ';
	nulls[7] = new_token->binder == NULL ? 'n' : ' ';
	if (query_run(&add_queries[purpose], values, nulls, QUERY_WRITE) > 0)
		id = DatumGetInt64(query_value(0, 1, &isnull));
	else
		query_run(&decoy_foreign_key, values, NULL, QUERY_WRITE);
	if (purpose != ONE_TIME_EMAIL_REVERT)
		trim(purpose, new_token);
	query_end(&scope);
	return id;
}

static bool
run(SqlQuery *query, const TokenDigest *digest, const TokenDigest *binder, bool any_binder,
	TimestampTz now, QueryMode mode, OneTimeRow *row)
{
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
	QueryScope	scope;
	bool		isnull;
	bool		found;

	query_begin(&scope);
	values[0] = query_digest(digest);
	values[1] = TimestampTzGetDatum(now);
	values[2] = query_digest(binder);
	values[3] = BoolGetDatum(any_binder);
	nulls[2] = binder == NULL ? 'n' : ' ';
	found = query_run(query, values, nulls, mode) > 0;
	if (found)
	{
		row->id = DatumGetInt64(query_value(0, 1, &isnull));
		row->user_id = DatumGetInt64(query_value(0, 2, &isnull));
		row->epoch = DatumGetInt64(query_value(0, 3, &isnull));
		row->expires_at = DatumGetTimestampTz(query_value(0, 4, &isnull));
		row->email = query_text(0, 5, scope.caller);
		row->other_email = query_text(0, 6, scope.caller);
	}
	query_end(&scope);
	return found;
}

bool
one_time_tokens_find(OneTimePurpose purpose, const TokenDigest *digest,
					 const TokenDigest *binder, bool any_binder, TimestampTz now, OneTimeRow *row)
{
	return run(&find_queries[purpose], digest, binder, any_binder, now, QUERY_READ, row);
}

bool
one_time_tokens_consume(OneTimePurpose purpose, const TokenDigest *digest,
						const TokenDigest *binder, TimestampTz now, OneTimeRow *row)
{
	return run(&consume_queries[purpose], digest, binder, false, now, QUERY_WRITE, row);
}

void
one_time_tokens_remove(OneTimePurpose purpose, int64 user_id)
{
	(void) query_run_alone(&remove_queries[purpose], Int64GetDatum(user_id));
}

#define EXPORT(table, purpose, other) \
	"SELECT created_at, pg_catalog.jsonb_build_object('purpose', " purpose "," \
	" 'created_at', created_at, 'expires_at', expires_at, 'email', email," \
	" 'other_email', " other ") AS token FROM " table " WHERE user_id = $1"

char *
one_time_tokens_export(int64 user_id)
{
	static SqlQuery query = {
		"SELECT coalesce(pg_catalog.jsonb_agg(t.token ORDER BY t.created_at), '[]')::pg_catalog.text"
		" FROM (" EXPORT(RESETS, "'password_reset'", NO_OTHER)
		" UNION ALL " EXPORT(VERIFICATIONS, "'email_verification'", NO_OTHER)
		" UNION ALL " EXPORT(LINKS, "'magic_link'", NO_OTHER)
		" UNION ALL " EXPORT(CHANGES, "'email_' || kind", "other_email") ") t",
		1, {INT8OID}, NULL
	};

	return query_read_text(&query, Int64GetDatum(user_id));
}

void
one_time_tokens_remove_reverts(int64 user_id)
{
	static SqlQuery query = {
		"WITH mine AS MATERIALIZED (SELECT o.id FROM " CHANGES " o WHERE o.user_id = $1"
		" AND " REVERT("o") " ORDER BY o.id FOR UPDATE)"
		" DELETE FROM " CHANGES " WHERE id IN (SELECT id FROM mine)",
		1, {INT8OID}, NULL
	};

	(void) query_run_alone(&query, Int64GetDatum(user_id));
}

int64
one_time_tokens_prune_resets(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("password_reset_tokens", "expires_at")};

	return batch_step(&query, batch);
}

int64
one_time_tokens_prune_verifications(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("email_verification_tokens", "expires_at")};

	return batch_step(&query, batch);
}

int64
one_time_tokens_prune_links(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("magic_link_tokens", "expires_at")};

	return batch_step(&query, batch);
}

int64
one_time_tokens_prune_changes(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("email_change_tokens", "expires_at")};

	return batch_step(&query, batch);
}
