/*
 * keyfile.h
 *		The file of master keys.
 *
 *		# a comment
 *		2026-11:pTKn4lIYJ3q0QmJ5CSkgTkoYcJ3ZEVEXRNRHsXsfT/k=
 *		2025-02:R1Yk...=
 *
 * A line for each key: an id of 1 to 32 letters, digits and "._-", a colon, and
 * 32 bytes in base64 (RFC 4648, section 4), as `openssl rand -base64 32` writes
 * them.  The first seals; all open.  Empty lines and lines that begin with # are
 * passed over; anything else is refused, and so is an id that occurs twice.
 */
#ifndef ENCLAVE_CRYPTO_KEYFILE_H
#define ENCLAVE_CRYPTO_KEYFILE_H

#include "crypto/keywrap.h"

#define KEYFILE_KEYS_MAX 16
#define KEYFILE_LENGTH_MAX 8192 /* bytes */

typedef enum KeyfileStatus
{
	KEYFILE_OK,
	KEYFILE_EMPTY,				/* no key at all */
	KEYFILE_TOO_MANY,
	KEYFILE_NO_ID,				/* no colon, or no id before it */
	KEYFILE_NO_KEY,				/* not the base64 of 32 bytes after it */
	KEYFILE_TWICE				/* an id that was there already */
} KeyfileStatus;

typedef struct Keyfile
{
	int			count;
	KeywrapKey	keys[KEYFILE_KEYS_MAX];
} Keyfile;

/*
 * Read `length` bytes.  The caller wipes them, and *out, whatever the result.
 * After anything but KEYFILE_OK out->count is 0 and *line, from 1, says where.
 */
extern KeyfileStatus keyfile_parse(const char *text, size_t length, Keyfile *out, int *line);

/* The status in words, for an administrator; static. */
extern const char *keyfile_trouble(KeyfileStatus status);

#endif							/* ENCLAVE_CRYPTO_KEYFILE_H */
