/*
 * login.c
 *		The order of a login, which is the contract's (api.md, section 4).
 *
 * What an attacker may see: that a pair, an account or a network is locked,
 * for known and unknown addresses alike; and, only after the right password,
 * that the account is disabled or unverified.  An unknown address, one
 * without a password and a malformed one take the same way with a decoy: the
 * same statements, one hash of the present cost, the same row.
 *
 * No row lock is held while hashing, and none is waited for at all.
 */
#include "compat.h"

#include "flow/login.h"

#include "crypto/wipe.h"
#include "flow/fault.h"
#include "flow/find.h"
#include "flow/hashing.h"
#include "flow/normalize.h"
#include "flow/prove.h"
#include "flow/record.h"
#include "flow/remember.h"
#include "flow/reset.h"
#include "settings.h"
#include "store/audit_logs.h"
#include "utils/builtins.h"

static const char *const status_names[] = {
	[LOGIN_OK] = "ok",
	[LOGIN_INVALID_CREDENTIALS] = "invalid_credentials",
	[LOGIN_TOO_MANY_ATTEMPTS] = "too_many_attempts",
	[LOGIN_TOKEN_INVALID] = "token_invalid",
	[LOGIN_TOKEN_EXPIRED] = "token_expired",
	[LOGIN_EMAIL_NOT_VERIFIED] = "email_not_verified",
	[LOGIN_ACCOUNT_DISABLED] = "account_disabled",
	[LOGIN_PASSWORD_CHANGE_REQUIRED] = "password_change_required",
};

const char *
login_status_name(LoginStatus status)
{
	return status_names[status];
}

/* Told only to who knows the password. */
static LoginStatus
check_account(const UserRow *user, TimestampTz now)
{
	if (users_is_disabled(user, now))
		return LOGIN_ACCOUNT_DISABLED;
	if (settings_require_verified_email && !user->email_verified_at.set)
		return LOGIN_EMAIL_NOT_VERIFIED;
	if (user->password_change_required)
		return LOGIN_PASSWORD_CHANGE_REQUIRED;
	return LOGIN_OK;
}

bool
login_admit(const UserRow *user, const Client *client, const char *token_name, EventKind event,
			TimestampTz now, LoginResult *result)
{
	IssuedToken issued;
	OptionalTime last;
	int			failures;

	last.set = audit_logs_last_login(user->id, &last.at, &failures);
	if (!issue_login_token(user->id, user->epoch, token_name, now, &issued))
		return false;
	remember_network(user->id, client->network, now);
	record_event(event, user->id, issued.id, client, NULL, now);

	result->status = LOGIN_OK;
	result->last_login_at = last;
	result->has_failures = true;
	result->failures_since = failures;
	result->user_id = user->id;
	result->expires_at = issued.expires_at;
	strlcpy(result->token, issued.text, sizeof(result->token));
	issue_wipe(&issued);
	return true;
}

static void
challenge(const UserRow *user, TimestampTz now, LoginResult *result)
{
	IssuedToken issued;

	reset_challenge(user, now, &issued);
	strlcpy(result->challenge, issued.text, sizeof(result->challenge));
	issue_wipe(&issued);
}

void
login_with_password(const char *email, Secret *password, const Client *client,
					const char *token_name, LoginResult *result)
{
	const char *counted_as;
	TimestampTz now;
	char	   *name;
	UserRow		user;
	bool		known;

	fault_if_read_only("enclave.login()");
	fault_if_restricted();
	name = normalize_token_name_or_raise(token_name);
	memset(result, 0, sizeof(*result));

	known = find_who_logs_in(email, &user, &counted_as);
	result->status = prove_password(known ? &user : NULL, counted_as, password, client,
									&result->retry_after);
	if (result->status != LOGIN_OK)
		return;

	now = GetCurrentTimestamp();
	result->status = check_account(&user, now);
	if (result->status == LOGIN_OK)
	{
		users_require_visible(user.id);
		if (hashing_is_outdated(user.password_hash))
			users_renew_hash(user.id, user.password_hash, hashing_hash(password));
		if (!login_admit(&user, client, name, EVENT_LOGIN_SUCCESS, now, result))
		{
			result->status = LOGIN_INVALID_CREDENTIALS;
			user.id = 0;
		}
	}
	if (result->status == LOGIN_PASSWORD_CHANGE_REQUIRED)
		challenge(&user, now, result);
	if (result->status != LOGIN_OK)
		record_event(EVENT_LOGIN_FAILED, user.id, 0, client,
					 psprintf("{\"reason\": \"%s\"}", login_status_name(result->status)), now);
	secret_wipe(password);
}

void
login_wipe(LoginResult *result)
{
	wipe_memory(result->token, sizeof(result->token));
	wipe_memory(result->challenge, sizeof(result->challenge));
}
