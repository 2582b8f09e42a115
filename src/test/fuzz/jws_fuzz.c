/*
 * jws_fuzz.c
 *		Compact JWS from a stranger, and headers that are rightly signed.
 *
 * Beyond what the sanitizers see, held here: nothing is given out of what is
 * refused, what does not parse is not verified, and what we make we take.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/jws.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const jwks[] = {
	"{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"}",
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
	"{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\",\"e\":\"AQAB\"}",
};

#define KEYS (sizeof(jwks) / sizeof(jwks[0]))

static Jwk *keys[KEYS];
static Jws	jws;
static uint8_t payload[JWS_PAYLOAD_MAX];
static char token[JWS_LENGTH_MAX + 1];

static void
check(const char *text, size_t length)
{
	JoseReason	parsed = jws_parse(text, length, &jws);
	size_t		i;

	if (strcmp(jose_reason_name(parsed), "unknown") == 0)
		abort();
	for (i = 0; i < KEYS; i++)
	{
		size_t		given = 1;
		JoseReason	reason = jws_verify(&jws, keys[i], payload, &given);

		if ((reason != JOSE_OK && given != 0) || (parsed != JOSE_OK && reason == JOSE_OK))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *) data;
	const char *middle = size == 0 ? NULL : memchr(text, '\n', size);
	size_t		header_length;
	size_t		length;
	size_t		i;

	for (i = 0; i < KEYS && keys[i] == NULL; i++)
		if (jwk_import(jwks[i], strlen(jwks[i]), JWK_TO_VERIFY, JOSE_UNKNOWN_ALGORITHM,
					   &keys[i]) != JOSE_OK)
			abort();
	check(text, size);

	/* a header, a line break and a payload, signed */
	if (middle == NULL)
		return 0;
	header_length = (size_t) (middle - text);
	if (jws_sign(keys[0], text, header_length, middle + 1, size - header_length - 1, token,
				 &length) == JOSE_OK)
	{
		size_t		given;

		if (jws_parse(token, length, &jws) != JOSE_OK ||
			jws_verify(&jws, keys[0], payload, &given) != JOSE_OK ||
			given != size - header_length - 1 || memcmp(payload, middle + 1, given) != 0)
			abort();
		check(token, length);
	}
	return 0;
}
