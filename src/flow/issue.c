/*
 * issue.c
 *		Making access tokens.
 */
#include "compat.h"

#include "flow/issue.h"

#include "crypto/wipe.h"
#include "flow/abilities.h"
#include "flow/fault.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "settings.h"
#include "store/access_tokens.h"
#include "store/users.h"
#include "utils/builtins.h"

/* As far ahead as a personal token may end. */
#define LIFETIME_YEARS_MAX 100

void
issue_draw(TokenPurpose purpose, char *text, TokenDigest *digest)
{
	const char *error = NULL;

	if (!token_generate(purpose, (size_t) settings_token_length, pg_strong_random, text, &error))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate a token: %s", error)));
	issue_digest(text, strlen(text), digest);
}

void
issue_digest(const char *text, size_t length, TokenDigest *digest)
{
	if (!token_digest(text, length, digest))
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("could not compute a SHA-256 digest")));
}

/* False if the user is gone, or is being deleted. */
static bool
issue(NewToken *new_token, IssuedToken *issued)
{
	TokenDigest digest;

	issue_draw(TOKEN_ACCESS, issued->text, &digest);
	issued->expires_at = new_token->expires_at;
	issued->id = access_tokens_add(new_token, &digest);
	if (issued->id == 0)
		issue_wipe(issued);
	return issued->id != 0;
}

bool
issue_login_token(int64 user_id, int64 epoch, const char *name, TimestampTz now,
				  IssuedToken *issued)
{
	int			lifetime = Min(settings_access_token_lifetime, settings_token_max_lifetime);
	NewToken	new_token;

	new_token.user_id = user_id;
	new_token.epoch = epoch;
	new_token.kind = TOKEN_KIND_LOGIN;
	new_token.name = name;
	new_token.abilities = abilities_all();
	new_token.created_at = now;
	new_token.expires_at = now + (int64) lifetime * USECS_PER_SEC;
	return issue(&new_token, issued);
}

static TimestampTz
later(TimestampTz now, const Interval *interval)
{
	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
												   TimestampTzGetDatum(now),
												   IntervalPGetDatum(interval)));
}

/* Compared as intervals first: adding a huge one would be an error of its own. */
TimestampTz
issue_end_of_life(TimestampTz now, const Interval *expires_in)
{
	Interval	longest = {0};
	Interval	none = {0};
	TimestampTz end;

	longest.month = LIFETIME_YEARS_MAX * MONTHS_PER_YEAR;
	if (DatumGetBool(DirectFunctionCall2(interval_le, IntervalPGetDatum(expires_in),
										 IntervalPGetDatum(&none))) ||
		DatumGetBool(DirectFunctionCall2(interval_gt, IntervalPGetDatum(expires_in),
										 IntervalPGetDatum(&longest))))
		fault_validation("expires_in_invalid", "Give more than nothing and at most 100 years.");

	/* A mixed interval ('1 mon -30 days') may still lead nowhere, or too far. */
	end = later(now, expires_in);
	if (end <= now || end > later(now, &longest))
		fault_validation("expires_in_invalid", "Give more than nothing and at most 100 years.");
	return end;
}

void
issue_personal_token(int64 user_id, const char *name, Datum abilities,
					 const Interval *expires_in, IssuedToken *issued)
{
	TimestampTz now = GetCurrentTimestamp();
	NewToken	new_token;
	UserRow		user;

	fault_if_read_only("enclave.create_token()");
	new_token.name = normalize_token_name_or_raise(name);
	new_token.abilities = abilities_check_or_raise(abilities);
	new_token.created_at = now;
	new_token.expires_at = expires_in == NULL ?
		now + (int64) settings_access_token_lifetime * USECS_PER_SEC :
		issue_end_of_life(now, expires_in);
	new_token.kind = TOKEN_KIND_PERSONAL;

	if (!users_find(user_id, &user))
		fault_user_not_found();
	if (users_is_disabled(&user, now))
		fault_forbidden("The account is disabled.");
	users_require_visible(user_id);

	new_token.user_id = user_id;
	new_token.epoch = user.epoch;
	if (!issue(&new_token, issued))
		fault_user_not_found();
	record_event(EVENT_TOKEN_CREATED, user_id, issued->id, NULL, NULL, now);
}

void
issue_wipe(IssuedToken *issued)
{
	wipe_memory(issued->text, sizeof(issued->text));
}
