/*
 * blind.h
 *		Digests for places where everybody can see them.
 */
#ifndef ENCLAVE_FLOW_BLIND_H
#define ENCLAVE_FLOW_BLIND_H

#include "compat.h"

#include "types.h"

/* The key of this database. */
extern void blind_key(TokenDigest *key);

/*
 * The keyed digest of a value: equal for equal values, and telling nothing of
 * them to who has not the key.
 */
extern void blind_digest(const TokenDigest *key, const void *value, size_t length,
						 TokenDigest *out);

#endif							/* ENCLAVE_FLOW_BLIND_H */
