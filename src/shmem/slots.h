/*
 * slots.h
 *		Numbered places that one transaction at a time can hold.
 */
#ifndef ENCLAVE_SHMEM_SLOTS_H
#define ENCLAVE_SHMEM_SLOTS_H

#include "compat.h"

#include "types.h"

/*
 * Try to take a place: number (1 to 65535) of those that a scope keeps for a
 * key.  Never waits.  False if another transaction holds it.  A place that
 * this transaction holds already is taken once more.  What is not released
 * goes with the (sub)transaction.
 */
extern bool slots_try(int scope, const TokenDigest *key, int number);

/* Give back a place taken by the same call of a function. */
extern void slots_release(int scope, const TokenDigest *key, int number);

#endif							/* ENCLAVE_SHMEM_SLOTS_H */
