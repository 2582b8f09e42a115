/*
 * refresh.h
 *		Changing a login's token for a new one.
 */
#ifndef ENCLAVE_FLOW_REFRESH_H
#define ENCLAVE_FLOW_REFRESH_H

#include "compat.h"

#include "flow/login.h"

/*
 * Refresh: of two callers with one token exactly one succeeds.  The end is
 * never later than token_max_lifetime after the login.
 */
extern void refresh_token(const char *text, size_t length, LoginResult *result);

#endif							/* ENCLAVE_FLOW_REFRESH_H */
