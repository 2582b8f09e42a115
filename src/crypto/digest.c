/*
 * digest.c
 *		SHA-256 and the comparison of digests.
 *
 * OpenSSL 3 looks an algorithm up among its providers whenever a context is
 * initialised with EVP_sha256(); that costs more than hashing a token.  So one
 * context is kept, and initialised again with a NULL type: it then goes on with
 * the implementation that it already holds (EVP_DigestInit(3)).
 *
 * Rule: `context` is either NULL or has been initialised once with success.
 * Whatever fails takes the context with it, so that no later digest can begin
 * from a half-fed state.
 *
 * What a context keeps after a digest is that digest, which is no secret; the
 * block buffer, which held the input, is cleansed by OpenSSL's final step.
 */
#include "crypto/digest.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static EVP_MD_CTX *context = NULL;

/* Make `context` ready for input, creating it the first time. */
static bool
begin(void)
{
	if (context != NULL)
		return EVP_DigestInit_ex(context, NULL, NULL) == 1;

	context = EVP_MD_CTX_new();
	return context != NULL &&
		EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
}

bool
digest_sha256(const void *data, size_t length, TokenDigest *out)
{
	unsigned int written = 0;

	if (begin() &&
		(length == 0 || EVP_DigestUpdate(context, data, length) == 1) &&
		EVP_DigestFinal_ex(context, out->bytes, &written) == 1 &&
		written == TOKEN_DIGEST_LENGTH)
		return true;

	EVP_MD_CTX_free(context);
	context = NULL;
	memset(out, 0, sizeof(*out));

	/* The server's TLS code reads this queue too: leave it nothing of ours. */
	ERR_clear_error();
	return false;
}

bool
digest_hmac(const TokenDigest *key, const void *data, size_t length,
			TokenDigest *out)
{
	unsigned int made = 0;

	if (HMAC(EVP_sha256(), key->bytes, (int) sizeof(key->bytes), data, length,
			 out->bytes, &made) != NULL && made == sizeof(out->bytes))
		return true;
	ERR_clear_error();
	memset(out, 0, sizeof(*out));
	return false;
}

bool
digest_equal(const TokenDigest *a, const TokenDigest *b)
{
	return CRYPTO_memcmp(a->bytes, b->bytes, TOKEN_DIGEST_LENGTH) == 0;
}
