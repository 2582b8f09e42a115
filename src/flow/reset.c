/*
 * reset.c
 *		A new password for who does not know the present one, or may not go on
 *		with it.
 *
 * The hash is made before anything is locked.  Then the user's row is, and the
 * token is consumed as he is by then: of two resets, or of a reset and whatever
 * ends its token, one finds what the other has left.
 *
 * While a change is required a reset verifies no address: its token may be the
 * challenge of a login, which nobody was sent.  And the new password is
 * another than the one to be given up.
 */
#include "compat.h"

#include "flow/reset.h"

#include "flow/fault.h"
#include "flow/hashing.h"
#include "flow/mail.h"
#include "flow/normalize.h"
#include "flow/one_time.h"
#include "flow/policy.h"
#include "flow/record.h"
#include "flow/revoke.h"
#include "flow/unlock.h"
#include "store/linked_identities.h"
#include "store/users_change.h"
#include "utils/timestamp.h"

/* Whose token it is, if it is good now. */
static LoginStatus
find_bearer(const char *text, size_t length, UserRow *user)
{
	OneTimeRow	row;
	LoginStatus status = one_time_find(ONE_TIME_PASSWORD_RESET, text, length, &row);

	if (status != LOGIN_OK)
		return status;
	return users_find(row.user_id, user) ? LOGIN_OK : LOGIN_TOKEN_INVALID;
}

/* False if it could not be compared with the present one in time. */
static bool
require_fit(const Secret *new_password, const UserRow *user)
{
	HashingOutcome outcome = HASHING_WRONG;

	policy_require(new_password, normalize_folded(user->email), user->name);
	if (user->password_change_required && user->password_hash != NULL)
		outcome = hashing_compare(new_password, user->password_hash);
	if (outcome == HASHING_RIGHT)
		fault_validation("password_unchanged", "Give another password than the present one.");
	return outcome != HASHING_BUSY;
}

static void
finish(const UserRow *user, int64 epoch, TimestampTz now)
{
	/* nobody has shown before that the address is his: what another may have linked goes */
	if (!user->email_verified_at.set)
		linked_identities_remove_of_user(user->id);
	if (!user->password_change_required)
		users_change_verified(user->id, now);
	unlock_release(normalize_folded(user->email), now);
	revoke_credentials(user->id, epoch, NULL, now);
	mail_queue(MAIL_PASSWORD_CHANGED, user, user->email, NULL, now);
	record_event(EVENT_PASSWORD_RESET_COMPLETED, user->id, 0, NULL, NULL, now);
}

LoginStatus
reset_password(const char *text, size_t length, Secret *new_password, int64 *user_id)
{
	TimestampTz now;
	LoginStatus status;
	OneTimeRow	row;
	UserRow		user;
	char	   *hash;
	int64		epoch;

	fault_if_read_only("enclave.reset_password()");
	fault_if_restricted();
	policy_require(new_password, NULL, NULL);
	status = find_bearer(text, length, &user);
	if (status != LOGIN_OK)
		return status;
	hash = require_fit(new_password, &user) ? hashing_try(new_password) : NULL;
	if (hash == NULL)
		return LOGIN_BUSY;
	secret_wipe(new_password);

	now = GetCurrentTimestamp();
	if (!users_lock(user.id, &user) || users_is_disabled(&user, now))
		return LOGIN_TOKEN_INVALID;
	status = one_time_consume(ONE_TIME_PASSWORD_RESET, text, length, &row);
	if (status != LOGIN_OK)
		return status;
	if (!users_change_password(user.id, row.epoch, hash, now, &epoch))
		return LOGIN_TOKEN_INVALID;
	finish(&user, epoch, now);
	*user_id = user.id;
	return LOGIN_OK;
}

void
reset_challenge(const UserRow *user, TimestampTz now, IssuedToken *issued)
{
	if (!one_time_issue(ONE_TIME_PASSWORD_RESET, user, user->email, NULL, NULL, now, issued) ||
		issued->id == 0)
		issue_wipe(issued);
}
