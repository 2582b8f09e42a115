/*
 * base64url.h
 *		Base64 for URLs (RFC 4648, section 5), in its one strict spelling.
 *
 * No padding, no white space, no other alphabet, no bits left over (section
 * 3.5): bytes have one text, and whatever is read is written back the same.
 * Neither a table nor a branch depends on the value of a byte or digit, so keys
 * can be read and written with it.
 */
#ifndef ENCLAVE_CRYPTO_BASE64URL_H
#define ENCLAVE_CRYPTO_BASE64URL_H

#include "types.h"

/* Characters that `bytes` bytes take, without NUL. */
#define BASE64URL_LENGTH(bytes) ((4 * (bytes) + 2) / 3)

/* Bytes that `characters` characters hold at most. */
#define BASE64URL_BYTES(characters) ((characters) / 4 * 3 + (characters) % 4 * 3 / 4)

/*
 * Decode `length` characters, without need of a NUL, into `out` of `size`
 * bytes.  True: *written bytes of `out` are set, and the caller wipes them if
 * they are secret.  False, for any other spelling or too small a buffer:
 * *written is 0 and what was written of `out` is wiped.
 */
extern bool base64url_decode(const char *text, size_t length, uint8_t *out,
							 size_t size, size_t *written);

/*
 * Encode `length` bytes with a NUL into `out`, of `size` bytes.  False, and
 * `out` empty (if it has a byte at all), when it does not fit.
 */
extern bool base64url_encode(const uint8_t *bytes, size_t length, char *out,
							 size_t size);

#endif							/* ENCLAVE_CRYPTO_BASE64URL_H */
