/*
 * rate_limits.h
 *		Rows of enclave.rate_limits: windows of named limits, where they are not
 *		in shared memory.
 */
#ifndef ENCLAVE_STORE_RATE_LIMITS_H
#define ENCLAVE_STORE_RATE_LIMITS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"
#include "types.h"

/*
 * Count once for a key of a limit: in its window, or if that has ended in a new
 * one of so many microseconds.  Result: how many are counted in it, and its
 * end.  Waits for a transaction that has counted for the same key.
 */
extern int64 rate_limits_hit(int64 limit_id, const TokenDigest *key, int64 lasting,
							 TimestampTz *reset_at);

/* The same without counting: 0 where there is no row. */
extern int64 rate_limits_look(int64 limit_id, const TokenDigest *key, TimestampTz *reset_at);

extern void rate_limits_clear(int64 limit_id, const TokenDigest *key);

/* Remove the next windows that have ended; see batch_step. */
extern int64 rate_limits_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_RATE_LIMITS_H */
