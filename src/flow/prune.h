/*
 * prune.h
 *		Removing what has expired.
 */
#ifndef ENCLAVE_FLOW_PRUNE_H
#define ENCLAVE_FLOW_PRUNE_H

#include "compat.h"

#include "utils/tuplestore.h"

/*
 * Remove every expired or spent row, in this transaction, and append the name
 * of each table and how many rows went.  What the retention settings ask for
 * is kept, and so is every attempt that may still count.
 */
extern void prune_everything(Tuplestorestate *into, TupleDesc descriptor);

/*
 * The same in batches of so many rows, each committed: for a procedure, called
 * outside of a transaction block (else atomic, which is an error).  A table
 * that fails is left and the others are done; then that is an error.
 */
extern void prune_in_batches(int batch_size, bool atomic);

/*
 * The tables that hold at least so many rows which should have been removed a
 * day ago, as a text, newly allocated; NULL if there are none.
 */
extern char *prune_backlog(int64 rows);

#endif							/* ENCLAVE_FLOW_PRUNE_H */
