/*
 * compute.h
 *		The crypto room's verbs, bounded for callers.
 */
#ifndef ENCLAVE_FLOW_COMPUTE_H
#define ENCLAVE_FLOW_COMPUTE_H

#include "compat.h"

#include "flow/secret.h"

/* Hash without asking the policy: NC008 for an empty or over-long password. */
extern char *compute_hash_password(Secret *secret);

/* Compare; a NULL password or hash compares with nothing.  NC015. */
extern bool compute_verify_password(Secret *secret, const char *hash);

/* Whether a hash was made with other than the present costs.  NC015. */
extern bool compute_needs_rehash(const char *hash);

/* Random base62 text of 16 to 256 characters: NC008. */
extern char *compute_generate_token(int length);

/* SHA-256 of a token: a bytea of 32. */
extern Datum compute_hash_token(const char *text, size_t length);

#endif							/* ENCLAVE_FLOW_COMPUTE_H */
