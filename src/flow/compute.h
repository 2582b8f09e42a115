/*
 * compute.h
 *		The crypto room's verbs, bounded for callers.
 */
#ifndef ENCLAVE_FLOW_COMPUTE_H
#define ENCLAVE_FLOW_COMPUTE_H

#include "compat.h"

#include "flow/secret.h"
#include "utils/jsonb.h"

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

/*
 * The payload of a signed token, a bytea, if this JWK verifies it; 0 if not, of
 * which nothing more is told.  NC008 for a JWK that is missing or unfit, DETAIL
 * being the reason.
 */
extern Datum compute_verify_jws(const char *text, size_t length, const Jsonb *jwk);

#endif							/* ENCLAVE_FLOW_COMPUTE_H */
