/*
 * hashing.h
 *		Password hashes with the costs that the settings ask for.
 *
 * A hash cannot be interrupted: interrupts are served before and after it, and
 * its cost is bounded before it takes any memory.  No lock is held meanwhile
 * but the attempt's slots.
 *
 * With the library preloaded only so many are computed at once in the whole server
 * (max_concurrent_hashes); the others wait, for hash_queue_timeout at most.
 */
#ifndef ENCLAVE_FLOW_HASHING_H
#define ENCLAVE_FLOW_HASHING_H

#include "compat.h"

#include "flow/secret.h"

typedef enum HashingOutcome
{
	HASHING_WRONG,
	HASHING_RIGHT,
	HASHING_BUSY				/* it was not our turn in time; nothing was computed */
} HashingOutcome;

/*
 * Hash a password with the present costs: a PHC string in the current memory
 * context.  NC013 if the settings cannot be used; NC016 when busy, where the
 * first answers NULL.
 */
extern char *hashing_try(const Secret *secret);
extern char *hashing_hash(const Secret *secret);

/*
 * Compare a password with a stored hash, or with a decoy that costs what the
 * present settings ask for when hash is NULL or the password is empty or too
 * long to be anybody's.  An error says that nothing was computed: NC013; NC015 if
 * the stored hash is malformed or too costly; out of memory.  Interrupts are not
 * served after the hash, so that the caller learns how it ended.
 */
extern HashingOutcome hashing_compare(const Secret *secret, const char *hash);

/* The same, with interrupts served after it, and NC016 when busy. */
extern bool hashing_verify(const Secret *secret, const char *hash);

/* How many hashes may be computed at once, by the present settings. */
extern int	hashing_places(void);

/* Whether a stored hash was not made with the present costs. */
extern bool hashing_is_outdated(const char *hash);

/* NC015 unless a hash could be verified here. */
extern void hashing_check_supported(const char *hash);

#endif							/* ENCLAVE_FLOW_HASHING_H */
