/*
 * prune.h
 *		Removing what has expired.
 */
#ifndef ENCLAVE_FLOW_PRUNE_H
#define ENCLAVE_FLOW_PRUNE_H

#include "compat.h"

#define PRUNE_TABLES 14

typedef struct PruneResult
{
	const char *table;
	int64		removed;
} PruneResult;

/*
 * Remove every expired or spent row, in this transaction.  What the retention
 * settings ask for is kept, and so is every attempt that may still count.
 */
extern void prune_everything(PruneResult result[PRUNE_TABLES]);

#endif							/* ENCLAVE_FLOW_PRUNE_H */
