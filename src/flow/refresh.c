/*
 * refresh.c
 *		Changing a login's token for a new one.
 *
 * The row keeps its id, name, abilities and the time of the login; only the
 * digest and the end are new.  One UPDATE decides, and checks everything once
 * more; what is read before it only names the reason of a refusal.
 */
#include "compat.h"

#include "flow/refresh.h"

#include "flow/fault.h"
#include "flow/issue.h"
#include "flow/record.h"
#include "flow/verify.h"
#include "settings.h"
#include "store/access_tokens.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static LoginStatus
check(const TokenDigest *digest, TimestampTz now)
{
	TimestampTz oldest_login = now - (int64) settings_token_max_lifetime * USECS_PER_SEC;
	TokenRow	token;
	UserRow		user;
	bool		current;

	if (!access_tokens_find(digest, &token, &current) || !current ||
		token.kind != TOKEN_KIND_LOGIN || !users_find(token.user_id, &user))
		return LOGIN_TOKEN_INVALID;
	if (users_is_disabled(&user, now))
		return LOGIN_ACCOUNT_DISABLED;
	if (token.expires_at <= now || token.created_at <= oldest_login)
		return LOGIN_TOKEN_EXPIRED;
	return LOGIN_OK;
}

static bool
replace(const TokenDigest *old_digest, const TokenDigest *new_digest, TimestampTz now,
		TimestampTz expires_at, TokenRow *token)
{
	return access_tokens_replace(old_digest, new_digest, now, expires_at,
								 settings_token_max_lifetime, token);
}

void
refresh_token(const char *text, size_t length, LoginResult *result)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz expires_at = now + (int64) settings_access_token_lifetime * USECS_PER_SEC;
	TokenDigest old_digest;
	TokenDigest new_digest;
	IssuedToken issued;
	TokenRow	token;

	fault_if_read_only("enclave.refresh()");
	memset(result, 0, sizeof(*result));
	result->status = LOGIN_TOKEN_INVALID;
	if (!verify_digest(text, length, &old_digest))
		return;
	result->status = check(&old_digest, now);
	if (result->status != LOGIN_OK)
		return;

	/*
	 * Once more if the token is still there: it was carried into a new epoch
	 * while we waited for its row, and the user's row was read before that.
	 */
	issue_draw(TOKEN_ACCESS, issued.text, &new_digest);
	if (!replace(&old_digest, &new_digest, now, expires_at, &token) &&
		!(check(&old_digest, now) == LOGIN_OK &&
		  replace(&old_digest, &new_digest, now, expires_at, &token)))
	{
		result->status = LOGIN_TOKEN_INVALID;
		return;
	}
	record_event(EVENT_TOKEN_REFRESHED, token.user_id, token.id, NULL, NULL, now);
	result->user_id = token.user_id;
	result->expires_at = token.expires_at;
	strlcpy(result->token, issued.text, sizeof(result->token));
	issue_wipe(&issued);
}
