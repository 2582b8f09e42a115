/*
 * confirm.h
 *		Showing that an address is one's own, or that an account is not.
 */
#ifndef ENCLAVE_FLOW_CONFIRM_H
#define ENCLAVE_FLOW_CONFIRM_H

#include "compat.h"

#include "flow/login.h"

/*
 * Verify the address that a token was sent to: LOGIN_OK and the user, or
 * LOGIN_TOKEN_INVALID, LOGIN_TOKEN_EXPIRED.  With verify_email_requires_login
 * NC014 without an identity, NC009 if it is not interactive.  text is not
 * terminated.
 */
extern LoginStatus confirm_email(const char *text, size_t length, int64 *user_id);

/*
 * "This was not me": remove the account that a verification token was sent
 * for, if no address of it was ever verified.  The token is spent either way.
 */
extern void confirm_rejection(const char *text, size_t length);

#endif							/* ENCLAVE_FLOW_CONFIRM_H */
