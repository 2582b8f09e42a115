/*
 * thumbprint.c
 *		What of a key is for everybody.
 */
#include "crypto/thumbprint.h"

#include <stdio.h>

#include "crypto/base64url.h"
#include "crypto/digest.h"
#include "crypto/wipe.h"

#define FIRST_SIZE (BASE64URL_LENGTH(JWK_NUMBER_MAX) + 1)
#define SECOND_SIZE (BASE64URL_LENGTH(JWK_SECOND_MAX) + 1)

/*
 * The required members in the order of their names, without white space (RFC
 * 7638, section 3.2), but for the closing brace.
 */
static bool
put_members(const Jwk *key, const JoseFacts *facts, char *out, size_t size)
{
	char		first[FIRST_SIZE];
	char		second[SECOND_SIZE];
	int			made = -1;

	if (base64url_encode(key->first, key->first_length, first, sizeof(first)) &&
		base64url_encode(key->second, key->second_length, second, sizeof(second)))
	{
		switch (facts->family)
		{
			case JOSE_HMAC:
				made = snprintf(out, size, "{\"k\":\"%s\",\"kty\":\"oct\"", first);
				break;
			case JOSE_RSA:
			case JOSE_RSA_PSS:
				made = snprintf(out, size, "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"", second,
								first);
				break;
			case JOSE_ECDSA:
				made = snprintf(out, size,
								"{\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"",
								facts->curve, first, second);
				break;
			case JOSE_ED25519:
				made = snprintf(out, size, "{\"crv\":\"%s\",\"kty\":\"OKP\",\"x\":\"%s\"",
								facts->curve, first);
				break;
		}
	}
	wipe_memory(first, sizeof(first));
	return made > 0 && (size_t) made < size;
}

bool
thumbprint_of(const Jwk *key, char *out)
{
	const JoseFacts *facts = jose_facts(key->algorithm);
	char		members[THUMBPRINT_JWK_SIZE];
	TokenDigest digest;
	bool		good = false;

	out[0] = '\0';
	if (facts != NULL && put_members(key, facts, members, sizeof(members) - 1))
	{
		size_t		length = 0;

		while (members[length] != '\0')
			length++;
		members[length++] = '}';
		good = digest_sha256(members, length, &digest) &&
			base64url_encode(digest.bytes, sizeof(digest.bytes), out, THUMBPRINT_SIZE);
	}
	wipe_memory(members, sizeof(members));
	return good;
}

bool
thumbprint_public(const Jwk *key, char *out)
{
	const JoseFacts *facts = jose_facts(key->algorithm);
	char		members[THUMBPRINT_JWK_SIZE];
	char		kid[THUMBPRINT_SIZE];
	int			made;

	out[0] = '\0';
	if (facts == NULL || facts->family == JOSE_HMAC || !thumbprint_of(key, kid) ||
		!put_members(key, facts, members, sizeof(members)))
		return false;
	made = snprintf(out, THUMBPRINT_JWK_SIZE, "%s,\"alg\":\"%s\",\"use\":\"sig\",\"kid\":\"%s\"}",
					members, facts->name, kid);
	if (made > 0 && made < THUMBPRINT_JWK_SIZE)
		return true;
	out[0] = '\0';
	return false;
}
