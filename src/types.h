/*
 * types.h
 *		The words that the rooms share.
 *
 * Plain C: no PostgreSQL header, so that src/crypto also compiles into the
 * vector tests and the fuzzers.
 */
#ifndef ENCLAVE_TYPES_H
#define ENCLAVE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a SHA-256 digest (FIPS 180-4, figure 1). */
#define TOKEN_DIGEST_LENGTH 32

/*
 * What is stored of a token.  A struct and not a byte array, so that handing
 * over a raw token in its place does not compile.
 */
typedef struct TokenDigest
{
	uint8_t		bytes[TOKEN_DIGEST_LENGTH];
} TokenDigest;

/* The price of an Argon2 hash: m, t and p of RFC 9106, section 3.1. */
typedef struct HashCost
{
	uint32_t	memory_kib;		/* m, in KiB */
	uint32_t	iterations;		/* t, passes over the memory */
	uint32_t	lanes;			/* p; never a number of threads here */
} HashCost;

/*
 * Fills `buffer` with `length` bytes fit for keys, or returns false and then
 * promises nothing about the buffer.  It must not jump out: the callers have
 * secrets to wipe.  pg_strong_random has this shape; tests inject bytes.
 */
typedef bool (*RandomSource) (void *buffer, size_t length);

#endif							/* ENCLAVE_TYPES_H */
