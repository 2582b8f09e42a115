/*
 * relocate.h
 *		Moving an account to an address that proves itself.
 */
#ifndef ENCLAVE_FLOW_RELOCATE_H
#define ENCLAVE_FLOW_RELOCATE_H

#include "compat.h"

#include "flow/login.h"

/*
 * Ask for another address, of which the row of the user that the caller has
 * read knows nothing yet: a mail goes to it, or, if it is somebody's already, to
 * him.  Nobody is told which.  Limited, for the user and for the address, over
 * the network that asks (cidr, 0 when unknown): false, with *retry_after in
 * microseconds, when it is too often.  NC008.
 */
extern bool relocate_ask(const UserRow *user, const char *new_email, Datum network,
						 int64 *retry_after);

/* The same for a user by id, from nowhere in particular: NC005, NC002, NC008. */
extern void relocate_request(int64 user_id, const char *new_email);

/*
 * Use a token that was mailed for a change.  To the new address: the account
 * moves there, and it is verified.  To the old: the change is taken back, and
 * everything ends, the password too, for whoever changed the address may know
 * it.  LOGIN_OK and *user_id, LOGIN_TOKEN_INVALID (also when the address has
 * become somebody else's meanwhile) or LOGIN_TOKEN_EXPIRED.
 */
extern LoginStatus relocate_confirm(const char *text, size_t length, int64 *user_id);

#endif							/* ENCLAVE_FLOW_RELOCATE_H */
