/*
 * jose_sign.c
 *		A token of a new key, for other libraries to verify.
 *
 *		jose_sign ALG PAYLOAD
 *
 * Prints the key as a JWK (public; HMAC's as it is) and the token, a line each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "crypto/base64url.h"
#include "crypto/jws.h"
#include "crypto/keypair.h"
#include "crypto/thumbprint.h"

static bool
random_bytes(void *buffer, size_t length)
{
	return RAND_bytes(buffer, (int) length) == 1;
}

static int
fail(JoseReason reason)
{
	(void) fprintf(stderr, "jose_sign: %s\n", jose_reason_name(reason));
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	char		jwk[THUMBPRINT_JWK_SIZE];
	char		kid[THUMBPRINT_SIZE];
	char		header[JWS_HEADER_MAX + 1];
	char		token[JWS_LENGTH_MAX + 1];
	char		secret[BASE64URL_LENGTH(JWK_SECRET_MAX) + 1];
	size_t		length;
	Jwk		   *key;
	JoseReason	reason;

	if (argc != 3)
	{
		(void) fprintf(stderr, "usage: %s ALG PAYLOAD\n", argv[0]);
		return EXIT_FAILURE;
	}
	reason = keypair_generate(jose_find(argv[1]), random_bytes, &key);
	if (reason != JOSE_OK)
		return fail(reason);
	if (!thumbprint_of(key, kid) || !jws_header(key, "at+jwt", kid, header))
		return fail(JOSE_FAILED);
	if (!thumbprint_public(key, jwk) &&
		(!base64url_encode(key->first, key->first_length, secret, sizeof(secret)) ||
		 snprintf(jwk, sizeof(jwk), "{\"kty\":\"oct\",\"k\":\"%s\",\"alg\":\"%s\",\"kid\":\"%s\"}",
				  secret, argv[1], kid) < 0))
		return fail(JOSE_FAILED);
	reason = jws_sign(key, header, strlen(header), argv[2], strlen(argv[2]), token, &length);
	if (reason != JOSE_OK)
		return fail(reason);
	(void) printf("%s\n%s\n", jwk, token);
	jwk_free(key);
	return EXIT_SUCCESS;
}
