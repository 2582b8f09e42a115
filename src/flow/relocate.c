/*
 * relocate.c
 *		Moving an account to an address that proves itself.
 *
 * The account stays where it is until the new address has answered.  The token
 * is consumed with the user's row locked, as he is by then.
 *
 * A thief who has moved an account leaves the old address one way back, and
 * cannot close it: neither by moving on, nor by moving back, nor by ending
 * everything, nor by registering the old address for himself, since an account
 * that never proved its address gives way.
 */
#include "compat.h"

#include "flow/relocate.h"

#include "flow/delete.h"
#include "flow/fault.h"
#include "flow/find.h"
#include "flow/mail.h"
#include "flow/normalize.h"
#include "flow/one_time.h"
#include "flow/quota.h"
#include "flow/record.h"
#include "flow/revoke.h"
#include "flow/update.h"
#include "store/users_change.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define NETWORK_UNKNOWN 0
#define ANY_EPOCH 0

bool
relocate_ask(const UserRow *user, const char *new_email, Datum network, int64 *retry_after)
{
	TimestampTz now = GetCurrentTimestamp();
	Email	   *address = palloc0(sizeof(Email));
	char	   *asker = psprintf("user " INT64_FORMAT, user->id);
	UserRow		owner;

	normalize_email_or_raise(new_email, address);
	if (strcmp(address->folded, normalize_folded(user->email)) == 0)
		fault_validation("email_unchanged", "Give another address than the present one.");
	if (!quota_take(QUOTA_EMAIL_CHANGE, asker, user->id, network, now, retry_after) ||
		!quota_take(QUOTA_EMAIL_CHANGE, address->folded, user->id, network, now, retry_after))
		return false;

	if (users_find_by_email(address->folded, &owner))
		mail_queue(MAIL_ALREADY_REGISTERED, &owner, owner.email, NULL, now);
	else
		mail_queue(MAIL_EMAIL_CHANGE, user, address->typed, user->email, now);
	record_event(EVENT_EMAIL_CHANGE_REQUESTED, user->id, 0, NULL, NULL, now);
	return true;
}

void
relocate_request(int64 user_id, const char *new_email)
{
	int64		retry_after;
	UserRow		user;

	fault_if_read_only("enclave.request_email_change()");
	find_user_or_raise(user_id, &user);
	if (!relocate_ask(&user, new_email, NETWORK_UNKNOWN, &retry_after))
		fault_too_many_attempts(retry_after);
}

static bool
move_there(const UserRow *user, const char *email, TimestampTz now)
{
	OptionalTime proved = {true, now};

	if (!update_address(user, email, proved, now))
		return false;
	record_event(EVENT_EMAIL_CHANGED, user->id, 0, NULL, NULL, now);
	return true;
}

/* Have an address again, which its owner has just proved to be his. */
static bool
reclaim(const UserRow *user, const char *email, TimestampTz now)
{
	OptionalTime proved = {true, now};
	UserRow		other;

	if (users_change_email(user->id, email, proved, now))
		return true;
	if (!users_find_by_email(normalize_folded(email), &other) || other.email_verified_at.set)
		return false;
	delete_user(other.id);
	return users_change_email(user->id, email, proved, now);
}

static bool
move_back(const UserRow *user, const OneTimeRow *used, TimestampTz now)
{
	int64		epoch;

	if (!reclaim(user, used->email, now) ||
		!users_change_password(user->id, ANY_EPOCH, NULL, now, &epoch))
		return false;
	revoke_credentials(user->id, epoch, NULL, now);
	one_time_end_later_reverts(used);
	record_event(EVENT_EMAIL_CHANGED, user->id, 0, NULL, "{\"reverted\": true}", now);
	return true;
}

static LoginStatus
confirm(OneTimePurpose purpose, const char *text, size_t length, int64 *user_id)
{
	TimestampTz now = GetCurrentTimestamp();
	LoginStatus status;
	OneTimeRow	row;
	UserRow		user;
	bool		moved;

	status = one_time_find(purpose, text, length, &row);
	if (status != LOGIN_OK)
		return status;
	if (!users_lock(row.user_id, &user))
		return LOGIN_TOKEN_INVALID;
	status = one_time_consume(purpose, text, length, &row);
	if (status != LOGIN_OK)
		return status;

	moved = purpose == ONE_TIME_EMAIL_CHANGE ? move_there(&user, row.email, now)
		: move_back(&user, &row, now);
	if (moved)
		*user_id = user.id;
	return moved ? LOGIN_OK : LOGIN_TOKEN_INVALID;
}

LoginStatus
relocate_confirm(const char *text, size_t length, int64 *user_id)
{
	LoginStatus status;

	fault_if_read_only("enclave.confirm_email_change()");
	fault_if_restricted();
	status = confirm(ONE_TIME_EMAIL_CHANGE, text, length, user_id);
	if (status == LOGIN_TOKEN_INVALID)
		status = confirm(ONE_TIME_EMAIL_REVERT, text, length, user_id);
	return status;
}
