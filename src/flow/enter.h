/*
 * enter.h
 *		Logging in by a magic link.
 */
#ifndef ENCLAVE_FLOW_ENTER_H
#define ENCLAVE_FLOW_ENTER_H

#include "compat.h"

#include "flow/login.h"

/*
 * Log in by a link's token, with the binder it was asked for with (NULL: none).
 * Refusals are results: LOGIN_TOKEN_INVALID, LOGIN_TOKEN_EXPIRED,
 * LOGIN_ACCOUNT_DISABLED.  text is not terminated.
 */
extern void enter_by_link(const char *text, size_t length, const Client *client,
						  const TokenDigest *binder, LoginResult *result);

#endif							/* ENCLAVE_FLOW_ENTER_H */
