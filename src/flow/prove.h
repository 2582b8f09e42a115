/*
 * prove.h
 *		Whether somebody knows a user's password, and what a guess costs.
 */
#ifndef ENCLAVE_FLOW_PROVE_H
#define ENCLAVE_FLOW_PROVE_H

#include "compat.h"

#include "flow/login.h"

/*
 * Whether a guess would be refused without a look at the password: a cheap look
 * for those who still have to find the user.  LOGIN_OK if not, or if that is not
 * cheap to say; else as prove_password.
 */
extern LoginStatus prove_look(const char *counted_as, const Client *client, int64 *retry_after);

/*
 * Take an attempt, compare the password, and settle the attempt; a failure is
 * recorded.  user is NULL where there is none, which takes the same time;
 * counted_as is the folded address, or what was typed in its place.
 *
 * LOGIN_OK, LOGIN_INVALID_CREDENTIALS, or, without a look at the password,
 * LOGIN_TOO_MANY_ATTEMPTS with *retry_after in microseconds, or LOGIN_BUSY, which
 * counts for nothing.  Whether the account may be used is not asked.
 */
extern LoginStatus prove_password(const UserRow *user, const char *counted_as,
								  const Secret *password, const Client *client,
								  int64 *retry_after);

/*
 * The same for somebody who is known already and wants to change his account,
 * from nowhere in particular; LOGIN_ACCOUNT_DISABLED too.
 */
extern LoginStatus prove_owner(const UserRow *user, const Secret *password);

#endif							/* ENCLAVE_FLOW_PROVE_H */
