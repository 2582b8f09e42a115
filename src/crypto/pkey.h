/*
 * pkey.h
 *		OpenSSL's keys from their numbers, and back.
 *
 * All numbers are big-endian.  What a function here returns is the caller's,
 * who frees it with EVP_PKEY_free.  On failure the result is NULL or false and
 * OpenSSL's error queue is empty.  What was copied on the way is wiped.
 */
#ifndef ENCLAVE_CRYPTO_PKEY_H
#define ENCLAVE_CRYPTO_PKEY_H

#include "crypto/der.h"
#include "crypto/jose.h"

struct evp_pkey_st;

/* Bytes of a modulus, and of the largest private key in DER. */
#define PKEY_MODULUS_MAX 1024
#define PKEY_PRIVATE_MAX 6144

/* The private numbers of an RSA key, in their order in RFC 8017, A.1.2. */
#define PKEY_RSA_PRIVATE 6		/* d, p, q, dp, dq, qi */

/* An RSA key; `private` has PKEY_RSA_PRIVATE numbers, or is NULL. */
extern struct evp_pkey_st *pkey_rsa(DerBytes modulus, DerBytes exponent,
									const DerBytes *private);

/*
 * An EC key of the curve of `facts`; coordinates have facts->coordinate bytes.
 * NULL too for a point that is not on the curve.  `private` may be NULL.
 */
extern struct evp_pkey_st *pkey_ec(const JoseFacts *facts, DerBytes x, DerBytes y,
								   const DerBytes *private);

/* An Ed25519 key, of 32 bytes; `private` may be NULL. */
extern struct evp_pkey_st *pkey_ed25519(DerBytes x, const DerBytes *private);

/*
 * Whether the private numbers belong to the public ones.  For RSA that
 * includes a test of its primes, which takes some tens of milliseconds.
 */
extern bool pkey_is_pair(struct evp_pkey_st *pkey, const JoseFacts *facts,
						 DerBytes x);

/* A new key for an asymmetric algorithm; RSA keys have 3072 bits. */
extern struct evp_pkey_st *pkey_generate(const JoseFacts *facts);

/*
 * The public numbers: n and e, x and y, or x alone (then *second_length is 0).
 * `first` has PKEY_MODULUS_MAX bytes, `second` 66.
 */
extern bool pkey_numbers(struct evp_pkey_st *pkey, const JoseFacts *facts,
						 uint8_t *first, size_t *first_length,
						 uint8_t *second, size_t *second_length);

/* A key with its private part as PKCS #8 (RFC 5958), into `out` of `size` bytes. */
extern bool pkey_pack(struct evp_pkey_st *pkey, uint8_t *out, size_t size,
					  size_t *length);

/* And back: exactly `length` bytes, of the type that `facts` asks for. */
extern struct evp_pkey_st *pkey_unpack(const uint8_t *bytes, size_t length,
									   const JoseFacts *facts);

#endif							/* ENCLAVE_CRYPTO_PKEY_H */
