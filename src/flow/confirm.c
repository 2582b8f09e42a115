/*
 * confirm.c
 *		Verifying an address, and disowning an account.
 *
 * The user's row is locked before the token, as a deletion does it, so that
 * neither waits for the other in a circle.  What the token does to the account
 * asks once more for the epoch and address that it was made for.
 */
#include "compat.h"

#include "flow/confirm.h"

#include "flow/delete.h"
#include "flow/fault.h"
#include "flow/identify.h"
#include "flow/one_time.h"
#include "flow/record.h"
#include "settings.h"
#include "store/users_change.h"
#include "utils/timestamp.h"

/*
 * With verify_email_requires_login a click is not enough: whoever clicks may be
 * the owner of the mailbox and not of the account.  Another's token is left
 * unused.
 */
static bool
is_own(const char *text, size_t length)
{
	const Identity *identity;
	OneTimeRow	token;
	LoginStatus status;

	if (!settings_verify_email_requires_login)
		return true;
	identity = identify_require_interactive();
	status = one_time_find(ONE_TIME_EMAIL_VERIFICATION, text, length, &token);
	return status == LOGIN_TOKEN_INVALID || token.user_id == identity->user_id;
}

static LoginStatus
consume(const char *text, size_t length, OneTimeRow *token)
{
	UserRow		user;
	LoginStatus status;

	status = one_time_find(ONE_TIME_EMAIL_VERIFICATION, text, length, token);
	if (status != LOGIN_OK)
		return status;
	if (!users_lock(token->user_id, &user))
		return LOGIN_TOKEN_INVALID;
	return one_time_consume(ONE_TIME_EMAIL_VERIFICATION, text, length, token);
}

LoginStatus
confirm_email(const char *text, size_t length, int64 *user_id)
{
	TimestampTz now = GetCurrentTimestamp();
	OneTimeRow	token;
	LoginStatus status;

	fault_if_read_only("enclave.verify_email()");
	fault_if_restricted();
	if (!is_own(text, length))
		return LOGIN_TOKEN_INVALID;
	status = consume(text, length, &token);
	if (status != LOGIN_OK)
		return status;
	if (!users_verify_email(token.user_id, token.epoch, token.email, now))
		return LOGIN_TOKEN_INVALID;
	record_event(EVENT_EMAIL_VERIFIED, token.user_id, 0, NULL, NULL, now);
	*user_id = token.user_id;
	return LOGIN_OK;
}

void
confirm_rejection(const char *text, size_t length)
{
	OneTimeRow	token;

	fault_if_read_only("enclave.reject_verification()");
	fault_if_restricted();
	if (consume(text, length, &token) != LOGIN_OK ||
		!users_remove_never_verified(token.user_id, token.epoch))
		return;
	delete_remains(token.user_id, token.email);
	record_event(EVENT_USER_DELETED, token.user_id, 0, NULL, "{\"reason\": \"rejected\"}",
				 GetCurrentTimestamp());
}
