/*
 * utf8.h
 *		Characters of UTF-8, strictly (Unicode, table 3-7).
 */
#ifndef ENCLAVE_CRYPTO_UTF8_H
#define ENCLAVE_CRYPTO_UTF8_H

#include "types.h"

/*
 * Bytes of the well-formed sequence at `at`, which is before `end`; 0 for
 * anything else: overlong, a surrogate, above U+10FFFF, cut short.
 */
extern int	utf8_length(const char *at, const char *end);

/* Write a code point to `out`, of 4 bytes without NUL; how many they are. */
extern size_t utf8_put(int32_t character, char *out);

#endif							/* ENCLAVE_CRYPTO_UTF8_H */
