/*
 * password.h
 *		Hashing and verifying passwords with Argon2 (RFC 9106).
 *
 * A hash cannot be interrupted, so its cost is judged before any memory is
 * taken.  It runs in the calling thread alone, whatever its number of lanes: a
 * second thread in a backend would run the server's signal handlers.
 *
 * In every function here:
 *	- the password is borrowed: only read, and wiped by the caller; it may be
 *	  NULL when its length is 0.  Lengths are in bytes;
 *	- `max_memory_kib` is the caller's own limit on m, in KiB;
 *	- `*error` is set, to a static text that tells nothing of the input, when
 *	  the result is PASSWORD_UNSUPPORTED, PASSWORD_FAILED or false, and is left
 *	  alone otherwise;
 *	- intermediate values are wiped and the memory of the hash is given back to
 *	  the system before the return, whatever the result.
 *
 * Not to be left by longjmp: the caller keeps its signal handlers from that.
 */
#ifndef ENCLAVE_CRYPTO_PASSWORD_H
#define ENCLAVE_CRYPTO_PASSWORD_H

#include "crypto/phc.h"
#include "types.h"

/* What password_hash makes, in bytes: RFC 9106, section 4. */
#define PASSWORD_SALT_LENGTH 16
#define PASSWORD_TAG_LENGTH 32

/* Limits that no setting lifts. */
#define PASSWORD_ITERATIONS_MAX 64
#define PASSWORD_LANES_MAX 255
#define PASSWORD_WORK_MAX_KIB UINT64_C(8388608) /* m times t: 8 GiB written */

typedef enum PasswordStatus
{
	PASSWORD_OK,				/* done, or the password is right */
	PASSWORD_MISMATCH,			/* the password is wrong */
	PASSWORD_UNSUPPORTED,		/* malformed, or above a limit; nothing was hashed */
	PASSWORD_FAILED				/* no memory or no randomness */
} PasswordStatus;

/* The inputs of RFC 9106, section 3.1, that a PHC string does not hold. */
typedef struct PasswordInput
{
	const void *password;		/* P; each may be NULL when its length is 0 */
	size_t		password_length;
	const void *secret;			/* K */
	size_t		secret_length;
	const void *data;			/* X, the associated data */
	size_t		data_length;
} PasswordInput;

/*
 * Whether a hash of this cost may be computed at all: t in 1 ..
 * PASSWORD_ITERATIONS_MAX, p in 1 .. PASSWORD_LANES_MAX, m from 8 p to
 * `max_memory_kib`, and m times t at most PASSWORD_WORK_MAX_KIB.
 */
extern bool password_cost_allowed(const HashCost *cost, uint32_t max_memory_kib,
								  const char **error);

/*
 * Compute a tag (RFC 9106, section 3.2).  Kind, version, cost, salt and
 * tag_length are read from `hash`; its tag is not, and may be `tag` itself, which
 * has room for hash->tag_length bytes; the caller wipes it.  After anything but
 * PASSWORD_OK it is all zeros, or untouched if tag_length is out of range.
 *
 * For what follows below and for test vectors; others want password_verify.
 */
extern PasswordStatus password_derive(const PasswordInput *input,
									  const PhcHash *hash,
									  uint32_t max_memory_kib, uint8_t *tag,
									  const char **error);

/*
 * Hash a new password: Argon2id version 0x13 with a salt from `random`.  `phc`
 * has PHC_LENGTH_MAX + 1 bytes and receives the PHC string with its NUL, empty
 * after anything but PASSWORD_OK.
 */
extern PasswordStatus password_hash(const void *password, size_t length,
									const HashCost *cost,
									uint32_t max_memory_kib,
									RandomSource random, char *phc,
									const char **error);

/*
 * Verify a password against a PHC string of `phc_length` characters without
 * need of a NUL: Argon2d, i or id, version 0x10 or 0x13.  The tags are compared
 * in constant time.
 */
extern PasswordStatus password_verify(const void *password, size_t length,
									  const char *phc, size_t phc_length,
									  uint32_t max_memory_kib,
									  const char **error);

/*
 * Whether password_hash with this cost would now make a hash of other kind,
 * version, cost or tag length, or a longer salt; also true of what is no hash.
 */
extern bool password_needs_rehash(const char *phc, size_t phc_length,
								  const HashCost *cost);

/*
 * Do for an unknown user what password_verify does against a hash made with
 * `cost`, step for step, so that the time does not tell that there is none.
 * Never PASSWORD_OK; PASSWORD_MISMATCH when all went well.
 */
extern PasswordStatus password_decoy(const void *password, size_t length,
									 const HashCost *cost,
									 uint32_t max_memory_kib,
									 const char **error);

#endif							/* ENCLAVE_CRYPTO_PASSWORD_H */
