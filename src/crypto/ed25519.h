/*
 * ed25519.h
 *		Public keys of Ed25519 (RFC 8032) that are none.
 */
#ifndef ENCLAVE_CRYPTO_ED25519_H
#define ENCLAVE_CRYPTO_ED25519_H

#include "types.h"

/*
 * Whether the 32 bytes of a public key are a point of order 1, 2, 4 or 8, under
 * which one signature fits every message, or a y that is not reduced.  Such keys
 * OpenSSL takes.  That a point is on the curve is found out by verifying, which
 * fails if it is not.
 */
extern bool ed25519_is_weak(const uint8_t *x);

#endif							/* ENCLAVE_CRYPTO_ED25519_H */
