/*
 * prune_history.h
 *		Rows of enclave.prune_history.
 */
#ifndef ENCLAVE_STORE_PRUNE_HISTORY_H
#define ENCLAVE_STORE_PRUNE_HISTORY_H

#include "compat.h"

#include "store/batch.h"

/* Add what was removed from a table; error is NULL where there was none. */
extern void prune_history_add(const char *table, TimestampTz started, TimestampTz ended,
							  int64 removed, const char *error);

/*
 * What was wrong in the last run over each table, as a text, or NULL; and when
 * the last of all began; false if there was none.
 */
extern char *prune_history_errors(void);
extern bool prune_history_last(TimestampTz *started);

/* Remove the next rows of old runs; see batch_step. */
extern int64 prune_history_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_PRUNE_HISTORY_H */
