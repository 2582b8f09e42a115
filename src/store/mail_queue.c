/*
 * mail_queue.c
 *		SQL over enclave.mail_queue, and its channel.
 *
 * No statement waits for a row: a mailer's open transaction holds up nobody.
 */
#include "compat.h"

#include "store/mail_queue.h"

#include "catalog/pg_type.h"
#include "commands/async.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* Any role may LISTEN: that there may be mail is all that is told. */
#define CHANNEL "enclave_mail"

StaticAssertDecl(MAIL_TRIES_MAX == 8, "the statements below say 8");

/* Seconds that double with each try, and the rest after the last one. */
#define NEXT(tries, first, rest) \
	"$1 + pg_catalog.make_interval(secs => CASE WHEN " tries " >= 8 THEN " rest \
	" ELSE " first " * pg_catalog.power(2::pg_catalog.float8, " tries " - 1) END)"

static const char *const kind_names[MAIL_KINDS] = {
	[MAIL_PASSWORD_RESET] = "password_reset",
	[MAIL_EMAIL_VERIFICATION] = "email_verification",
	[MAIL_MAGIC_LINK] = "magic_link",
	[MAIL_TEAM_INVITATION] = "team_invitation",
	[MAIL_ALREADY_REGISTERED] = "already_registered",
	[MAIL_EMAIL_CHANGE] = "email_change",
	[MAIL_EMAIL_CHANGED] = "email_changed",
	[MAIL_PASSWORD_CHANGED] = "password_changed",
	[MAIL_ACCOUNT_LOCKED] = "account_locked",
};

const char *
mail_queue_kind_name(MailKind kind)
{
	return kind_names[kind];
}

static MailKind
kind_from_name(const char *name)
{
	for (int kind = 0; kind < MAIL_KINDS; kind++)
		if (strcmp(kind_names[kind], name) == 0)
			return (MailKind) kind;
	elog(ERROR, "unknown kind of mail");
}

static Datum
binder_datum(const TokenDigest *binder)
{
	bytea	   *value = palloc(VARHDRSZ + sizeof(TokenDigest));

	SET_VARSIZE(value, VARHDRSZ + sizeof(TokenDigest));
	memcpy(VARDATA(value), binder, sizeof(TokenDigest));
	return PointerGetDatum(value);
}

void
mail_queue_add(const MailRow *mail)
{
	static SqlQuery query = {
		"INSERT INTO enclave.mail_queue"
		" (kind, user_id, epoch, created_at, next_at, recipient, other_email, binder, decoy)"
		" VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8)",
		8, {TEXTOID, INT8OID, INT8OID, TIMESTAMPTZOID, TEXTOID, TEXTOID, BYTEAOID, BOOLOID}, NULL
	};
	Datum		values[8];
	char		nulls[8] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(kind_names[mail->kind]);
	values[1] = Int64GetDatum(mail->user_id);
	values[2] = Int64GetDatum(mail->epoch);
	values[3] = TimestampTzGetDatum(mail->created_at);
	values[4] = CStringGetTextDatum(mail->recipient);
	values[5] = mail->other_email ? CStringGetTextDatum(mail->other_email) : (Datum) 0;
	nulls[5] = mail->other_email == NULL ? 'n' : ' ';
	values[6] = mail->has_binder ? binder_datum(&mail->binder) : (Datum) 0;
	nulls[6] = mail->has_binder ? ' ' : 'n';
	values[7] = BoolGetDatum(mail->decoy);
	query_run(&query, values, nulls, QUERY_WRITE);
	query_end(&scope);
	Async_Notify(CHANNEL, "");
}

static void
read_mail(uint64 row, MemoryContext context, MailRow *mail)
{
	bool		isnull;
	Datum		binder;

	mail->id = DatumGetInt64(query_value(row, 1, &isnull));
	mail->kind = kind_from_name(query_text(row, 2, CurrentMemoryContext));
	mail->user_id = DatumGetInt64(query_value(row, 3, &isnull));
	mail->epoch = DatumGetInt64(query_value(row, 4, &isnull));
	mail->created_at = DatumGetTimestampTz(query_value(row, 5, &isnull));
	mail->recipient = query_text(row, 6, context);
	mail->other_email = query_text(row, 7, context);
	binder = query_value(row, 8, &isnull);
	mail->has_binder = !isnull;
	if (mail->has_binder)
		memcpy(&mail->binder, VARDATA_ANY(DatumGetByteaPP(binder)), sizeof(TokenDigest));
}

int
mail_queue_lease(int limit, TimestampTz now, int lease, int dead, MailRow **mails)
{
	static SqlQuery query = {
		"WITH due AS MATERIALIZED (SELECT id FROM enclave.mail_queue WHERE next_at <= $1"
		" AND tries < 8 AND NOT decoy"
		" ORDER BY next_at, id LIMIT $2 FOR UPDATE SKIP LOCKED),"
		" taken AS (UPDATE enclave.mail_queue q SET tries = q.tries + 1,"
		" next_at = " NEXT("(q.tries + 1)", "$3", "$4")
		" FROM due WHERE q.id = due.id RETURNING q.*)"
		" SELECT id, kind, user_id, epoch, created_at, recipient, other_email, binder"
		" FROM taken ORDER BY id",
		4, {TIMESTAMPTZOID, INT8OID, FLOAT8OID, FLOAT8OID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;
	uint64		rows;

	query_begin(&scope);
	values[0] = TimestampTzGetDatum(now);
	values[1] = Int64GetDatum(limit);
	values[2] = Float8GetDatum(lease);
	values[3] = Float8GetDatum(dead);
	rows = query_run(&query, values, NULL, QUERY_WRITE);
	*mails = MemoryContextAllocZero(scope.caller, Max(rows, 1) * sizeof(MailRow));
	for (uint64 i = 0; i < rows; i++)
		read_mail(i, scope.caller, &(*mails)[i]);
	query_end(&scope);
	return (int) rows;
}

bool
mail_queue_remove(int64 id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.mail_queue WHERE id = $1",
		1, {INT8OID}, NULL
	};

	return query_run_alone(&query, Int64GetDatum(id)) > 0;
}

void
mail_queue_fail(int64 id, const char *error, TimestampTz now, int delay, int dead)
{
	static SqlQuery query = {
		"UPDATE enclave.mail_queue q SET last_error = $3,"
		" next_at = " NEXT("q.tries", "$4", "$5")
		" WHERE id = $2 AND tries > 0",
		5, {TIMESTAMPTZOID, INT8OID, TEXTOID, FLOAT8OID, FLOAT8OID}, NULL
	};
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;

	query_begin(&scope);
	values[0] = TimestampTzGetDatum(now);
	values[1] = Int64GetDatum(id);
	values[2] = error == NULL ? (Datum) 0 : CStringGetTextDatum(error);
	nulls[2] = error == NULL ? 'n' : ' ';
	values[3] = Float8GetDatum(delay);
	values[4] = Float8GetDatum(dead);
	query_run(&query, values, nulls, QUERY_WRITE);
	query_end(&scope);
}

void
mail_queue_remove_tokens(int64 user_id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.mail_queue WHERE id IN (SELECT id FROM enclave.mail_queue"
		" WHERE user_id = $1 AND kind IN ('password_reset', 'email_verification', 'magic_link',"
		" 'team_invitation', 'email_change') FOR UPDATE SKIP LOCKED)",
		1, {INT8OID}, NULL
	};

	(void) query_run_alone(&query, Int64GetDatum(user_id));
}

void
mail_queue_remove_reverts(int64 user_id, TimestampTz since)
{
	static SqlQuery query = {
		"DELETE FROM enclave.mail_queue WHERE id IN (SELECT id FROM enclave.mail_queue"
		" WHERE user_id = $1 AND kind = 'email_changed' AND created_at >= $2"
		" FOR UPDATE SKIP LOCKED)",
		2, {INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = TimestampTzGetDatum(since);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

void
mail_queue_remove_user(int64 user_id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.mail_queue WHERE id IN (SELECT id FROM enclave.mail_queue"
		" WHERE user_id = $1 FOR UPDATE SKIP LOCKED)",
		1, {INT8OID}, NULL
	};

	(void) query_run_alone(&query, Int64GetDatum(user_id));
}

char *
mail_queue_export(int64 user_id)
{
	static SqlQuery query = {
		"SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('kind', kind,"
		" 'queued_at', created_at, 'recipient', recipient, 'other_email', other_email,"
		" 'tries', tries) ORDER BY id), '[]')::pg_catalog.text"
		" FROM enclave.mail_queue WHERE user_id = $1",
		1, {INT8OID}, NULL
	};

	return query_read_text(&query, Int64GetDatum(user_id));
}

void
mail_queue_remove_decoys(int limit)
{
	static SqlQuery query = {
		"DELETE FROM enclave.mail_queue WHERE id IN (SELECT id FROM enclave.mail_queue"
		" WHERE user_id = 0 AND decoy LIMIT $1 FOR UPDATE SKIP LOCKED)",
		1, {INT8OID}, NULL
	};

	(void) query_run_alone(&query, Int64GetDatum(limit));
}

int64
mail_queue_prune(Batch *batch)
{
	static BatchQuery query = {
		BATCH_BY_ID("mail_queue", "id",
					"(decoy OR (next_at <= $2 AND (tries >= 8"
					" OR created_at < $2 - '30 days'::pg_catalog.interval)))")
	};

	return batch_step(&query, batch);
}
