/*
 * keypair.c
 *		New keys, and their private form at rest.
 */
#include "crypto/keypair.h"

#include <string.h>

#include <openssl/evp.h>

/* Fill in the public numbers; the key is freed when it has none. */
static JoseReason
complete(Jwk *key, const JoseFacts *facts, Jwk **out)
{
	if (key->pkey != NULL &&
		pkey_numbers(key->pkey, facts, key->first, &key->first_length, key->second,
					 &key->second_length) &&
		(facts->coordinate == 0 || key->first_length == facts->coordinate))
	{
		key->is_private = true;
		*out = key;
		return JOSE_OK;
	}
	jwk_free(key);
	return JOSE_FAILED;
}

JoseReason
keypair_generate(JoseAlgorithm algorithm, RandomSource random, Jwk **out)
{
	const JoseFacts *facts = jose_facts(algorithm);
	Jwk		   *key;

	*out = NULL;
	if (facts == NULL || !facts->signs)
		return JOSE_ALG_NOT_SIGNING;
	key = jwk_new(algorithm);
	if (key == NULL)
		return JOSE_FAILED;
	if (facts->family != JOSE_HMAC)
	{
		key->pkey = pkey_generate(facts);
		return complete(key, facts, out);
	}
	key->is_private = true;
	key->first_length = (size_t) facts->hash_bits / 8;
	if (!random(key->first, key->first_length))
	{
		jwk_free(key);
		return JOSE_FAILED;
	}
	*out = key;
	return JOSE_OK;
}

JoseReason
keypair_pack(const Jwk *key, uint8_t *out, size_t *length)
{
	*length = 0;
	if (!key->is_private)
		return JOSE_KEY_NOT_PRIVATE;
	if (key->pkey != NULL)
		return pkey_pack(key->pkey, out, KEYPAIR_PACKED_MAX, length) ? JOSE_OK : JOSE_FAILED;
	memcpy(out, key->first, key->first_length);
	*length = key->first_length;
	return JOSE_OK;
}

JoseReason
keypair_unpack(JoseAlgorithm algorithm, const uint8_t *bytes, size_t length, Jwk **out)
{
	const JoseFacts *facts = jose_facts(algorithm);
	Jwk		   *key;

	*out = NULL;
	if (facts == NULL ||
		(facts->family == JOSE_HMAC &&
		 (length < (size_t) facts->hash_bits / 8 || length > JWK_SECRET_MAX)))
		return JOSE_KEY_TYPE;
	key = jwk_new(algorithm);
	if (key == NULL)
		return JOSE_FAILED;
	if (facts->family == JOSE_HMAC)
	{
		memcpy(key->first, bytes, length);
		key->first_length = length;
		key->is_private = true;
		*out = key;
		return JOSE_OK;
	}
	key->pkey = pkey_unpack(bytes, length, facts);
	return complete(key, facts, out) == JOSE_OK ? JOSE_OK : JOSE_KEY_TYPE;
}
