/*
 * update.c
 *		Giving an account another name or address.
 *
 * Tokens and sessions stay: they are the user's, wherever his mail goes.  What
 * was mailed to the old address opens nothing any more, since a one-time token
 * is good for the address that it was sent to only.
 *
 * The old address gets a notice by which the change can be taken back, if it
 * was verified.  If it was not it may be a stranger's, by a slip of the pen, and
 * must not open the account.
 */
#include "compat.h"

#include "flow/update.h"

#include "flow/fault.h"
#include "flow/mail.h"
#include "flow/normalize.h"
#include "flow/one_time.h"
#include "flow/record.h"
#include "store/users_change.h"
#include "utils/timestamp.h"

bool
update_address(const UserRow *user, const char *email, OptionalTime verified_at, TimestampTz now)
{
	if (!users_change_email(user->id, email, verified_at, now))
		return false;
	one_time_end_all(user->id);
	if (user->email_verified_at.set)
		mail_queue(MAIL_EMAIL_CHANGED, user, user->email, email, now);
	return true;
}

/* Whether the address is another, and not the same in another spelling. */
static bool
change_address(const UserRow *user, const Email *address, TimestampTz now)
{
	static const OptionalTime never = {false, 0};

	if (strcmp(address->folded, normalize_folded(user->email)) == 0)
	{
		users_change_email(user->id, address->typed, user->email_verified_at, now);
		return false;
	}
	if (!update_address(user, address->typed, never, now))
		fault_user_already_exists();
	return true;
}

void
update_user(int64 user_id, const char *name, const char *email, UserRow *user)
{
	TimestampTz now = GetCurrentTimestamp();
	Email	   *address = palloc0(sizeof(Email));
	char	   *full_name = NULL;
	bool		moved = false;

	fault_if_read_only("enclave.update_user()");
	if (name != NULL)
		full_name = normalize_name_or_raise(name);
	if (email != NULL)
		normalize_email_or_raise(email, address);
	if (!users_lock(user_id, user))
		fault_user_not_found();

	if (name != NULL)
		users_change_name(user_id, full_name, now);
	if (email != NULL)
		moved = change_address(user, address, now);
	if (moved)
		record_event(EVENT_EMAIL_CHANGED, user_id, 0, NULL, NULL, now);
	else if (name != NULL || email != NULL)
		record_event(EVENT_USER_UPDATED, user_id, 0, NULL, NULL, now);
	users_find(user_id, user);
}
