/*
 * delete.c
 *		A user's end.
 *
 * The row goes last, with all that refers to it.  A login or any other maker
 * of a credential that is on its way does not wait for it, and finds nobody;
 * one that has made its credential but is not committed is waited for.
 */
#include "compat.h"

#include "flow/delete.h"

#include "flow/attempt.h"
#include "flow/fault.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "store/audit_logs.h"
#include "store/mail_queue.h"
#include "store/refresh_families.h"
#include "store/users_change.h"
#include "utils/timestamp.h"

void
delete_remains(int64 user_id, const char *email)
{
	TokenDigest account;

	attempt_account(normalize_folded(email), &account);
	mail_queue_remove_user(user_id);
	attempt_remove_account(&account);
	audit_logs_blank(user_id);
}

void
delete_user(int64 user_id)
{
	UserRow		user;

	fault_if_read_only("enclave.delete_user()");
	if (!users_lock(user_id, &user))
		fault_user_not_found();

	refresh_families_remove_of_user(user_id);
	users_change_removed(user_id);
	delete_remains(user_id, user.email);
	record_event(EVENT_USER_DELETED, user_id, 0, NULL, NULL, GetCurrentTimestamp());
}
