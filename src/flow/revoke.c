/*
 * revoke.c
 *		Ending tokens.
 *
 * What ends all of a user's tokens first begins a new epoch in the user's row
 * and then removes the rows: a token that another transaction is still making
 * belongs to the old epoch and is dead when it appears.  Sessions, which are
 * flow/close.c's, and among them logins by JWT, end with everything.
 */
#include "compat.h"

#include "flow/revoke.h"

#include "flow/close.h"
#include "flow/fault.h"
#include "flow/one_time.h"
#include "flow/recognize.h"
#include "flow/record.h"
#include "flow/renew.h"
#include "flow/verify.h"
#include "store/access_tokens.h"
#include "store/users.h"
#include "utils/timestamp.h"

bool
revoke_presented(const char *text, size_t length)
{
	TokenDigest digest;
	int64		token_id;
	int64		user_id;

	fault_if_read_only("enclave.logout()");
	if (!verify_digest(text, length, &digest) ||
		!access_tokens_remove(&digest, &token_id, &user_id))
		return close_presented(text, length, EVENT_LOGOUT_SUCCESS) || renew_end(text, length);
	record_event(EVENT_LOGOUT_SUCCESS, user_id, token_id, NULL, NULL, GetCurrentTimestamp());
	return true;
}

bool
revoke_one(int64 user_id, int64 token_id)
{
	fault_if_read_only("enclave.revoke_token()");
	if (!access_tokens_remove_of_user(user_id, token_id))
		return false;
	record_event(EVENT_TOKEN_REVOKED, user_id, token_id, NULL, NULL, GetCurrentTimestamp());
	return true;
}

int64
revoke_all(int64 user_id)
{
	TimestampTz now = GetCurrentTimestamp();
	int64		epoch;
	int64		ended;

	fault_if_read_only("enclave.revoke_user_tokens()");
	if (!users_begin_epoch(user_id, false, now, &epoch))
		fault_user_not_found();
	users_shift_session_lag(user_id, 1);
	ended = access_tokens_remove_before(user_id, epoch, now);
	record_event(EVENT_TOKEN_ALL_REVOKED, user_id, 0, NULL, NULL, now);
	return ended;
}

void
revoke_find_kept(const char *text, size_t length, KeptCredential *kept)
{
	TokenRow	token;
	SessionRow	session;

	memset(kept, 0, sizeof(*kept));
	if (verify_access_token(text, length, &token))
		kept->token_id = token.id;
	else if (verify_session(text, length, GetCurrentTimestamp(), &session))
		kept->session_id = session.id;
	else
		kept->session_id = recognize_session(text, length);
	if (kept->token_id == 0 && kept->session_id == 0)
		kept->session_id = renew_session(text, length);
}

int64
revoke_credentials(int64 user_id, int64 epoch, const KeptCredential *kept, TimestampTz now)
{
	if (kept != NULL && kept->token_id != 0)
		access_tokens_keep(user_id, epoch, kept->token_id, now);
	one_time_end_all(user_id);
	return access_tokens_remove_before(user_id, epoch, now) +
		close_all_but(user_id, kept == NULL ? 0 : kept->session_id, now);
}

int64
revoke_everything(int64 user_id, const char *keep, size_t keep_length)
{
	TimestampTz now = GetCurrentTimestamp();
	KeptCredential kept;
	int64		epoch;
	int64		ended;

	fault_if_read_only("enclave.end_all()");
	revoke_find_kept(keep, keep_length, &kept);
	if (!users_begin_epoch(user_id, true, now, &epoch))
		fault_user_not_found();
	ended = revoke_credentials(user_id, epoch, &kept, now);
	record_event(EVENT_TOKEN_ALL_REVOKED, user_id, 0, NULL, NULL, now);
	return ended;
}
