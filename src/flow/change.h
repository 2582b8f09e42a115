/*
 * change.h
 *		Giving a user another password.
 */
#ifndef ENCLAVE_FLOW_CHANGE_H
#define ENCLAVE_FLOW_CHANGE_H

#include "compat.h"

#include "flow/login.h"
#include "flow/revoke.h"
#include "flow/secret.h"

/*
 * Change a password by its owner, who proves that he knows the present one: that
 * counts as a login attempt.  Everything by which he is let in ends but the
 * credential to keep; *ended of them were alive.
 *
 * LOGIN_OK, LOGIN_INVALID_CREDENTIALS, LOGIN_TOO_MANY_ATTEMPTS, LOGIN_BUSY or
 * LOGIN_ACCOUNT_DISABLED; NC005; NC008 for a new password that is not good enough,
 * or the present one.
 */
extern LoginStatus change_password(int64 user_id, Secret *current, Secret *new_password,
								   const char *keep, size_t keep_length, int64 *ended);

/*
 * The second half, for who has proved who he is: write a new password into the
 * epoch of *user, and end everything but what is kept.  current is what it must
 * differ from.  NC008.
 */
typedef enum ChangeOutcome
{
	CHANGE_DONE,
	CHANGE_OVERTAKEN,			/* the epoch has ended: he has to prove it again */
	CHANGE_BUSY					/* it could not be hashed in time */
} ChangeOutcome;

extern ChangeOutcome change_write(const UserRow *user, const Secret *current,
								  const Secret *new_password, const KeptCredential *kept,
								  int64 *ended);

/* Set a password without knowing the present one; ends everything.  NC005, NC008. */
extern void change_set_password(int64 user_id, Secret *new_password);

/* From the next login on the password only opens the way to a new one.  NC005. */
extern void change_require(int64 user_id);

#endif							/* ENCLAVE_FLOW_CHANGE_H */
