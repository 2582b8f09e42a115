/*
 * confirm.c
 *		Verifying an address, and disowning an account.
 *
 * The token is consumed first, and what it does to the account asks once more
 * for the epoch and address that it was made for: a revocation or a change of
 * address that commits meanwhile wins.
 */
#include "compat.h"

#include "flow/confirm.h"

#include "flow/fault.h"
#include "flow/one_time.h"
#include "flow/record.h"
#include "store/mail_queue.h"
#include "store/users.h"
#include "utils/timestamp.h"

LoginStatus
confirm_email(const char *text, size_t length, int64 *user_id)
{
	TimestampTz now = GetCurrentTimestamp();
	OneTimeRow	token;
	LoginStatus status;

	fault_if_read_only("enclave.verify_email()");
	fault_if_restricted();
	status = one_time_consume(ONE_TIME_EMAIL_VERIFICATION, text, length, &token);
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
	if (one_time_consume(ONE_TIME_EMAIL_VERIFICATION, text, length, &token) != LOGIN_OK ||
		!users_remove_never_verified(token.user_id, token.epoch))
		return;
	mail_queue_remove_user(token.user_id);
	record_event(EVENT_USER_DELETED, token.user_id, 0, NULL, "{\"reason\": \"rejected\"}",
				 GetCurrentTimestamp());
}
