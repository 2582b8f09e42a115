/*
 * one_time.c
 *		Making, using and ending one-time tokens.
 *
 * Nothing here tells an unknown token from a used one or from one of another
 * purpose.  An expired one is told apart: whoever holds it was sent it.
 */
#include "compat.h"

#include "flow/one_time.h"

#include "settings.h"
#include "store/mail_queue.h"
#include "utils/timestamp.h"

/* The old address has a week to take a change back. */
#define REVERT_SECONDS (7 * 24 * 3600)

static const char *const purpose_names[ONE_TIME_PURPOSES] = {
	[ONE_TIME_PASSWORD_RESET] = "password_reset",
	[ONE_TIME_EMAIL_VERIFICATION] = "email_verification",
	[ONE_TIME_MAGIC_LINK] = "magic_link",
	[ONE_TIME_EMAIL_CHANGE] = "email_change",
	[ONE_TIME_EMAIL_REVERT] = "email_revert",
};

static const TokenPurpose token_purposes[ONE_TIME_PURPOSES] = {
	[ONE_TIME_PASSWORD_RESET] = TOKEN_PASSWORD_RESET,
	[ONE_TIME_EMAIL_VERIFICATION] = TOKEN_EMAIL_VERIFICATION,
	[ONE_TIME_MAGIC_LINK] = TOKEN_MAGIC_LINK,
	[ONE_TIME_EMAIL_CHANGE] = TOKEN_EMAIL_CHANGE,
	[ONE_TIME_EMAIL_REVERT] = TOKEN_EMAIL_CHANGE,
};

static int
lifetime(OneTimePurpose purpose)
{
	switch (purpose)
	{
		case ONE_TIME_PASSWORD_RESET:
			return settings_password_reset_lifetime;
		case ONE_TIME_EMAIL_VERIFICATION:
		case ONE_TIME_EMAIL_CHANGE:
			return settings_email_verification_lifetime;
		case ONE_TIME_MAGIC_LINK:
			return settings_magic_link_lifetime;
		case ONE_TIME_EMAIL_REVERT:
		case ONE_TIME_PURPOSES:
			break;
	}
	return REVERT_SECONDS;
}

TimestampTz
one_time_end(OneTimePurpose purpose, TimestampTz asked_at)
{
	return asked_at + (int64) lifetime(purpose) * USECS_PER_SEC;
}

bool
one_time_issue(OneTimePurpose purpose, const UserRow *user, const char *email,
			   const char *other_email, const TokenDigest *binder, TimestampTz asked_at,
			   IssuedToken *issued)
{
	TokenDigest digest;
	NewOneTime	new_token;

	memset(issued, 0, sizeof(*issued));
	new_token.user_id = user == NULL ? 0 : user->id;
	new_token.epoch = user == NULL ? 0 : user->epoch;
	new_token.email = email;
	new_token.other_email = other_email;
	new_token.binder = binder;
	new_token.created_at = GetCurrentTimestamp();
	new_token.expires_at = one_time_end(purpose, asked_at);
	if (new_token.expires_at <= new_token.created_at)
		return false;

	issue_draw(token_purposes[purpose], issued->text, &digest);
	issued->expires_at = new_token.expires_at;
	issued->id = one_time_tokens_add(purpose, &new_token, &digest);
	return true;
}

/* The digest a token of a purpose would be stored under; false if it cannot be one. */
static bool
digest_of(OneTimePurpose purpose, const char *text, size_t length, TokenDigest *digest)
{
	TokenPurpose prefix = token_purposes[purpose];
	TokenForm	form = token_classify(text, length, &prefix);

	if (form == TOKEN_FORM_REFUSED ||
		(form == TOKEN_FORM_OURS && prefix != token_purposes[purpose]))
		return false;
	issue_digest(text, length, digest);
	return true;
}

LoginStatus
one_time_consume_bound(OneTimePurpose purpose, const char *text, size_t length,
					   const TokenDigest *binder, OneTimeRow *row)
{
	TimestampTz now = GetCurrentTimestamp();
	TokenDigest digest;

	if (!digest_of(purpose, text, length, &digest))
		return LOGIN_TOKEN_INVALID;
	if (one_time_tokens_consume(purpose, &digest, binder, now, row))
		return LOGIN_OK;
	if (one_time_tokens_find(purpose, &digest, binder, false, now, row) && row->expires_at <= now)
		return LOGIN_TOKEN_EXPIRED;
	return LOGIN_TOKEN_INVALID;
}

LoginStatus
one_time_consume(OneTimePurpose purpose, const char *text, size_t length, OneTimeRow *row)
{
	return one_time_consume_bound(purpose, text, length, NULL, row);
}

LoginStatus
one_time_find(OneTimePurpose purpose, const char *text, size_t length, OneTimeRow *row)
{
	TimestampTz now = GetCurrentTimestamp();
	TokenDigest digest;

	if (!digest_of(purpose, text, length, &digest) ||
		!one_time_tokens_find(purpose, &digest, NULL, true, now, row))
		return LOGIN_TOKEN_INVALID;
	return row->expires_at > now ? LOGIN_OK : LOGIN_TOKEN_EXPIRED;
}

bool
one_time_peek(const char *text, size_t length, OneTimePurpose *purpose, OneTimeRow *row)
{
	for (*purpose = 0; *purpose < ONE_TIME_PURPOSES; (*purpose)++)
		if (one_time_find(*purpose, text, length, row) == LOGIN_OK)
			return true;
	return false;
}

const char *
one_time_purpose_name(OneTimePurpose purpose)
{
	return purpose_names[purpose];
}

char *
one_time_mask(const char *email)
{
	const char *at = strrchr(email, '@');

	return psprintf("%.1s***%s", email, at == NULL ? "" : at);
}

void
one_time_end_all(int64 user_id)
{
	for (int purpose = 0; purpose < ONE_TIME_EMAIL_REVERT; purpose++)
		one_time_tokens_remove((OneTimePurpose) purpose, user_id);
	mail_queue_remove_tokens(user_id);
}

void
one_time_end_reverts(int64 user_id)
{
	one_time_tokens_remove_reverts(user_id);
	mail_queue_remove_reverts(user_id, DT_NOBEGIN);
}

void
one_time_end_later_reverts(const OneTimeRow *used)
{
	mail_queue_remove_reverts(used->user_id,
							  used->expires_at - (int64) REVERT_SECONDS * USECS_PER_SEC);
}
