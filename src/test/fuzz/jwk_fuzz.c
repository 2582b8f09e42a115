/*
 * jwk_fuzz.c
 *		Keys from a stranger.
 *
 * Held here: a key or a reason, never both; a public key that was taken is
 * written so that it is taken again, with the same thumbprint.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/signature.h"
#include "crypto/thumbprint.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_public(const Jwk *key)
{
	char		text[THUMBPRINT_JWK_SIZE];
	char		before[THUMBPRINT_SIZE];
	char		after[THUMBPRINT_SIZE];
	Jwk		   *back;

	if (!thumbprint_of(key, before))
		abort();
	if (!thumbprint_public(key, text))
	{
		if (key->pkey != NULL)
			abort();
		return;
	}
	if (jwk_import(text, strlen(text), JWK_TO_VERIFY, JOSE_UNKNOWN_ALGORITHM, &back) !=
		JOSE_OK || back->algorithm != key->algorithm || !thumbprint_of(back, after) ||
		strcmp(before, after) != 0)
		abort();
	jwk_free(back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t signature[SIGNATURE_MAX];
	Jwk		   *key = (Jwk *) data;
	JoseReason	reason = jwk_import((const char *) data, size, JWK_TO_VERIFY,
									JOSE_UNKNOWN_ALGORITHM, &key);

	if ((reason == JOSE_OK) != (key != NULL))
		abort();
	if (key != NULL)
	{
		check_public(key);
		if (signature_verify(key, "x", 1, signature, 64) == JOSE_OK)
			abort();
		jwk_free(key);
	}

	/* the tests of an RSA key's primes are OpenSSL's, and slow */
	if (size > 1200)
		return 0;
	reason = jwk_import((const char *) data, size, JWK_TO_SIGN, JOSE_UNKNOWN_ALGORITHM, &key);
	if ((reason == JOSE_OK) != (key != NULL) || (key != NULL && !key->is_private))
		abort();
	jwk_free(key);
	return 0;
}
