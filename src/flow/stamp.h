/*
 * stamp.h
 *		When a token was last used.
 */
#ifndef ENCLAVE_FLOW_STAMP_H
#define ENCLAVE_FLOW_STAMP_H

#include "compat.h"

/*
 * Write down that a token is being used, at most once a last_used_interval, if
 * this transaction may write and is at READ COMMITTED.  Never waits: if
 * another session is writing the same, that will do.
 */
extern void stamp_use(int64 token_id);

#endif							/* ENCLAVE_FLOW_STAMP_H */
