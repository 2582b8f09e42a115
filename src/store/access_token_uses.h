/*
 * access_token_uses.h
 *		Rows of enclave.access_token_uses.
 */
#ifndef ENCLAVE_STORE_ACCESS_TOKEN_USES_H
#define ENCLAVE_STORE_ACCESS_TOKEN_USES_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"

/* When a token (by its id) was last used; false if that is not on record. */
extern bool access_token_uses_find(int64 token_id, TimestampTz *last_used_at);

/*
 * Write down a use, unless the row is of stale or later, or somebody else is
 * writing it: nobody is waited for.  With add, a row that is missing is made;
 * the caller sees to it that no two sessions do that for one token at once.
 */
extern void access_token_uses_stamp(int64 token_id, TimestampTz now, TimestampTz stale, bool add);

/* Remove the next rows of tokens that are gone; see batch_step. */
extern int64 access_token_uses_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_ACCESS_TOKEN_USES_H */
