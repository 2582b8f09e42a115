/*
 * forgive.h
 *		Clearing counters when the transaction commits, and not before.
 */
#ifndef ENCLAVE_FLOW_FORGIVE_H
#define ENCLAVE_FLOW_FORGIVE_H

#include "compat.h"

#include "shmem/counters.h"

/*
 * Clear a group of counters at the commit; a rollback, of a savepoint too, takes it
 * back.  A transaction that is prepared for two-phase commit clears none.
 */
extern void forgive_at_commit(CounterTable table, const TokenDigest *group);

#endif							/* ENCLAVE_FLOW_FORGIVE_H */
