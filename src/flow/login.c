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
#include "flow/attempt.h"
#include "flow/close.h"
#include "flow/fault.h"
#include "flow/hashing.h"
#include "flow/normalize.h"
#include "flow/open.h"
#include "flow/record.h"
#include "flow/remember.h"
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
};

/* What the login is for: an access token, or a session. */
typedef struct Wish
{
	char	   *token_name;
	bool		session;
	Datum		data;			/* jsonb */
	const char *replaces;		/* not terminated */
	size_t		replaces_length;
} Wish;

const char *
login_status_name(LoginStatus status)
{
	return status_names[status];
}

/*
 * Find who logs in.  A malformed address is looked up as the empty one, which
 * nobody has; its attempts are counted under what was typed.
 */
static bool
find_user(const char *email, UserRow *user, const char **counted_as)
{
	Email	   *address = palloc0(sizeof(Email));
	const char *rule;

	if (normalize_email(email, address, &rule))
		*counted_as = address->folded;
	else
	{
		*counted_as = email == NULL ? "" : email;
		address->folded[0] = '\0';
	}
	return users_find_by_email(address->folded, user);
}

static LoginStatus
refuse_wrong_password(const Attempt *attempt, const Client *client, TimestampTz now)
{
	const char *locked = attempt_locks(attempt);

	attempt_fail(attempt);
	if (locked == NULL)
		record_event(EVENT_LOGIN_FAILED, attempt->user_id, 0, client,
					 "{\"reason\": \"invalid_credentials\"}", now);
	else
		record_event(EVENT_LOGIN_LOCKED, attempt->user_id, 0, client,
					 psprintf("{\"scope\": \"%s\"}", locked), now);
	return LOGIN_INVALID_CREDENTIALS;
}

/* Told only to who knows the password. */
static LoginStatus
check_account(const UserRow *user, TimestampTz now)
{
	if (users_is_disabled(user, now))
		return LOGIN_ACCOUNT_DISABLED;
	if (settings_require_verified_email && !user->email_verified_at.set)
		return LOGIN_EMAIL_NOT_VERIFIED;
	return LOGIN_OK;
}

static void
give_token(const UserRow *user, const Client *client, const Wish *wish, TimestampTz now,
		   LoginResult *result)
{
	IssuedToken issued;

	issue_login_token(user->id, user->epoch, wish->token_name, now, &issued);
	record_event(EVENT_LOGIN_SUCCESS, user->id, issued.id, client, NULL, now);
	result->expires_at = issued.expires_at;
	strlcpy(result->token, issued.text, sizeof(result->token));
	issue_wipe(&issued);
}

static void
give_session(const UserRow *user, const Client *client, const Wish *wish, TimestampTz now,
			 LoginResult *result)
{
	int64		replaced = close_replaced(wish->replaces, wish->replaces_length, now);
	SessionTicket ticket;

	open_session(user, client, wish->data, now, &ticket);
	record_session_event(EVENT_LOGIN_SUCCESS, user->id, ticket.issued.id, client,
						 replaced == 0 ? NULL :
						 psprintf("{\"replaced_session_id\": " INT64_FORMAT "}", replaced), now);
	result->expires_at = ticket.issued.expires_at;
	strlcpy(result->token, ticket.issued.text, sizeof(result->token));
	result->set_cookie = pstrdup(ticket.set_cookie);
	open_wipe(&ticket);
}

static void
admit(const UserRow *user, const Secret *password, const Client *client, const Wish *wish,
	  TimestampTz now, LoginResult *result)
{
	if (hashing_is_outdated(user->password_hash))
		users_renew_hash(user->id, user->password_hash, hashing_hash(password));

	result->last_login_at.set = audit_logs_last_login(user->id, &result->last_login_at.at,
													  &result->failures_since);
	result->has_failures = true;

	remember_network(user->id, client->network, now);
	if (wish->session)
		give_session(user, client, wish, now, result);
	else
		give_token(user, client, wish, now, result);
	result->user_id = user->id;
}

static void
log_in(const char *email, Secret *password, const Client *client, const Wish *wish,
	   LoginResult *result)
{
	TimestampTz now = GetCurrentTimestamp();
	const char *counted_as;
	UserRow		user;
	Attempt		attempt;
	bool		known;

	memset(result, 0, sizeof(*result));

	known = find_user(email, &user, &counted_as);
	if (attempt_take(counted_as, known ? user.id : 0, client->network, now, &attempt,
					 &result->retry_after) == ATTEMPT_REFUSED)
	{
		result->status = LOGIN_TOO_MANY_ATTEMPTS;
		return;
	}

	if (!hashing_verify(password, known ? user.password_hash : NULL))
	{
		result->status = refuse_wrong_password(&attempt, client, now);
		return;
	}

	now = GetCurrentTimestamp();
	attempt_succeed(&attempt, now);
	result->status = check_account(&user, now);
	if (result->status == LOGIN_OK)
	{
		users_require_visible(user.id);
		admit(&user, password, client, wish, now, result);
	}
	else
		record_event(EVENT_LOGIN_FAILED, user.id, 0, client,
					 psprintf("{\"reason\": \"%s\"}", login_status_name(result->status)), now);
	secret_wipe(password);
}

void
login_with_password(const char *email, Secret *password, const Client *client,
					const char *token_name, LoginResult *result)
{
	Wish		wish = {0};

	fault_if_read_only("enclave.login()");
	fault_if_restricted();
	wish.token_name = normalize_token_name_or_raise(token_name);
	log_in(email, password, client, &wish, result);
}

void
login_with_password_for_session(const char *email, Secret *password, const Client *client,
								Datum data, const char *replaces, size_t replaces_length,
								LoginResult *result)
{
	Wish		wish = {0};

	fault_if_read_only("enclave.login_session()");
	fault_if_restricted();
	cookie_check_settings();
	wish.session = true;
	wish.data = open_believed_data(data);
	wish.replaces = replaces;
	wish.replaces_length = replaces_length;
	log_in(email, password, client, &wish, result);
}

void
login_wipe(LoginResult *result)
{
	wipe_memory(result->token, sizeof(result->token));
	if (result->set_cookie != NULL)
		wipe_memory(result->set_cookie, strlen(result->set_cookie));
}
