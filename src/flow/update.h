/*
 * update.h
 *		Giving an account another name or address.
 */
#ifndef ENCLAVE_FLOW_UPDATE_H
#define ENCLAVE_FLOW_UPDATE_H

#include "compat.h"

#include "store/users.h"

/*
 * Change name and address on the back end's word; NULL leaves as is.  *user is
 * the account afterwards.  A new address is unverified; what was mailed to the
 * old one is worth nothing any more, but for the notice that takes the change
 * back.  NC005, NC006, NC008.
 */
extern void update_user(int64 user_id, const char *name, const char *email, UserRow *user);

/*
 * Move a user, whose row the caller has locked, to another address, verified at
 * a time or not, and all that goes with it but the event.  False, and nothing is
 * done, if the address is somebody else's.
 */
extern bool update_address(const UserRow *user, const char *email, OptionalTime verified_at,
						   TimestampTz now);

#endif							/* ENCLAVE_FLOW_UPDATE_H */
