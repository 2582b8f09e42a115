/*
 * enter.c
 *		Logging in by a magic link.
 *
 * Who has the link has the mailbox.  If nobody ever verified the address, the
 * account may be another's: he signed up with an address that is not his, and
 * waits for its owner to come.  So whatever could let him in goes first: the
 * password, tokens, sessions, links, identities elsewhere, and a revert to an
 * address of his.
 */
#include "compat.h"

#include "flow/enter.h"

#include "flow/fault.h"
#include "flow/one_time.h"
#include "flow/revoke.h"
#include "settings.h"
#include "store/linked_identities.h"
#include "utils/timestamp.h"

/*
 * Who will change the user's row takes it first and the tokens after, as a
 * deletion does.  A login that only adds a token leaves it alone: nobody's
 * revocation waits for it.
 */
static void
lock_if_unverified(const char *text, size_t length)
{
	OneTimeRow	token;
	UserRow		user;

	if (one_time_find(ONE_TIME_MAGIC_LINK, text, length, &token) == LOGIN_OK &&
		users_find(token.user_id, &user) && !user.email_verified_at.set)
		(void) users_lock(user.id, &user);
}

static void
claim(const OneTimeRow *token, TimestampTz now, UserRow *user)
{
	if (!users_claim(token->user_id, token->epoch, now, user))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errhint("The transaction might succeed if retried.")));
	linked_identities_remove_of_user(user->id);
	revoke_credentials(user->id, user->epoch, NULL, now);
	one_time_end_reverts(user->id);
}

static void
enter(const char *text, size_t length, const Client *client, const TokenDigest *binder,
	  LoginResult *result)
{
	TimestampTz now = GetCurrentTimestamp();
	OneTimeRow	token;
	UserRow		user;

	memset(result, 0, sizeof(*result));
	result->status = LOGIN_TOKEN_INVALID;
	if (!settings_magic_links)
		return;
	lock_if_unverified(text, length);
	result->status = one_time_consume_bound(ONE_TIME_MAGIC_LINK, text, length, binder, &token);
	if (result->status != LOGIN_OK)
		return;

	result->status = LOGIN_TOKEN_INVALID;
	if (!users_find(token.user_id, &user) || user.epoch != token.epoch)
		return;
	if (users_is_disabled(&user, now))
	{
		result->status = LOGIN_ACCOUNT_DISABLED;
		record_event(EVENT_LOGIN_FAILED, user.id, 0, client,
					 "{\"reason\": \"account_disabled\"}", now);
		return;
	}
	users_require_visible(user.id);
	if (!user.email_verified_at.set)
		claim(&token, now, &user);
	if (!login_admit(&user, client, "", EVENT_MAGIC_LINK_USED, now, result))
		result->status = LOGIN_TOKEN_INVALID;
}

void
enter_by_link(const char *text, size_t length, const Client *client, const TokenDigest *binder,
			  LoginResult *result)
{
	fault_if_read_only("enclave.verify_magic_link()");
	fault_if_restricted();
	enter(text, length, client, binder, result);
	login_count(result);
}
