/*
 * jwk.c
 *		Keys, and their import from JWK.
 */
#include "crypto/jwk.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "crypto/backend.h"
#include "crypto/base64url.h"
#include "crypto/ed25519.h"
#include "crypto/json_string.h"
#include "crypto/wipe.h"

/* Different bytes that a random key of 32 bytes has, but for a chance of 2^-100. */
#define DISTINCT_MIN 8

/* Bytes of the private numbers of RSA, each in a place of this size. */
#define PRIVATE_SIZE PKEY_MODULUS_MAX

/* What is being read. */
typedef struct Source
{
	const JsonDocument *document;
	const JsonNode *object;
	JwkPurpose	purpose;
} Source;

Jwk *
jwk_new(JoseAlgorithm algorithm)
{
	Jwk		   *key = calloc(1, sizeof(Jwk));

	if (key == NULL)
		return NULL;
	key->algorithm = algorithm;
	key->hmac = calloc(1, sizeof(BackendHmac));
	if (key->hmac != NULL)
		return key;
	free(key);
	return NULL;
}

void
jwk_free(Jwk *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);
	backend_hmac_forget(key->hmac);
	free(key->hmac);
	wipe_memory(key, sizeof(*key));
	free(key);
}

static const JsonNode *
member(const Source *source, const char *name)
{
	return json_member(source->document, source->object, name);
}

/* ------------------------------------------------------------------------
 * What a JWK says of itself
 * ------------------------------------------------------------------------ */

static JoseReason
find_algorithm(const Source *source, JoseAlgorithm assumed, JoseAlgorithm *out)
{
	const JsonNode *named = member(source, "alg");
	const JsonNode *curve = member(source, "crv");
	char		name[16];
	int			i;

	*out = assumed;
	if (named != NULL)
	{
		if (!json_string_copy(source->document, named, name, sizeof(name), NULL))
			return JOSE_KEY_ALG;
		*out = jose_find(name);
		return *out == JOSE_UNKNOWN_ALGORITHM ? JOSE_KEY_ALG : JOSE_OK;
	}

	/* the first that has this type, and this curve if it has one */
	for (i = 1; *out == JOSE_UNKNOWN_ALGORITHM; i++)
	{
		const JoseFacts *facts = jose_facts((JoseAlgorithm) i);

		if (facts == NULL)
			return JOSE_KEY_TYPE;
		if (json_string_is(source->document, member(source, "kty"), facts->key_type) &&
			(facts->curve == NULL || json_string_is(source->document, curve, facts->curve)))
			*out = (JoseAlgorithm) i;
	}
	return JOSE_OK;
}

static bool
fits_type(const Source *source, const JoseFacts *facts)
{
	return json_string_is(source->document, member(source, "kty"), facts->key_type) &&
		(facts->curve == NULL ||
		 json_string_is(source->document, member(source, "crv"), facts->curve));
}

/* RFC 7517, sections 4.2 and 4.3. */
static bool
may_be_used(const Source *source)
{
	const JsonNode *use = member(source, "use");
	const JsonNode *operations = member(source, "key_ops");
	const JsonNode *operation;
	int			signing = 0;
	int			verifying = 0;

	if (use != NULL && !json_string_is(source->document, use, "sig"))
		return false;
	if (operations == NULL)
		return true;
	if (operations->type != JSON_ARRAY)
		return false;
	for (operation = json_first(source->document, operations); operation != NULL;
		 operation = json_after(source->document, operations, operation))
	{
		if (json_string_is(source->document, operation, "sign"))
			signing++;
		else if (json_string_is(source->document, operation, "verify"))
			verifying++;
		else
			return false;
	}
	return signing <= 1 && verifying <= 1 &&
		(source->purpose == JWK_TO_SIGN ? signing : verifying) == 1;
}

/* ------------------------------------------------------------------------
 * Numbers
 * ------------------------------------------------------------------------ */

/*
 * Bytes in base64url, `size` of them at most.  *length is 0 after anything but
 * JOSE_OK.
 */
static JoseReason
take_bytes(const Source *source, const char *name, uint8_t *out, size_t size, size_t *length)
{
	const JsonNode *node = member(source, name);
	char		text[BASE64URL_LENGTH(JWK_NUMBER_MAX) + 1];
	size_t		text_length = 0;
	JoseReason	reason = JOSE_OK;

	*length = 0;
	if (node == NULL)
		return JOSE_KEY_INCOMPLETE;
	if (node->type != JSON_STRING)
		return JOSE_KEY_ENCODING;
	if (!json_string_copy(source->document, node, text, sizeof(text), &text_length))
		reason = node->end - node->start >= sizeof(text) ? JOSE_KEY_LONG : JOSE_KEY_ENCODING;
	else if (BASE64URL_BYTES(text_length) > size)
		reason = JOSE_KEY_LONG;
	else if (!base64url_decode(text, text_length, out, size, length))
		reason = JOSE_KEY_ENCODING;
	wipe_memory(text, sizeof(text));
	return reason;
}

/* The same of exactly `size` bytes. */
static JoseReason
take_exactly(const Source *source, const char *name, uint8_t *out, size_t size)
{
	size_t		length;
	JoseReason	reason = take_bytes(source, name, out, size, &length);

	if (reason == JOSE_KEY_LONG || (reason == JOSE_OK && length != size))
		return JOSE_KEY_ENCODING;
	return reason;
}

/* A positive number without leading zero octets: RFC 7518, section 2. */
static JoseReason
take_number(const Source *source, const char *name, uint8_t *out, size_t size, size_t *length)
{
	JoseReason	reason = take_bytes(source, name, out, size, length);

	if (reason == JOSE_OK && (*length == 0 || out[0] == 0))
		return JOSE_KEY_ENCODING;
	return reason;
}

static JoseReason
check_secret(const Jwk *key, const JoseFacts *facts)
{
	bool		seen[256] = {false};
	int			distinct = 0;
	size_t		i;

	if (key->first_length < (size_t) facts->hash_bits / 8)
		return JOSE_KEY_SHORT;
	for (i = 0; i < key->first_length; i++)
	{
		distinct += !seen[key->first[i]];
		seen[key->first[i]] = true;
	}
	wipe_memory(seen, sizeof(seen));

	/* the text of a public key is known to everybody */
	if (distinct < DISTINCT_MIN || memcmp(key->first, "-----BEGIN", 10) == 0)
		return JOSE_KEY_GUESSABLE;
	return JOSE_OK;
}

static JoseReason
import_hmac(const Source *source, const JoseFacts *facts, Jwk *key)
{
	JoseReason	reason = take_bytes(source, "k", key->first, JWK_SECRET_MAX,
									&key->first_length);

	key->is_private = true;
	return reason == JOSE_OK ? check_secret(key, facts) : reason;
}

static JoseReason
check_rsa(const Jwk *key)
{
	size_t		bits = key->first_length * 8;
	uint8_t		top;
	uint64_t	exponent = 0;
	size_t		i;

	for (top = key->first[0]; top < 0x80; top = (uint8_t) (top << 1))
		bits--;
	if (bits < JWK_RSA_BITS_MIN)
		return JOSE_KEY_SHORT;
	if (key->first[key->first_length - 1] % 2 == 0)
		return JOSE_KEY_GUESSABLE;
	for (i = 0; i < key->second_length; i++)
		exponent = exponent << 8 | key->second[i];
	if (exponent < 65537 || exponent % 2 == 0)
		return JOSE_KEY_EXPONENT;
	return JOSE_OK;
}

static JoseReason
import_rsa(const Source *source, Jwk *key)
{
	static const char *const names[PKEY_RSA_PRIVATE] = {"d", "p", "q", "dp", "dq", "qi"};
	uint8_t		numbers[PKEY_RSA_PRIVATE][PRIVATE_SIZE];
	DerBytes	private[PKEY_RSA_PRIVATE];
	DerBytes	n;
	DerBytes	e;
	JoseReason	reason = take_number(source, "n", key->first, sizeof(key->first),
									 &key->first_length);
	int			i;

	if (reason == JOSE_OK)
		reason = take_number(source, "e", key->second, sizeof(uint64_t), &key->second_length);
	if (reason == JOSE_KEY_LONG && key->first_length > 0)
		reason = JOSE_KEY_EXPONENT;
	if (reason == JOSE_OK)
		reason = check_rsa(key);
	if (reason != JOSE_OK)
		return reason;
	n = (DerBytes) {key->first, key->first_length};
	e = (DerBytes) {key->second, key->second_length};
	if (source->purpose == JWK_TO_VERIFY)
	{
		key->pkey = pkey_rsa(n, e, NULL);
		return key->pkey == NULL ? JOSE_FAILED : JOSE_OK;
	}

	/* RFC 8017's keys of more than two primes */
	if (member(source, "oth") != NULL)
		return JOSE_KEY_TYPE;
	for (i = 0; reason == JOSE_OK && i < PKEY_RSA_PRIVATE; i++)
	{
		private[i].at = numbers[i];
		reason = take_number(source, names[i], numbers[i], PRIVATE_SIZE, &private[i].length);
	}
	if (reason == JOSE_OK)
		key->pkey = pkey_rsa(n, e, private);
	wipe_memory(numbers, sizeof(numbers));
	return reason == JOSE_OK && key->pkey == NULL ? JOSE_KEY_PAIR : reason;
}

static JoseReason
import_curve(const Source *source, const JoseFacts *facts, Jwk *key)
{
	uint8_t		secret[JWK_SECOND_MAX];
	DerBytes	x = {key->first, facts->coordinate};
	DerBytes	y = {key->second, facts->coordinate};
	DerBytes	private = {secret, facts->coordinate};
	bool		signs = source->purpose == JWK_TO_SIGN;
	JoseReason	reason = take_exactly(source, "x", key->first, facts->coordinate);

	key->first_length = facts->coordinate;
	if (reason == JOSE_OK && facts->family == JOSE_ECDSA)
	{
		reason = take_exactly(source, "y", key->second, facts->coordinate);
		key->second_length = facts->coordinate;
	}
	if (reason == JOSE_OK && facts->family == JOSE_ED25519 && ed25519_is_weak(key->first))
		reason = JOSE_KEY_POINT;
	if (reason == JOSE_OK && signs)
		reason = take_exactly(source, "d", secret, facts->coordinate);
	if (reason == JOSE_OK)
	{
		if (facts->family == JOSE_ECDSA)
			key->pkey = pkey_ec(facts, x, y, signs ? &private : NULL);
		else
			key->pkey = pkey_ed25519(x, signs ? &private : NULL);
		if (key->pkey == NULL)
			reason = JOSE_KEY_POINT;
	}
	wipe_memory(secret, sizeof(secret));
	return reason;
}

static JoseReason
import_numbers(const Source *source, const JoseFacts *facts, Jwk *key)
{
	JoseReason	reason;

	if (facts->family == JOSE_HMAC)
		return import_hmac(source, facts, key);
	if (facts->family == JOSE_RSA || facts->family == JOSE_RSA_PSS)
		reason = import_rsa(source, key);
	else
		reason = import_curve(source, facts, key);
	key->is_private = source->purpose == JWK_TO_SIGN;
	if (reason == JOSE_OK && key->is_private &&
		!pkey_is_pair(key->pkey, facts, (DerBytes) {key->first, key->first_length}))
		reason = JOSE_KEY_PAIR;
	if (reason == JOSE_KEY_INCOMPLETE && key->is_private && member(source, "d") == NULL)
		reason = JOSE_KEY_NOT_PRIVATE;
	return reason;
}

JoseReason
jwk_import_node(const JsonDocument *document, const JsonNode *object, JwkPurpose purpose,
				JoseAlgorithm assumed, Jwk **out)
{
	Source		source = {document, object, purpose};
	const JsonNode *id;
	JoseAlgorithm algorithm;
	const JoseFacts *facts;
	JoseReason	reason;
	Jwk		   *key;

	*out = NULL;
	if (object == NULL || object->type != JSON_OBJECT)
		return JOSE_JSON_NOT_OBJECT;
	reason = find_algorithm(&source, assumed, &algorithm);
	if (reason != JOSE_OK)
		return reason;
	facts = jose_facts(algorithm);
	if (facts == NULL || !fits_type(&source, facts))
		return JOSE_KEY_TYPE;
	if (!may_be_used(&source))
		return JOSE_KEY_USE;

	key = jwk_new(algorithm);
	if (key == NULL)
		return JOSE_FAILED;
	id = member(&source, "kid");
	if (id != NULL && !json_string_copy(document, id, key->id, sizeof(key->id), NULL))
		reason = JOSE_KEY_ID;
	else
		reason = import_numbers(&source, facts, key);
	if (reason != JOSE_OK)
	{
		jwk_free(key);
		return reason;
	}
	*out = key;
	return JOSE_OK;
}

JoseReason
jwk_import(const char *json, size_t length, JwkPurpose purpose, JoseAlgorithm assumed, Jwk **out)
{
	JsonDocument document;
	JoseReason	reason = jose_of_json(json_parse(json, length, &document));

	*out = NULL;
	if (reason != JOSE_OK)
		return reason;
	return jwk_import_node(&document, json_root(&document), purpose, assumed, out);
}
