/*
 * keypair.h
 *		New keys, and their private form at rest.
 */
#ifndef ENCLAVE_CRYPTO_KEYPAIR_H
#define ENCLAVE_CRYPTO_KEYPAIR_H

#include "crypto/jwk.h"

/* Bytes of the private form of any key. */
#define KEYPAIR_PACKED_MAX PKEY_PRIVATE_MAX

/*
 * Make a key that can sign: RSA of 3072 bits; HMAC of the hash's length, from
 * `random`; the others from OpenSSL's generator.  JOSE_OK: *out is the
 * caller's, who frees it with jwk_free.  JOSE_ALG_NOT_SIGNING for what is only
 * verified, JOSE_FAILED without memory or randomness; *out is then NULL.
 */
extern JoseReason keypair_generate(JoseAlgorithm algorithm, RandomSource random,
								   Jwk **out);

/*
 * Write the private form of a key: PKCS #8, or the bare bytes of HMAC, into
 * `out`, of KEYPAIR_PACKED_MAX bytes, which the caller wipes.  To be sealed
 * before it is stored (keywrap.h).  JOSE_KEY_NOT_PRIVATE, JOSE_FAILED.
 */
extern JoseReason keypair_pack(const Jwk *key, uint8_t *out, size_t *length);

/*
 * And back, for the algorithm it was made for; what does not fit it, or has a
 * byte too many, is JOSE_KEY_TYPE.  *out as of keypair_generate.
 */
extern JoseReason keypair_unpack(JoseAlgorithm algorithm, const uint8_t *bytes,
								 size_t length, Jwk **out);

#endif							/* ENCLAVE_CRYPTO_KEYPAIR_H */
