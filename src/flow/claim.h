/*
 * claim.h
 *		The keys of counters in shared memory.
 *
 * Keyed digests of the database, the extension in it (so that neither two
 * databases nor one extension and its successor share a counter), what is
 * counted, and the account or network: nothing in memory tells one from another.
 */
#ifndef ENCLAVE_FLOW_CLAIM_H
#define ENCLAVE_FLOW_CLAIM_H

#include "compat.h"

#include "shmem/counters.h"

/*
 * kind says what is counted, in 23 bytes at most.  The counters of an account,
 * over all networks and from one (cidr; 0 is the unknown), are one group; that of
 * a network over all accounts is one by itself.
 */
extern void claim_pair(const char *kind, const TokenDigest *account, Datum network, int limit,
					   CounterClaim *claim);
extern void claim_account(const char *kind, const TokenDigest *account, int limit,
						  CounterClaim *claim);
extern void claim_network(const char *kind, Datum network, int limit, CounterClaim *claim);

#endif							/* ENCLAVE_FLOW_CLAIM_H */
