/*
 * self.c
 *		What the authenticated user does with his own account.
 */
#include "compat.h"

#include "flow/self.h"

#include "flow/change.h"
#include "flow/delete.h"
#include "flow/export.h"
#include "flow/close.h"
#include "flow/fault.h"
#include "flow/find.h"
#include "flow/identify.h"
#include "flow/prove.h"
#include "flow/relocate.h"
#include "flow/revoke.h"
#include "flow/update.h"
#include "store/access_tokens.h"
#include "utils/timestamp.h"

/* A login so recent that it stands for the password of who has none. */
#define RECENT_LOGIN_SECONDS (5 * 60)

void
self_account(UserRow *user)
{
	find_user_or_raise(identify_require()->user_id, user);
}

void
self_tokens(Tuplestorestate *into, TupleDesc descriptor)
{
	find_tokens(identify_require()->user_id, into, descriptor);
}

/*
 * An identity does not watch its credential.  Where it stands for a password,
 * the credential has to be alive still, in the epoch that is written into.
 */
static bool
came_recently(const Identity *identity, const UserRow *user)
{
	TimestampTz now = GetCurrentTimestamp();

	return identity->auth_time.set &&
		identity->auth_time.at > now - (int64) RECENT_LOGIN_SECONDS * USECS_PER_SEC &&
		access_tokens_lives(user->id, user->epoch, identity->token_id, now);
}

static LoginStatus
prove_self(const Identity *identity, const UserRow *user, const Secret *password)
{
	bool		none_given = password->bytes == NULL && !password->too_long;

	if (user->password_hash != NULL || !none_given)
		return prove_owner(user, password);
	if (users_is_disabled(user, GetCurrentTimestamp()))
		return LOGIN_ACCOUNT_DISABLED;
	if (!came_recently(identity, user))
		fault_forbidden("Without a password this takes a login of the last five minutes.");
	return LOGIN_OK;
}

void
self_update(const char *name, UserRow *user)
{
	fault_if_read_only("enclave.update_my_account()");
	update_user(identify_require_interactive()->user_id, name, NULL, user);
}

LoginStatus
self_request_email_change(const char *new_email, Secret *password)
{
	const Identity *identity = identify_require_interactive();
	LoginStatus status;
	UserRow		user;
	int64		retry_after;

	fault_if_read_only("enclave.request_my_email_change()");
	fault_if_restricted();
	find_user_or_raise(identity->user_id, &user);
	status = prove_self(identity, &user, password);
	secret_wipe(password);
	if (status != LOGIN_OK)
		return status;
	return relocate_ask(&user, new_email, 0, &retry_after) ? LOGIN_OK : LOGIN_TOO_MANY_ATTEMPTS;
}

LoginStatus
self_change_password(Secret *current, Secret *new_password)
{
	const Identity *identity = identify_require_interactive();
	KeptCredential kept = {identity->token_id, identity->session_id};
	ChangeOutcome outcome;
	UserRow		user;
	int64		ended;

	fault_if_read_only("enclave.change_my_password()");
	fault_if_restricted();
	do
	{
		LoginStatus status;

		find_user_or_raise(identity->user_id, &user);
		status = prove_self(identity, &user, current);
		if (status != LOGIN_OK)
			return status;
		outcome = change_write(&user, current, new_password, &kept, &ended);
	} while (outcome == CHANGE_OVERTAKEN);
	secret_wipe(current);
	secret_wipe(new_password);
	return outcome == CHANGE_BUSY ? LOGIN_BUSY : LOGIN_OK;
}

LoginStatus
self_delete(Secret *password)
{
	const Identity *identity = identify_require_interactive();
	LoginStatus status;
	UserRow		user;

	fault_if_read_only("enclave.delete_my_account()");
	fault_if_restricted();
	find_user_or_raise(identity->user_id, &user);
	status = prove_self(identity, &user, password);
	secret_wipe(password);
	if (status != LOGIN_OK)
		return status;
	delete_user(user.id);
	identify_clear();
	return LOGIN_OK;
}

Datum
self_export(void)
{
	return export_user(identify_require_interactive()->user_id);
}

bool
self_revoke_token(int64 token_id)
{
	const Identity *identity = identify_require_interactive();
	bool		own = identity->token_id != 0 && identity->token_id == token_id;
	bool		revoked = revoke_one(identity->user_id, token_id);

	if (own)
		identify_clear();
	return revoked;
}

int64
self_end_everything(void)
{
	int64		ended = revoke_everything(identify_require_interactive()->user_id, "", 0);

	identify_clear();
	return ended;
}

void
self_sessions(Tuplestorestate *into, TupleDesc descriptor)
{
	find_sessions(identify_require()->user_id, into, descriptor);
}

bool
self_end_session(int64 session_id)
{
	const Identity *identity = identify_require_interactive();
	bool		own = identity->session_id != 0 && identity->session_id == session_id;
	bool		ended = close_one(identity->user_id, session_id);

	if (own)
		identify_clear();
	return ended;
}
