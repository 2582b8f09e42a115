/*
 * change.c
 *		Giving a user another password.
 *
 * The new hash is written only into the epoch in which the present password
 * was proved: of two changes with one password, or of a change and whatever
 * else ends everything, the second starts again and finds what the first left.
 * No row is locked while a password is hashed.
 */
#include "compat.h"

#include "flow/change.h"

#include "flow/fault.h"
#include "flow/find.h"
#include "flow/hashing.h"
#include "flow/mail.h"
#include "flow/normalize.h"
#include "flow/policy.h"
#include "flow/prove.h"
#include "flow/record.h"
#include "store/users_change.h"
#include "utils/timestamp.h"

#define ANY_EPOCH 0

/* Both are the caller's own: nothing to hide in the time. */
static void
require_another(const Secret *current, const Secret *new_password)
{
	if (current->length == new_password->length &&
		memcmp(current->bytes, new_password->bytes, current->length) == 0)
		fault_validation("password_unchanged", "Give another password than the present one.");
}

ChangeOutcome
change_write(const UserRow *user, const Secret *current, const Secret *new_password,
			 const KeptCredential *kept, int64 *ended)
{
	TimestampTz now;
	char	   *hash;
	int64		epoch;

	policy_require(new_password, normalize_folded(user->email), user->name);
	require_another(current, new_password);
	hash = hashing_try(new_password);
	if (hash == NULL)
		return CHANGE_BUSY;

	now = GetCurrentTimestamp();
	if (!users_change_password(user->id, user->epoch, hash, now, &epoch))
		return CHANGE_OVERTAKEN;
	*ended = revoke_credentials(user->id, epoch, kept, now);
	mail_queue(MAIL_PASSWORD_CHANGED, user, user->email, NULL, now);
	record_event(EVENT_PASSWORD_CHANGED, user->id, 0, NULL, NULL, now);
	return CHANGE_DONE;
}

LoginStatus
change_password(int64 user_id, Secret *current, Secret *new_password,
				const char *keep, size_t keep_length, int64 *ended)
{
	KeptCredential kept;
	ChangeOutcome outcome;
	UserRow		user;

	fault_if_read_only("enclave.change_password()");
	fault_if_restricted();
	revoke_find_kept(keep, keep_length, &kept);
	do
	{
		LoginStatus status;

		find_user_or_raise(user_id, &user);
		status = prove_owner(&user, current);
		if (status != LOGIN_OK)
			return status;
		outcome = change_write(&user, current, new_password, &kept, ended);
	} while (outcome == CHANGE_OVERTAKEN);
	secret_wipe(current);
	secret_wipe(new_password);
	return outcome == CHANGE_BUSY ? LOGIN_BUSY : LOGIN_OK;
}

void
change_set_password(int64 user_id, Secret *new_password)
{
	TimestampTz now;
	char	   *hash;
	UserRow		user;
	int64		epoch;

	fault_if_read_only("enclave.set_password()");
	fault_if_restricted();
	find_user_or_raise(user_id, &user);
	policy_require(new_password, normalize_folded(user.email), user.name);
	hash = hashing_hash(new_password);
	secret_wipe(new_password);

	now = GetCurrentTimestamp();
	if (!users_change_password(user_id, ANY_EPOCH, hash, now, &epoch))
		fault_user_not_found();
	revoke_credentials(user_id, epoch, NULL, now);
	mail_queue(MAIL_PASSWORD_CHANGED, &user, user.email, NULL, now);
	record_event(EVENT_PASSWORD_SET, user_id, 0, NULL, NULL, now);
}

void
change_require(int64 user_id)
{
	TimestampTz now = GetCurrentTimestamp();

	fault_if_read_only("enclave.require_password_change()");
	if (!users_change_required(user_id, now))
		fault_user_not_found();
	record_event(EVENT_USER_UPDATED, user_id, 0, NULL, "{\"password_change_required\": true}", now);
}
