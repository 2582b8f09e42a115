/*
 * token.h
 *		Opaque tokens.
 *
 *		eat_<32 to 64 random digits><6 digits of checksum>
 *
 * Digits are base62 in the order 0-9A-Za-z.  The checksum is the CRC-32 of
 * everything before it (CRC-32/ISO-HDLC, the one of ITU-T V.42 and of RFC 1952,
 * section 8), most significant digit first, padded with zeros.  It is no
 * protection: it tells a mistyped or invented token without a look at a table,
 * and lets scanners find leaked ones.
 */
#ifndef ENCLAVE_CRYPTO_TOKEN_H
#define ENCLAVE_CRYPTO_TOKEN_H

#include "types.h"

/* Characters. */
#define TOKEN_PREFIX_LENGTH 4	/* three letters and '_' */
#define TOKEN_RANDOM_MIN 32		/* 190 bits */
#define TOKEN_RANDOM_MAX 64		/* 381 bits */
#define TOKEN_CHECKSUM_LENGTH 6 /* 62^6 > 2^32 */

/* Bytes that hold any token of ours with its NUL. */
#define TOKEN_SIZE \
	(TOKEN_PREFIX_LENGTH + TOKEN_RANDOM_MAX + TOKEN_CHECKSUM_LENGTH + 1)

/* Characters of tokens that were imported from elsewhere. */
#define TOKEN_FOREIGN_MIN 20
#define TOKEN_FOREIGN_MAX 512

/* Characters that token_random_text makes at most. */
#define TOKEN_TEXT_MAX 4096

typedef enum TokenPurpose
{
	TOKEN_ACCESS,				/* eat_ */
	TOKEN_REFRESH,				/* ert_ */
	TOKEN_SESSION,				/* ess_ */
	TOKEN_PASSWORD_RESET,		/* epr_ */
	TOKEN_EMAIL_VERIFICATION,	/* eev_ */
	TOKEN_EMAIL_CHANGE,			/* eec_ */
	TOKEN_MAGIC_LINK,			/* eml_ */
	TOKEN_TEAM_INVITATION		/* eti_ */
} TokenPurpose;

typedef enum TokenForm
{
	TOKEN_FORM_OURS,			/* a prefix of ours, and flawless */
	TOKEN_FORM_FOREIGN,			/* no prefix of ours; may have been imported */
	TOKEN_FORM_REFUSED			/* cannot be in any table */
} TokenForm;

/*
 * Make a token with `random_length` random digits, TOKEN_RANDOM_MIN ..
 * TOKEN_RANDOM_MAX, in `out`, of TOKEN_SIZE bytes, with its NUL.  The caller
 * wipes it.  False, `out` empty and `*error` a static text, when the purpose or
 * length is none, or `random` fails.
 */
extern bool token_generate(TokenPurpose purpose, size_t random_length,
						   RandomSource random, char *out, const char **error);

/*
 * Put prefix and checksum around `random_length` digits, which stand in `out`, of
 * TOKEN_SIZE bytes, from TOKEN_PREFIX_LENGTH on.  For those who make their own.
 */
extern void token_frame(TokenPurpose purpose, size_t random_length, char *out);

/*
 * Make `length` random base62 digits, 1 .. TOKEN_TEXT_MAX, each of the 62
 * equally likely, in `out`, of length + 1 bytes, with a NUL.  The caller wipes
 * them.  False, and `out` empty, when the length is out of range or `random`
 * fails; nothing of a half-made text stays.
 */
extern bool token_random_text(size_t length, RandomSource random, char *out);

/*
 * Judge `length` characters from a stranger, without need of a NUL.
 *
 * With a prefix of ours: OURS, and `*purpose` set, if all of them are digits,
 * the length is possible and the checksum right; REFUSED otherwise.  Without:
 * FOREIGN if TOKEN_FOREIGN_MIN .. TOKEN_FOREIGN_MAX characters, all of them
 * 0x21 .. 0x7e, REFUSED otherwise.  `*purpose` is left alone unless OURS.
 * The time depends on the text, of which nothing here is secret from its
 * sender; at most TOKEN_FOREIGN_MAX characters are looked at.
 */
extern TokenForm token_classify(const char *text, size_t length,
								TokenPurpose *purpose);

/*
 * The CRC-32 of `length` characters; 0xCBF43926 for "123456789".  For the
 * functions above and their test.
 */
extern uint32_t token_checksum(const char *text, size_t length);

/*
 * What is stored and looked up for a token: SHA-256 of all its characters.
 * Errors as digest_sha256.
 */
extern bool token_digest(const char *text, size_t length, TokenDigest *out);

#endif							/* ENCLAVE_CRYPTO_TOKEN_H */
