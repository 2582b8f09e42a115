/*
 * slide.c
 *		Going on with a cookie session.
 *
 * Checked and moved in two steps, for nothing can be won between them: a mark
 * that moves a session's end revives none that was ended, or whose user has
 * begun a new epoch.
 */
#include "compat.h"

#include "flow/slide.h"

#include "flow/cookie.h"
#include "flow/fault.h"
#include "flow/open.h"
#include "flow/verify.h"
#include "settings.h"
#include "store/session_marks.h"
#include "store/sessions.h"
#include "utils/timestamp.h"

static TimestampTz
seconds_after(TimestampTz at, int seconds)
{
	return at + (int64) seconds * USECS_PER_SEC;
}

/* A lifetime that was shortened holds for what follows; what was promised stays. */
static TimestampTz
new_end(const SessionRow *session, TimestampTz now)
{
	TimestampTz last = Min(session->ends_at, seconds_after(session->created_at,
														   settings_session_max_lifetime));

	return Max(session->expires_at, Min(seconds_after(now, settings_session_lifetime), last));
}

bool
slide_session(const char *text, size_t length, TimestampTz *expires_at, char *set_cookie)
{
	TimestampTz now = GetCurrentTimestamp();
	SessionRow	session;

	fault_if_read_only("enclave.touch_session()");
	cookie_check_settings();
	if (!verify_session(text, length, now, &session))
		return false;

	*expires_at = new_end(&session, now);
	session_marks_touch(session.id, now, *expires_at, session.ends_at);
	cookie_set(text, length, (*expires_at - now) / USECS_PER_SEC, set_cookie);
	return true;
}

bool
slide_set_data(const char *text, size_t length, Datum data)
{
	SessionRow	session;

	fault_if_read_only("enclave.set_session_data()");
	data = open_data_or_raise(data);
	return verify_session(text, length, GetCurrentTimestamp(), &session) &&
		sessions_set_data(session.id, data);
}
