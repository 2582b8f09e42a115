/*
 * digest.h
 *		SHA-256 and the comparison of digests.
 *
 * Not for use by two threads at once: one context is kept for the process.
 */
#ifndef ENCLAVE_CRYPTO_DIGEST_H
#define ENCLAVE_CRYPTO_DIGEST_H

#include "types.h"

/*
 * SHA-256 (FIPS 180-4, section 6.2) of `length` bytes at `data` into `out`.
 *
 * `data` may be NULL when `length` is 0; it is only read, and wiping it is the
 * caller's business.  Returns false when OpenSSL has no memory or no SHA-256
 * to offer; `out` is then all zeros, OpenSSL's error queue is empty, and the
 * next call starts afresh.
 */
extern bool digest_sha256(const void *data, size_t length, TokenDigest *out);

/*
 * HMAC-SHA-256 (RFC 2104) of `length` bytes under a key of 32 bytes.  False,
 * with *out zeroed and OpenSSL's error queue empty, if OpenSSL fails.
 */
extern bool digest_hmac(const TokenDigest *key, const void *data, size_t length,
						TokenDigest *out);

/*
 * Whether two digests are equal, in a time that does not depend on where they
 * differ.  Cannot fail.
 */
extern bool digest_equal(const TokenDigest *a, const TokenDigest *b);

#endif							/* ENCLAVE_CRYPTO_DIGEST_H */
