/*
 * reset.h
 *		A new password for who does not know the present one, or may not go on
 *		with it.
 */
#ifndef ENCLAVE_FLOW_RESET_H
#define ENCLAVE_FLOW_RESET_H

#include "compat.h"

#include "flow/login.h"
#include "flow/secret.h"

/*
 * Set a new password by a reset token (text is not terminated), which is used
 * up.  Everything of the user ends, his locks too, and the address that the
 * token was sent to is verified; he has to log in.
 *
 * LOGIN_OK and *user_id, LOGIN_TOKEN_INVALID, LOGIN_TOKEN_EXPIRED, or LOGIN_BUSY,
 * which leaves the token as it is; NC008
 * before the token is looked at, and for a password made of the user's own
 * address or name, without using it up.
 */
extern LoginStatus reset_password(const char *text, size_t length, Secret *new_password,
								  int64 *user_id);

/*
 * The challenge of who has to change his password and has just proved the
 * present one: a reset token that was mailed to nobody.  issued is wiped by the
 * caller; its text is empty if the account is being deleted.
 */
extern void reset_challenge(const UserRow *user, TimestampTz now, IssuedToken *issued);

#endif							/* ENCLAVE_FLOW_RESET_H */
