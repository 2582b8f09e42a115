/*
 * hashing.h
 *		Password hashes with the costs that the settings ask for.
 *
 * A hash cannot be interrupted: interrupts are served before and after it, and
 * its cost is bounded before it takes any memory.  No lock is held meanwhile
 * but the attempt's slots.
 */
#ifndef ENCLAVE_FLOW_HASHING_H
#define ENCLAVE_FLOW_HASHING_H

#include "compat.h"

#include "flow/secret.h"

/*
 * Hash a password with the present costs: a PHC string in the current memory
 * context.  NC013 if the settings cannot be used.
 */
extern char *hashing_hash(const Secret *secret);

/*
 * Compare a password with a stored hash, or with a decoy that costs what the
 * present settings ask for when hash is NULL or the password is empty or too
 * long to be anybody's.  NC015 if the stored hash is malformed or too costly.
 */
extern bool hashing_verify(const Secret *secret, const char *hash);

/* Whether a stored hash was not made with the present costs. */
extern bool hashing_is_outdated(const char *hash);

/* NC015 unless a hash could be verified here. */
extern void hashing_check_supported(const char *hash);

#endif							/* ENCLAVE_FLOW_HASHING_H */
