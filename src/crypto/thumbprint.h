/*
 * thumbprint.h
 *		What of a key is for everybody: its name and its public members.
 */
#ifndef ENCLAVE_CRYPTO_THUMBPRINT_H
#define ENCLAVE_CRYPTO_THUMBPRINT_H

#include "crypto/jwk.h"

/* Characters of a thumbprint, and of any public JWK, each with its NUL. */
#define THUMBPRINT_SIZE 44
#define THUMBPRINT_JWK_SIZE 2048

/*
 * The SHA-256 thumbprint of a key (RFC 7638), in base64url, into `out` of
 * THUMBPRINT_SIZE bytes.  That of an HMAC key confirms a guess at the key: which
 * is why import wants keys that cannot be guessed.  False, and `out` empty, when
 * OpenSSL fails.
 */
extern bool thumbprint_of(const Jwk *key, char *out);

/*
 * The public JWK: kty, its public members, alg, use, and the thumbprint as kid.
 * Into `out` of THUMBPRINT_JWK_SIZE bytes.  False, and `out` empty, for an HMAC
 * key, which has no public part, or when OpenSSL fails.
 */
extern bool thumbprint_public(const Jwk *key, char *out);

#endif							/* ENCLAVE_CRYPTO_THUMBPRINT_H */
