/*
 * base62.h
 *		Numbers in the digits 0-9A-Za-z, most significant first.
 */
#ifndef ENCLAVE_CRYPTO_BASE62_H
#define ENCLAVE_CRYPTO_BASE62_H

#include "types.h"

#define BASE62_BASE 62

/* Digits that hold any 16 bytes: 62^22 > 2^128. */
#define BASE62_BLOCK_DIGITS 22
#define BASE62_BLOCK_LENGTH 16

/* The digits, in the order of their values; terminated. */
extern const char base62_digits[];

/* Write 16 bytes, a big-endian number, as 22 digits, padded with zeros; no NUL. */
extern void base62_from_block(const uint8_t *block, char *out);

/*
 * Read 22 digits back.  False, and *block wiped, if one of them is none or the
 * number is more than 16 bytes hold.
 */
extern bool base62_to_block(const char *text, uint8_t *block);

#endif							/* ENCLAVE_CRYPTO_BASE62_H */
