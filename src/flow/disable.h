/*
 * disable.h
 *		Keeping a user out, for a time or for good.
 */
#ifndef ENCLAVE_FLOW_DISABLE_H
#define ENCLAVE_FLOW_DISABLE_H

#include "compat.h"

#include "store/users.h"

/*
 * Disable a user and end everything at once.  A second disabling takes the place
 * of the first.  NC005; NC008 without a reason, or for an end that is not ahead.
 */
extern void disable_user(int64 user_id, const char *reason, OptionalTime until);

/* Enable again; what was ended stays ended.  NC005. */
extern void disable_lift(int64 user_id);

#endif							/* ENCLAVE_FLOW_DISABLE_H */
