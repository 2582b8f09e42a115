/*
 * delete.h
 *		A user's end.
 */
#ifndef ENCLAVE_FLOW_DELETE_H
#define ENCLAVE_FLOW_DELETE_H

#include "compat.h"

/*
 * Delete a user and all that is held about him, in this transaction.  Audit
 * entries stay with event and id, and nothing else that tells of him.  NC005.
 */
extern void delete_user(int64 user_id);

/*
 * What goes with a user whose row was removed in this transaction, and does not
 * refer to it: queued mail, the login attempts of the address, and what the
 * audit entries tell.  The caller records the event afterwards.
 */
extern void delete_remains(int64 user_id, const char *email);

#endif							/* ENCLAVE_FLOW_DELETE_H */
