/*
 * compute.c
 *		The crypto room's verbs, bounded for callers.
 */
#include "compat.h"

#include "flow/compute.h"

#include "crypto/token.h"
#include "flow/fault.h"
#include "flow/hashing.h"
#include "flow/issue.h"
#include "utils/builtins.h"

#define GENERATED_LENGTH_MIN 16
#define GENERATED_LENGTH_MAX 256

char *
compute_hash_password(Secret *secret)
{
	char	   *hash;

	if (secret->too_long)
		fault_validation("password_too_long", "Give 1024 characters or fewer.");
	if (secret->length == 0)
		fault_validation("password_too_short", "Give a password.");
	hash = hashing_hash(secret);
	secret_wipe(secret);
	return hash;
}

bool
compute_verify_password(Secret *secret, const char *hash)
{
	bool		right = hash != NULL && hashing_verify(secret, hash);

	secret_wipe(secret);
	return right;
}

bool
compute_needs_rehash(const char *hash)
{
	hashing_check_supported(hash == NULL ? "" : hash);
	return hashing_is_outdated(hash);
}

char *
compute_generate_token(int length)
{
	char	   *token;

	if (length < GENERATED_LENGTH_MIN || length > GENERATED_LENGTH_MAX)
		fault_validation("length_invalid", "Give a length from 16 to 256.");
	token = palloc((Size) length + 1);
	if (!token_random_text((size_t) length, pg_strong_random, token))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values")));
	return token;
}

Datum
compute_hash_token(const char *text, size_t length)
{
	bytea	   *digest = palloc(VARHDRSZ + sizeof(TokenDigest));

	SET_VARSIZE(digest, VARHDRSZ + sizeof(TokenDigest));
	issue_digest(text, length, (TokenDigest *) VARDATA(digest));
	return PointerGetDatum(digest);
}
