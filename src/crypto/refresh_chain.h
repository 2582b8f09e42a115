/*
 * refresh_chain.h
 *		The refresh tokens of a family: each but the first is made of the one
 *		before it.
 *
 *		ert_<22 digits: a block><10 to 42 digits><6 digits of checksum>
 *
 * The block is one of AES-256: the number of the family (64 bits), that of the
 * token in its family, from 0 (32 bits), and 32 bits more.  These and the digits
 * after the block are random in a family's first token, and in every other a
 * keyed hash (HMAC-SHA-256) of the whole token before it.  So
 *
 *	- the same token always has the same successor, and nobody has to keep it;
 *	- neither the table nor the key, nor both, make a token without the one
 *	  before it: to the one who has both, 91 bits of the shortest are unknown;
 *	- any token of a family tells, to the one who has the key alone, which family it
 *	  is of and whether it is older than another, without a list of old ones;
 *	- a token that nobody made, or whose block was changed, tells of a family that
 *	  is not there: a block that was made up hits one of N families by chance in
 *	  N of 2^64 tries.  So only who has had a token of a family can have it be
 *	  taken for an old one.
 */
#ifndef ENCLAVE_CRYPTO_REFRESH_CHAIN_H
#define ENCLAVE_CRYPTO_REFRESH_CHAIN_H

#include "crypto/token.h"
#include "types.h"

/* Which token of which family. */
typedef struct RefreshPlace
{
	int64_t		family;
	uint32_t	generation;		/* 0 for the first */
} RefreshPlace;

/*
 * Make the first token of a family, with TOKEN_RANDOM_MIN .. TOKEN_RANDOM_MAX
 * digits between prefix and checksum, in `out`, of TOKEN_SIZE bytes.  The caller
 * wipes it.  False, and `out` empty, if the length is none, or OpenSSL or
 * `random` fails.
 */
extern bool refresh_chain_begin(const TokenDigest *secret, int64_t family,
								size_t random_length, RandomSource random, char *out);

/*
 * Which place a token says to have.  `text`, of `length` characters, is one that
 * token_classify calls OURS for TOKEN_REFRESH.  False if OpenSSL fails, or it
 * cannot have been made with this secret.
 */
extern bool refresh_chain_read(const TokenDigest *secret, const char *text, size_t length,
							   RefreshPlace *place);

/*
 * Make the successor of such a token, of the same length, in `out`; the caller
 * wipes it.  False, and `out` empty, as above, and after 2^32 - 1 successors.
 */
extern bool refresh_chain_next(const TokenDigest *secret, const char *text, size_t length,
							   char *out);

#endif							/* ENCLAVE_CRYPTO_REFRESH_CHAIN_H */
