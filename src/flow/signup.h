/*
 * signup.h
 *		Making accounts.
 */
#ifndef ENCLAVE_FLOW_SIGNUP_H
#define ENCLAVE_FLOW_SIGNUP_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "flow/client.h"
#include "flow/secret.h"
#include "store/users.h"

/* Sign up with a password: NC008, NC006 (when two race, too). */
extern void signup_with_password(const char *email, Secret *password, const char *name,
								 UserRow *user);

/*
 * The same for strangers, who do not learn whether the address was free: a mail
 * tells its owner.  NC008 for what is no address, name or password whoever has
 * it; NC002.
 */
extern void signup_requested(const char *email, Secret *password, const char *name,
							 const Client *client);

/* An account without a password: NC008, NC006. */
extern void signup_without_password(const char *email, const char *name, UserRow *user);

/*
 * An account from elsewhere, with an Argon2 hash in PHC form and, if id is not
 * NULL, its id there: NC015, NC008, NC006.
 */
extern void signup_imported(const char *email, const char *hash, const char *name,
							OptionalTime email_verified_at, const int64 *id, UserRow *user);

#endif							/* ENCLAVE_FLOW_SIGNUP_H */
