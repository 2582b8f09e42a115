/*
 * close.c
 *		Ending cookie sessions.
 *
 * One is ended by a mark, all of a user's by a new epoch; neither waits for
 * who has touched or ended the same session in a transaction still open.
 */
#include "compat.h"

#include "flow/close.h"

#include "flow/cookie.h"
#include "flow/fault.h"
#include "flow/verify.h"
#include "store/session_marks.h"
#include "store/users.h"
#include "utils/timestamp.h"

bool
close_presented(const char *text, size_t length, EventKind event)
{
	TimestampTz now = GetCurrentTimestamp();
	TokenDigest digest;
	int64		session_id;
	int64		user_id;

	if (!verify_session_digest(text, length, &digest) ||
		!session_marks_end(&digest, now, &session_id, &user_id))
		return false;
	record_session_event(event, user_id, session_id, NULL, NULL, now);
	return true;
}

bool
close_session(const char *text, size_t length, char *set_cookie)
{
	fault_if_read_only("enclave.end_session()");
	cookie_remove(set_cookie);
	return close_presented(text, length, EVENT_SESSION_ENDED);
}

int64
close_replaced(const char *text, size_t length, TimestampTz now)
{
	TokenDigest digest;
	int64		session_id;
	int64		user_id;

	if (!verify_session_digest(text, length, &digest) ||
		!session_marks_end(&digest, now, &session_id, &user_id))
		return 0;
	return session_id;
}

bool
close_one(int64 user_id, int64 session_id)
{
	TimestampTz now = GetCurrentTimestamp();

	fault_if_read_only("enclave.end_my_session()");
	if (!session_marks_end_of_user(user_id, session_id, now))
		return false;
	record_session_event(EVENT_SESSION_ENDED, user_id, session_id, NULL, NULL, now);
	return true;
}

int64
close_all(int64 user_id)
{
	TimestampTz now = GetCurrentTimestamp();
	int64		ended;

	fault_if_read_only("enclave.end_user_sessions()");
	if (!users_shift_session_lag(user_id, -1))
		fault_user_not_found();
	ended = session_marks_remove_sessions(user_id, now);
	record_session_event(EVENT_SESSION_ENDED, user_id, 0, NULL, "{\"all\": true}", now);
	return ended;
}

int64
close_all_but(int64 user_id, int64 kept, TimestampTz now)
{
	if (kept != 0)
		session_marks_keep(user_id, kept, now);
	return session_marks_remove_sessions(user_id, now);
}
