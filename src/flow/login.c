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
#include "flow/close.h"
#include "flow/fault.h"
#include "flow/find.h"
#include "flow/hashing.h"
#include "flow/normalize.h"
#include "flow/open.h"
#include "flow/prove.h"
#include "flow/record.h"
#include "flow/remember.h"
#include "flow/renew.h"
#include "flow/reset.h"
#include "settings.h"
#include "shmem/tally.h"
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
	[LOGIN_BUSY] = "busy",
};

typedef enum WishKind
{
	WISH_TOKEN,
	WISH_SESSION,
	WISH_JWT
} WishKind;

/* What a login is for. */
typedef struct Wish
{
	WishKind	kind;
	const char *token_name;		/* of a token; the rest is a session's */
	Datum		data;			/* jsonb */
	const char *replaces;		/* not terminated */
	size_t		replaces_length;
} Wish;

const char *
login_status_name(LoginStatus status)
{
	return status_names[status];
}

void
login_count(const LoginResult *result)
{
	tally_add(TALLY_LOGINS + result->status);
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

/* The three kinds of credential: false if the account is gone, or being deleted. */
static bool
give_token(const UserRow *user, const Client *client, const Wish *wish, EventKind event,
		   TimestampTz now, LoginResult *result)
{
	IssuedToken issued;

	if (!issue_login_token(user->id, user->epoch, wish->token_name, now, &issued))
		return false;
	record_event(event, user->id, issued.id, client, NULL, now);
	result->expires_at = issued.expires_at;
	strlcpy(result->token, issued.text, sizeof(result->token));
	issue_wipe(&issued);
	return true;
}

static bool
give_session(const UserRow *user, const Client *client, const Wish *wish, EventKind event,
			 TimestampTz now, LoginResult *result)
{
	SessionTicket ticket;
	int64		replaced;

	if (!open_session(user, client, wish->data, now, &ticket))
		return false;
	replaced = close_replaced(wish->replaces, wish->replaces_length, now);
	record_session_event(event, user->id, ticket.issued.id, client,
						 replaced == 0 ? NULL :
						 psprintf("{\"replaced_session_id\": " INT64_FORMAT "}", replaced), now);
	result->expires_at = ticket.issued.expires_at;
	strlcpy(result->token, ticket.issued.text, sizeof(result->token));
	result->set_cookie = pstrdup(ticket.set_cookie);
	open_wipe(&ticket);
	return true;
}

static bool
give_jwt(const UserRow *user, const Client *client, EventKind event, TimestampTz now,
		 LoginResult *result)
{
	int64		session_id;

	if (!renew_begin(user, client, now, result, &session_id))
		return false;
	record_session_event(event, user->id, session_id, client, NULL, now);
	return true;
}

static bool
give(const UserRow *user, const Client *client, const Wish *wish, EventKind event,
	 TimestampTz now, LoginResult *result)
{
	switch (wish->kind)
	{
		case WISH_SESSION:
			return give_session(user, client, wish, event, now, result);
		case WISH_JWT:
			return give_jwt(user, client, event, now, result);
		default:
			return give_token(user, client, wish, event, now, result);
	}
}

static bool
admit(const UserRow *user, const Client *client, const Wish *wish, EventKind event,
	  TimestampTz now, LoginResult *result)
{
	OptionalTime last;
	int			failures;

	last.set = audit_logs_last_login(user->id, &last.at, &failures);
	if (!give(user, client, wish, event, now, result))
		return false;
	remember_network(user->id, client->network, now);

	result->status = LOGIN_OK;
	result->last_login_at = last;
	result->has_failures = true;
	result->failures_since = failures;
	result->user_id = user->id;
	return true;
}

bool
login_admit(const UserRow *user, const Client *client, const char *token_name, EventKind event,
			TimestampTz now, LoginResult *result)
{
	Wish		wish = {0};

	wish.token_name = token_name;
	return admit(user, client, &wish, event, now, result);
}

static void
challenge(const UserRow *user, TimestampTz now, LoginResult *result)
{
	IssuedToken issued;

	reset_challenge(user, now, &issued);
	strlcpy(result->challenge, issued.text, sizeof(result->challenge));
	issue_wipe(&issued);
}

/* Not in its turn to be hashed, it will be at the next login. */
static void
renew_hash(const UserRow *user, const Secret *password)
{
	char	   *hash = hashing_try(password);

	if (hash != NULL)
		users_renew_hash(user->id, user->password_hash, hash);
}

static void
log_in(const char *email, Secret *password, const Client *client, const Wish *wish,
	   LoginResult *result)
{
	const char *looked_up_as;
	const char *counted_as = find_counted_as(email, &looked_up_as);
	TimestampTz now;
	UserRow		user;
	bool		known;

	memset(result, 0, sizeof(*result));
	result->status = prove_look(counted_as, client, &result->retry_after);
	if (result->status != LOGIN_OK)
		return;
	known = users_find_by_email(looked_up_as, &user);
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
			renew_hash(&user, password);
		if (!admit(&user, client, wish, EVENT_LOGIN_SUCCESS, now, result))
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
login_with_password(const char *email, Secret *password, const Client *client,
					const char *token_name, LoginResult *result)
{
	Wish		wish = {0};

	fault_if_read_only("enclave.login()");
	fault_if_restricted();
	wish.token_name = normalize_token_name_or_raise(token_name);
	log_in(email, password, client, &wish, result);
	login_count(result);
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
	wish.kind = WISH_SESSION;
	wish.data = open_believed_data(data);
	wish.replaces = replaces;
	wish.replaces_length = replaces_length;
	log_in(email, password, client, &wish, result);
	login_count(result);
}

void
login_with_password_for_jwt(const char *email, Secret *password, const Client *client,
							LoginResult *result)
{
	Wish		wish = {0};

	fault_if_read_only("enclave.login_jwt()");
	fault_if_restricted();
	renew_require_key();
	wish.kind = WISH_JWT;
	log_in(email, password, client, &wish, result);
	login_count(result);
}

void
login_wipe(LoginResult *result)
{
	wipe_memory(result->refresh_token, sizeof(result->refresh_token));
	if (result->jwt != NULL)
		wipe_memory(result->jwt, strlen(result->jwt));
	wipe_memory(result->token, sizeof(result->token));
	wipe_memory(result->challenge, sizeof(result->challenge));
	if (result->set_cookie != NULL)
		wipe_memory(result->set_cookie, strlen(result->set_cookie));
}
