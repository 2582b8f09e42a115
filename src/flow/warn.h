/*
 * warn.h
 *		Telling the owner of an account that it was locked.
 */
#ifndef ENCLAVE_FLOW_WARN_H
#define ENCLAVE_FLOW_WARN_H

#include "compat.h"

#include "store/login_attempts.h"
#include "store/users.h"

/*
 * Queue the mail about a lock of a scope; of a user who is NULL where there is none,
 * and then as long as for the address that was typed (folded, or as it was).
 * The owner is told once a day at most, and not of a network's lock, which is not
 * his.  Where nobody is told a decoy is queued: a lock costs the same.  Whether
 * he will be told.
 */
extern bool warn_of_lock(const UserRow *user, const char *counted_as, AttemptScope scope,
						 TimestampTz now);

#endif							/* ENCLAVE_FLOW_WARN_H */
