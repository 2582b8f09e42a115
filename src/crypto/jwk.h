/*
 * jwk.h
 *		Keys, and their import from JWK (RFC 7517; RFC 7518, section 6; RFC 8037).
 *
 * A key has one algorithm for its life: what a token says of it is compared,
 * never followed (RFC 8725, section 3.1).
 */
#ifndef ENCLAVE_CRYPTO_JWK_H
#define ENCLAVE_CRYPTO_JWK_H

#include "crypto/jose.h"
#include "crypto/json.h"
#include "crypto/pkey.h"

/* Bytes. */
#define JWK_ID_MAX 256
#define JWK_SECRET_MAX 1024		/* of HMAC */
#define JWK_NUMBER_MAX PKEY_MODULUS_MAX
#define JWK_SECOND_MAX 66

/* Bits of an RSA modulus: RFC 7518, section 3.3, and what a check may cost. */
#define JWK_RSA_BITS_MIN 2048
#define JWK_RSA_BITS_MAX 8192

typedef enum JwkPurpose
{
	JWK_TO_VERIFY,				/* private members are not looked at */
	JWK_TO_SIGN
} JwkPurpose;

/* Made and freed by the functions here and of keypair.h only. */
typedef struct Jwk
{
	JoseAlgorithm algorithm;
	struct evp_pkey_st *pkey;	/* owned; NULL for HMAC */
	struct BackendHmac *hmac;	/* owned; what HMAC keeps of the key */
	bool		is_private;		/* can sign */
	char		id[JWK_ID_MAX + 1]; /* "kid", empty if it has none */
	uint8_t		first[JWK_NUMBER_MAX];	/* n, x or k */
	size_t		first_length;
	uint8_t		second[JWK_SECOND_MAX]; /* e or y */
	size_t		second_length;
} Jwk;

/* An empty key of an algorithm, or NULL without memory. */
extern Jwk *jwk_new(JoseAlgorithm algorithm);

/* Wipe and free a key; NULL is none. */
extern void jwk_free(Jwk *key);

/*
 * Import a JWK of `length` bytes of JSON.  `assumed` is the algorithm of a JWK
 * that names none; JOSE_UNKNOWN_ALGORITHM takes RS256, HS256 or, by its curve,
 * ES256, ES384, ES512 or EdDSA.
 *
 * Checked: kty and crv fit alg; `use` is "sig" and `key_ops` has the purpose and
 * no other than signing, where given; all numbers are there, in their one
 * encoding; RSA has 2048 to 8192 bits and an odd exponent of 65537 to 64 bits;
 * an EC point is on its curve; an Ed25519 point is not of small order; HMAC keys
 * have the length of their hash (RFC 7518, section 3.2) to 1024 bytes and are no
 * PEM and no repetition; the private part belongs to the public one.
 *
 * JOSE_OK: *out is the caller's, who frees it with jwk_free.  Otherwise *out is
 * NULL.  The text is borrowed, and wiped by the caller if it is secret.
 */
extern JoseReason jwk_import(const char *json, size_t length, JwkPurpose purpose,
							 JoseAlgorithm assumed, Jwk **out);

/* The same of an object that is part of a document, such as a set of keys. */
extern JoseReason jwk_import_node(const JsonDocument *document,
								  const JsonNode *object, JwkPurpose purpose,
								  JoseAlgorithm assumed, Jwk **out);

#endif							/* ENCLAVE_CRYPTO_JWK_H */
