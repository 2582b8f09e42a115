/*
 * warn.c
 *		Telling the owner of an account that it was locked.
 */
#include "compat.h"

#include "flow/warn.h"

#include "flow/mail.h"
#include "store/audit_logs.h"
#include "utils/timestamp.h"

/* No lock is recorded of this id; those of the unknown are under 0. */
#define NO_USER (-1)

bool
warn_of_lock(const UserRow *user, const char *counted_as, AttemptScope scope, TimestampTz now)
{
	int64		user_id = user == NULL ? NO_USER : user->id;
	bool		told = audit_logs_has_mailed_lock(user_id, now - USECS_PER_DAY) ||
		user == NULL || scope == ATTEMPT_NETWORK;

	mail_queue(MAIL_ACCOUNT_LOCKED, told ? NULL : user, user == NULL ? counted_as : user->email,
			   NULL, now);
	return !told;
}
