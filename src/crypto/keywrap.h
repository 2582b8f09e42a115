/*
 * keywrap.h
 *		Secrets at rest, encrypted and authenticated with AES-256-GCM
 *		(NIST SP 800-38D).
 *
 *		version (1) | length of the id (1) | id | nonce (12) | ciphertext | tag (16)
 *
 * The id names the master key, so that there can be several and old ones can
 * go.  The associated data says what the secret is and where it stands: what was
 * moved from one row to another does not open.  Both, and the version, are
 * authenticated.  Nonces are random: a master key is good for 2^32 secrets
 * (section 8.3), far more than there will ever be.
 */
#ifndef ENCLAVE_CRYPTO_KEYWRAP_H
#define ENCLAVE_CRYPTO_KEYWRAP_H

#include "types.h"

/* Bytes. */
#define KEYWRAP_ID_MAX 32
#define KEYWRAP_NONCE_LENGTH 12
#define KEYWRAP_TAG_LENGTH 16
#define KEYWRAP_SECRET_MAX 8192

/* Bytes that sealing adds at most. */
#define KEYWRAP_OVERHEAD \
	(2 + KEYWRAP_ID_MAX + KEYWRAP_NONCE_LENGTH + KEYWRAP_TAG_LENGTH)

typedef struct KeywrapKey
{
	char		id[KEYWRAP_ID_MAX + 1]; /* 1 .. KEYWRAP_ID_MAX characters and a NUL */
	uint8_t		bytes[32];
} KeywrapKey;

typedef enum KeywrapStatus
{
	KEYWRAP_OK,
	KEYWRAP_MALFORMED,			/* nothing that was sealed here */
	KEYWRAP_OTHER_KEY,			/* sealed with a key of another id */
	KEYWRAP_FORGED,				/* changed, moved, or sealed with other bytes of this id */
	KEYWRAP_FAILED				/* no memory, no randomness, too long */
} KeywrapStatus;

/*
 * Seal 0 .. KEYWRAP_SECRET_MAX bytes into `out`, of length + KEYWRAP_OVERHEAD
 * bytes.  *sealed_length is 0 after anything but KEYWRAP_OK.
 */
extern KeywrapStatus keywrap_seal(const KeywrapKey *key, const void *data,
								  size_t data_length, const void *secret,
								  size_t secret_length, RandomSource random,
								  uint8_t *out, size_t *sealed_length);

/*
 * The id of the master key that opens `sealed`, with a NUL into `id` of
 * KEYWRAP_ID_MAX + 1 bytes; not authenticated.  False, and `id` empty, for
 * something that was not sealed here.
 */
extern bool keywrap_id(const uint8_t *sealed, size_t length, char *id);

/*
 * Open what keywrap_seal made with the same key and associated data, into `out`
 * of `length` bytes, which the caller wipes.  After anything but KEYWRAP_OK
 * *secret_length is 0 and what was written of `out` is wiped.
 */
extern KeywrapStatus keywrap_open(const KeywrapKey *key, const void *data,
								  size_t data_length, const uint8_t *sealed,
								  size_t length, uint8_t *out,
								  size_t *secret_length);

#endif							/* ENCLAVE_CRYPTO_KEYWRAP_H */
