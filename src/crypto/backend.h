/*
 * backend.h
 *		OpenSSL's implementations, looked up once for the process, and the
 *		differences between its versions 1.1.1 and 3.
 *
 * OpenSSL 3 looks an algorithm up among its providers each time it is named,
 * which costs more than a short HMAC.  Not for use by two threads at once.
 */
#ifndef ENCLAVE_CRYPTO_BACKEND_H
#define ENCLAVE_CRYPTO_BACKEND_H

#include "types.h"

struct evp_md_st;
struct evp_cipher_st;

/* Bytes of the longest hash, SHA-512. */
#define BACKEND_HASH_MAX 64

/* SHA-256, SHA-384 or SHA-512; NULL when OpenSSL has it not, or other bits. */
extern const struct evp_md_st *backend_hash(int bits);

/* AES-256-GCM, and AES-256 block by block; or NULL. */
extern const struct evp_cipher_st *backend_cipher(void);
extern const struct evp_cipher_st *backend_block_cipher(void);

/*
 * HMAC (RFC 2104) with SHA-2 of `bits` bits into `out`, of bits / 8 bytes.  False
 * when OpenSSL fails; `out` is then wiped and OpenSSL's error queue empty.
 * Nothing of the key stays behind.
 */
extern bool backend_hmac(int bits, const uint8_t *key, size_t key_length,
						 const void *data, size_t length, uint8_t *out);

/* OpenSSL's state of an HMAC that knows its key; all zero to begin with. */
typedef struct BackendHmac
{
	void	   *context;
} BackendHmac;

/*
 * The same for a key that is used again and again: what comes of the key is kept
 * in *kept, for this key and these bits alone, until backend_hmac_forget, which
 * wipes it.
 */
extern bool backend_hmac_again(BackendHmac *kept, int bits, const uint8_t *key,
							   size_t key_length, const void *data, size_t length,
							   uint8_t *out);
extern void backend_hmac_forget(BackendHmac *kept);

#endif							/* ENCLAVE_CRYPTO_BACKEND_H */
