/*
 * mail.c
 *		Queueing, taking and settling mail.
 *
 * Asking for a mail and getting one are apart: a stranger's request adds one
 * row, for a known and an unknown address alike, and touches neither the user
 * nor a token.  The mailer's own connection does the rest.
 */
#include "compat.h"

#include "flow/mail.h"

#include "flow/fault.h"
#include "flow/normalize.h"
#include "flow/one_time.h"
#include "miscadmin.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

/* Mails for one call of take_mail. */
#define TAKE_MAX 1000

/* Decoys that go with each. */
#define DECOYS_MAX 1000

/* The first failure is tried again after a minute. */
#define FAILURE_SECONDS 60

/* What could not be sent at all stays for a week, to be looked at. */
#define DEAD_SECONDS (7 * 24 * 3600)

/* Of a token, or of a good part of one. */
#define SECRET_LENGTH_MIN 20

/* The token that a kind of mail brings, or none. */
static const OneTimePurpose token_of_kind[MAIL_KINDS] = {
	[MAIL_PASSWORD_RESET] = ONE_TIME_PASSWORD_RESET,
	[MAIL_EMAIL_VERIFICATION] = ONE_TIME_EMAIL_VERIFICATION,
	[MAIL_MAGIC_LINK] = ONE_TIME_MAGIC_LINK,
	[MAIL_TEAM_INVITATION] = ONE_TIME_PURPOSES,
	[MAIL_ALREADY_REGISTERED] = ONE_TIME_PURPOSES,
	[MAIL_EMAIL_CHANGE] = ONE_TIME_EMAIL_CHANGE,
	[MAIL_EMAIL_CHANGED] = ONE_TIME_EMAIL_REVERT,
	[MAIL_PASSWORD_CHANGED] = ONE_TIME_PURPOSES,
	[MAIL_ACCOUNT_LOCKED] = ONE_TIME_PURPOSES,
};

/* As long as the address, and nothing of it: people type passwords into this field. */
static char *
decoy_recipient(const char *recipient)
{
	size_t		length = strnlen(recipient, EMAIL_LENGTH_MAX);
	char	   *decoy = palloc(length + 1);

	memset(decoy, 'x', length);
	decoy[length] = '\0';
	return decoy;
}

static void
queue(MailKind kind, const UserRow *user, const char *recipient, const char *other_email,
	  const TokenDigest *binder, TimestampTz now)
{
	MailRow		mail = {0};

	mail.kind = kind;
	mail.decoy = user == NULL;
	mail.user_id = user == NULL ? 0 : user->id;
	mail.epoch = user == NULL ? 0 : user->epoch;
	mail.created_at = now;
	mail.recipient = user == NULL ? decoy_recipient(recipient) : recipient;
	mail.other_email = other_email;
	mail.has_binder = binder != NULL;
	if (binder != NULL)
		mail.binder = *binder;
	mail_queue_add(&mail);
}

void
mail_queue(MailKind kind, const UserRow *user, const char *recipient, const char *other_email,
		   TimestampTz now)
{
	queue(kind, user, recipient, other_email, NULL, now);
}

void
mail_queue_link(const UserRow *user, const char *recipient, const TokenDigest *binder,
				TimestampTz now)
{
	queue(MAIL_MAGIC_LINK, user, recipient, NULL, binder, now);
}

static bool
is_address_of(const UserRow *user, const char *address)
{
	return address != NULL && pg_strcasecmp(user->email, address) == 0;
}

/*
 * Whether a mail may still go out.  Notices go to the address that they are
 * about even if the account has a new one by now: who took it would like them
 * to be lost.
 */
static bool
is_wanted(const MailRow *mail, const UserRow *user, TimestampTz now)
{
	bool		current = user->epoch == mail->epoch && !users_is_disabled(user, now);

	switch (mail->kind)
	{
		case MAIL_PASSWORD_RESET:
			return current && is_address_of(user, mail->recipient);
		case MAIL_EMAIL_VERIFICATION:
			return current && is_address_of(user, mail->recipient) &&
				!user->email_verified_at.set;
		case MAIL_MAGIC_LINK:
			return current && is_address_of(user, mail->recipient) && settings_magic_links;
		case MAIL_EMAIL_CHANGE:
			return current && is_address_of(user, mail->other_email);
		case MAIL_ALREADY_REGISTERED:
			return is_address_of(user, mail->recipient);
		case MAIL_EMAIL_CHANGED:
		case MAIL_PASSWORD_CHANGED:
		case MAIL_ACCOUNT_LOCKED:
			return true;
		case MAIL_TEAM_INVITATION:
		case MAIL_KINDS:
			break;
	}
	return false;
}

/* What a mail tells beside its token: of another address, as much as its owner knows again. */
static Datum
mail_data(const MailRow *mail)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoChar(&text, '{');
	if (mail->other_email != NULL)
	{
		appendStringInfoString(&text, "\"other_email_hint\": ");
		escape_json(&text, one_time_mask(mail->other_email));
	}
	appendStringInfoChar(&text, '}');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data));
}

/* Append a mail, with its token made now.  False if it is not to be sent. */
static bool
offer(const MailRow *mail, TimestampTz now, Tuplestorestate *into, TupleDesc descriptor)
{
	OneTimePurpose purpose = token_of_kind[mail->kind];
	bool		has_token = purpose != ONE_TIME_PURPOSES;
	IssuedToken issued;
	UserRow		user;
	Datum		values[7];
	bool		nulls[7] = {false};

	if (!users_find(mail->user_id, &user) || !is_wanted(mail, &user, now))
		return false;
	users_require_visible(user.id);
	if (has_token && !one_time_issue(purpose, &user, mail->recipient, mail->other_email,
									 mail->has_binder ? &mail->binder : NULL,
									 mail->created_at, &issued))
		return false;

	values[0] = Int64GetDatum(mail->id);
	values[1] = CStringGetTextDatum(mail_queue_kind_name(mail->kind));
	values[2] = CStringGetTextDatum(mail->recipient);
	values[3] = Int64GetDatum(mail->user_id);
	values[4] = has_token ? CStringGetTextDatum(issued.text) : (Datum) 0;
	values[5] = has_token ? TimestampTzGetDatum(issued.expires_at) : (Datum) 0;
	values[6] = mail_data(mail);
	nulls[4] = nulls[5] = !has_token;
	tuplestore_putvalues(into, descriptor, values, nulls);
	if (has_token)
		issue_wipe(&issued);
	return true;
}

void
mail_take(int max_count, Tuplestorestate *into, TupleDesc descriptor)
{
	int			given = 0;
	int			leased;
	int			asked;

	fault_if_read_only("enclave.take_mail()");
	if (max_count < 1 || max_count > TAKE_MAX)
		fault_validation("max_count_invalid", "Give a number from 1 to 1000.");

	mail_queue_remove_decoys(DECOYS_MAX);
	do
	{
		TimestampTz now = GetCurrentTimestamp();
		MailRow    *mails;

		CHECK_FOR_INTERRUPTS();
		asked = max_count - given;
		leased = mail_queue_lease(asked, now, settings_mail_lease, DEAD_SECONDS, &mails);
		for (int i = 0; i < leased; i++)
		{
			if (offer(&mails[i], now, into, descriptor))
				given++;
			else
				mail_queue_remove(mails[i].id);
		}
	} while (leased == asked && given < max_count);
}

void
mail_confirm(int64 id)
{
	fault_if_read_only("enclave.mail_sent()");
	(void) mail_queue_remove(id);
}

static bool
is_token_character(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A mail server that refuses a mail may quote it, and the link in it. */
static void
redact(char *text)
{
	size_t		length = strlen(text);
	size_t		start = 0;

	for (size_t i = 0; i <= length; i++)
	{
		if (i < length && is_token_character(text[i]))
			continue;
		if (i - start >= SECRET_LENGTH_MIN)
			memset(text + start, '*', i - start);
		start = i + 1;
	}
}

void
mail_fail(int64 id, const char *error)
{
	char	   *kept = normalize_text(error);

	fault_if_read_only("enclave.mail_failed()");
	if (kept != NULL)
		redact(kept);
	mail_queue_fail(id, kept, GetCurrentTimestamp(), FAILURE_SECONDS, DEAD_SECONDS);
}
