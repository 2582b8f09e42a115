/*
 * disable.c
 *		Keeping a user out, for a time or for good.
 *
 * The same statement that disables begins a new epoch: a login that is on its
 * way makes a token of the former one.
 */
#include "compat.h"

#include "flow/disable.h"

#include "flow/fault.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "flow/revoke.h"
#include "store/users_change.h"
#include "utils/timestamp.h"

void
disable_user(int64 user_id, const char *reason, OptionalTime until)
{
	TimestampTz now = GetCurrentTimestamp();
	char	   *kept_reason = normalize_text(reason);
	int64		epoch;

	fault_if_read_only("enclave.disable_user()");
	if (kept_reason == NULL || kept_reason[0] == '\0')
		fault_validation("reason_empty", "Say why: the user will ask.");
	if (until.set && (TIMESTAMP_NOT_FINITE(until.at) || until.at <= now))
		fault_validation("until_invalid", "Give a time that is ahead, or NULL for no end.");

	if (!users_change_disabled(user_id, kept_reason, until, now, &epoch))
		fault_user_not_found();
	revoke_credentials(user_id, epoch, NULL, now);
	record_event(EVENT_USER_DISABLED, user_id, 0, NULL, NULL, now);
}

void
disable_lift(int64 user_id)
{
	TimestampTz now = GetCurrentTimestamp();

	fault_if_read_only("enclave.enable_user()");
	if (!users_change_enabled(user_id, now))
		fault_user_not_found();
	record_event(EVENT_USER_ENABLED, user_id, 0, NULL, NULL, now);
}
