/*
 * users_change.h
 *		Changing and removing rows of enclave.users.
 *
 * None of these is part of a login: they wait for whoever is changing the same
 * row, and nobody else does.
 */
#ifndef ENCLAVE_STORE_USERS_CHANGE_H
#define ENCLAVE_STORE_USERS_CHANGE_H

#include "compat.h"

#include "store/users.h"

/*
 * Put a new password hash in place (NULL: have none) and begin a new epoch, for JWTs too, if the
 * user's epoch still is that which the caller has read; 0 takes any.  No
 * change of the password is required any more.  False if there is no such user
 * (any more), or his epoch is another.
 */
extern bool users_change_password(int64 id, int64 epoch_read, const char *hash, TimestampTz now,
								  int64 *epoch);

/* Give another name.  False if there is no such user. */
extern bool users_change_name(int64 id, const char *name, TimestampTz now);

/*
 * Give another address, or the same in another spelling, verified at a time or
 * not.  False if the address is another's; waits for an uncommitted sign-up
 * with it, as a unique index does.
 */
extern bool users_change_email(int64 id, const char *email, OptionalTime verified_at,
							   TimestampTz now);

/* Mark the address as verified, if it is not yet. */
extern void users_change_verified(int64 id, TimestampTz now);

/*
 * Disable, until a time or for good, and begin a new epoch, for JWTs too.  False
 * if there is no such user.
 */
extern bool users_change_disabled(int64 id, const char *reason, OptionalTime until,
								  TimestampTz now, int64 *epoch);

/* Enable again.  False if there is no such user. */
extern bool users_change_enabled(int64 id, TimestampTz now);

/* Let the password open nothing but the way to a new one.  False if there is no such user. */
extern bool users_change_required(int64 id, TimestampTz now);

/*
 * Note that a user has shown the address to be his.  False if epoch or address
 * are no longer these; the first time stands.
 */
extern bool users_verify_email(int64 id, int64 epoch, const char *email, TimestampTz now);

/*
 * Remove a user of whom no address was ever verified.  False if he is not so,
 * or of another epoch.
 */
extern bool users_remove_never_verified(int64 id, int64 epoch);

/* Remove a user and, by their foreign keys, all that hangs on him. */
extern void users_change_removed(int64 id);

#endif							/* ENCLAVE_STORE_USERS_CHANGE_H */
