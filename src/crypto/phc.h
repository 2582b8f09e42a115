/*
 * phc.h
 *		The text form of an Argon2 hash.
 *
 *		$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>
 *
 * The PHC string format, as the Argon2 reference implementation writes and
 * reads it (its src/encoding.c).  Where that reader is lenient this one is
 * strict: a hash has one spelling, plus that of version 16 without "$v=".
 */
#ifndef ENCLAVE_CRYPTO_PHC_H
#define ENCLAVE_CRYPTO_PHC_H

#include "types.h"

/* Bytes.  The least salt is RFC 9106's (section 3.1). */
#define PHC_SALT_MIN 8
#define PHC_SALT_MAX 64

/*
 * Bytes.  RFC 9106 allows a tag of 4, which one wrong password in 2^32 matches;
 * at 128 bits guessing the tag is no cheaper than guessing a key.
 */
#define PHC_TAG_MIN 16
#define PHC_TAG_MAX 64

/*
 * Characters of the longest hash, without NUL: "$argon2id" 9, "$v=19" 5, three
 * parameters with ten digits each 39, "$" and 64 bytes in base64 87, twice.
 */
#define PHC_LENGTH_MAX 227

/* Versions of Argon2, as "v=" has them.  RFC 9106 is version 0x13. */
#define PHC_VERSION_10 16
#define PHC_VERSION_13 19

/* RFC 9106, section 3.1: 1 to 2^24 - 1 lanes. */
#define PHC_LANES_MAX 16777215

typedef enum PhcKind
{
	PHC_ARGON2D,
	PHC_ARGON2I,
	PHC_ARGON2ID
} PhcKind;

typedef struct PhcHash
{
	PhcKind		kind;
	uint32_t	version;		/* PHC_VERSION_10 or PHC_VERSION_13 */
	HashCost	cost;
	uint8_t		salt[PHC_SALT_MAX];
	size_t		salt_length;	/* bytes, PHC_SALT_MIN .. PHC_SALT_MAX */
	uint8_t		tag[PHC_TAG_MAX];
	size_t		tag_length;		/* bytes, PHC_TAG_MIN .. PHC_TAG_MAX */
} PhcHash;

/*
 * Read `length` characters at `text`, which need not end in NUL and may come
 * from an attacker.  At most PHC_LENGTH_MAX of them are looked at.
 *
 * Required: order m, t, p; numbers without sign or leading zero that fit in 32
 * bits; t >= 1, p in 1 .. PHC_LANES_MAX, m >= 8 p; no other parameter; base64
 * of RFC 4648, section 4, without padding and with zero trailing bits (section
 * 3.5); nothing afterwards.  A missing "$v=" means version 16.  That says that
 * the hash is well formed, not that its cost can be paid: password.h judges.
 *
 * False: `*error` is a static text that tells nothing of the input, and `out`
 * is wiped.  True: `out` holds a tag; the caller wipes it.
 */
extern bool phc_parse(const char *text, size_t length, PhcHash *out,
					  const char **error);

/*
 * Write `hash` with its NUL to `out`, of `size` bytes; PHC_LENGTH_MAX + 1 are
 * always enough.  "$v=" is always written.  False, and `out` empty (if it has
 * a byte at all), when it does not fit or phc_parse would refuse the lengths,
 * kind or version.
 */
extern bool phc_format(const PhcHash *hash, char *out, size_t size);

#endif							/* ENCLAVE_CRYPTO_PHC_H */
