/*
 * signature.h
 *		Signatures of JWS (RFC 7518, section 3; RFC 8037, section 3.1) over bytes.
 */
#ifndef ENCLAVE_CRYPTO_SIGNATURE_H
#define ENCLAVE_CRYPTO_SIGNATURE_H

#include "crypto/jwk.h"

/* Bytes of the longest signature, that of RSA with 8192 bits. */
#define SIGNATURE_MAX PKEY_MODULUS_MAX

/*
 * Sign `length` bytes into `out`, of SIGNATURE_MAX bytes.  JOSE_ALG_NOT_SIGNING,
 * JOSE_KEY_NOT_PRIVATE or JOSE_FAILED: *made is 0.
 */
extern JoseReason signature_make(const Jwk *key, const void *data, size_t length,
								 uint8_t *out, size_t *made);

/*
 * Verify.  The length is checked first: it is the algorithm's own, with nothing
 * cut off and nothing added.  HMACs are compared in constant time.  ECDSA's r
 * and s have to be in 1 .. n - 1; n - s is as good as s, as everywhere in JOSE.
 * JOSE_OK, JOSE_SIGNATURE_LENGTH, JOSE_SIGNATURE_RANGE, JOSE_SIGNATURE_WRONG, or
 * JOSE_FAILED, which is no answer.
 */
extern JoseReason signature_verify(const Jwk *key, const void *data,
								   size_t length, const uint8_t *signature,
								   size_t signature_length);

#endif							/* ENCLAVE_CRYPTO_SIGNATURE_H */
