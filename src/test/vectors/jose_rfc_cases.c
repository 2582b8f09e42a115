/*
 * jose_rfc_cases.c
 *		Known answers: RFC 7515, A.1 to A.4, RFC 8037, A.4, RFC 7520, 4.1 to 4.4,
 *		RFC 7638, 3.1; and every algorithm against itself, whole and at rest.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/jws.h"
#include "crypto/keypair.h"
#include "crypto/thumbprint.h"
#include "test/vectors/jose_samples.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

static bool
is_payload(const uint8_t *payload, size_t length, const char *text)
{
	return length == strlen(text) && memcmp(payload, text, length) == 0;
}

static void
check_sample(const JoseSample *sample)
{
	uint8_t		payload[JWS_PAYLOAD_MAX];
	char		made[JWS_LENGTH_MAX + 1];
	size_t		length;
	size_t		made_length;
	Jws			jws;
	Jwk		   *verifying = jose_samples_key(sample->jwk, JWK_TO_VERIFY, sample->algorithm);
	Jwk		   *signing = jose_samples_key(sample->jwk, JWK_TO_SIGN, sample->algorithm);

	tap_ok(jose_samples_verify(sample->compact, strlen(sample->compact), verifying, payload,
							   &length) == JOSE_OK &&
		   is_payload(payload, length, sample->payload), "%s, verified", sample->source);

	/* the header as the RFC has it, so that the signature can be the same */
	if (jws_parse(sample->compact, strlen(sample->compact), &jws) != JOSE_OK ||
		jws_sign(signing, jws.header, jws.header_length, sample->payload,
				 strlen(sample->payload), made, &made_length) != JOSE_OK)
		made_length = 0;
	tap_ok(made_length == strlen(sample->compact) &&
		   (strcmp(made, sample->compact) == 0) == sample->repeats &&
		   jose_samples_verify(made, made_length, verifying, payload, &length) == JOSE_OK &&
		   is_payload(payload, length, sample->payload), "%s, signed%s", sample->source,
		   sample->repeats ? " to the same bytes" : "");
	jwk_free(verifying);
	jwk_free(signing);
}

/* By type alone: HS256, RS256, ES256, ES512, EdDSA. */
static void
check_defaults(void)
{
	bool		right = true;
	int			i;

	for (i = 0; i <= SAMPLE_EDDSA; i++)
	{
		Jwk		   *key = jose_samples_key(jose_samples[i].jwk, JWK_TO_VERIFY,
										   JOSE_UNKNOWN_ALGORITHM);

		right = right && key->algorithm == jose_samples[i].algorithm;
		jwk_free(key);
	}
	tap_ok(right, "a JWK without alg has the one of its type and curve");
}

static void
check_thumbprint(void)
{
	Jwk		   *key = jose_samples_key(jose_thumbprint_jwk, JWK_TO_VERIFY,
									   JOSE_UNKNOWN_ALGORITHM);
	char		thumbprint[THUMBPRINT_SIZE];
	char		public[THUMBPRINT_JWK_SIZE];
	Jwk		   *back;

	tap_ok(thumbprint_of(key, thumbprint) && strcmp(thumbprint, jose_thumbprint) == 0,
		   "RFC 7638, 3.1: the thumbprint of an RSA key");
	tap_ok(thumbprint_public(key, public) && strstr(public, jose_thumbprint) != NULL,
		   "the public JWK has the thumbprint as kid");
	back = jose_samples_key(public, JWK_TO_VERIFY, JOSE_UNKNOWN_ALGORITHM);
	tap_ok(back->algorithm == key->algorithm && strcmp(back->id, jose_thumbprint) == 0 &&
		   back->first_length == key->first_length &&
		   memcmp(back->first, key->first, key->first_length) == 0,
		   "and is imported again as the same key");
	jwk_free(back);
	jwk_free(key);

	/* RFC 8037, A.3 */
	key = jose_samples_key(jose_samples[SAMPLE_EDDSA].jwk, JWK_TO_SIGN, JOSE_UNKNOWN_ALGORITHM);
	tap_ok(thumbprint_of(key, thumbprint) &&
		   strcmp(thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k") == 0,
		   "RFC 8037, A.3: the thumbprint of an Ed25519 key");
	jwk_free(key);
}

/* Whether the private member of a JWK occurs in a text. */
static bool
leaks(const char *jwk, const char *name, const char *text)
{
	const char *at = strstr(jwk, name);
	char		secret[24];

	if (at == NULL)
		abort();
	memcpy(secret, at + strlen(name), sizeof(secret) - 1);
	secret[sizeof(secret) - 1] = '\0';
	return strstr(text, secret) != NULL;
}

static void
check_public_only(void)
{
	static const char *const names[] = {"\"d\":\"", "\"p\":\"", "\"q\":\"", "\"dp\":\"",
	"\"dq\":\"", "\"qi\":\""};
	const char *rsa = jose_samples[SAMPLE_RS256].jwk;
	char		public[THUMBPRINT_JWK_SIZE] = "x";
	Jwk		   *key = jose_samples_key(rsa, JWK_TO_SIGN, JOSE_UNKNOWN_ALGORITHM);
	bool		right = thumbprint_public(key, public);
	size_t		i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		right = right && strstr(public, names[i]) == NULL && !leaks(rsa, names[i], public);
	jwk_free(key);
	tap_ok(right, "the public JWK of an RSA key has none of its private members");

	for (i = SAMPLE_ES256; i <= SAMPLE_EDDSA; i++)
	{
		key = jose_samples_key(jose_samples[i].jwk, JWK_TO_SIGN, JOSE_UNKNOWN_ALGORITHM);
		tap_ok(thumbprint_public(key, public) && strstr(public, "\"d\"") == NULL &&
			   !leaks(jose_samples[i].jwk, "\"d\":\"", public),
			   "nor has that of %s", jose_samples[i].source);
		jwk_free(key);
	}
	key = jose_samples_key(jose_samples[SAMPLE_HS256].jwk, JWK_TO_SIGN, JOSE_UNKNOWN_ALGORITHM);
	tap_ok(!thumbprint_public(key, public) && public[0] == '\0',
		   "an HMAC key has no public JWK");
	jwk_free(key);
}

static bool
counting_random(void *buffer, size_t length)
{
	uint8_t    *bytes = buffer;
	size_t		i;

	for (i = 0; i < length; i++)
		bytes[i] = (uint8_t) (i * 7 + 1);
	return true;
}

static bool
no_random(void *buffer, size_t length)
{
	memset(buffer, 'x', length);
	return false;
}

/* Made, packed, unpacked: the same key, whose tokens the public JWK verifies. */
static bool
goes_round(JoseAlgorithm algorithm)
{
	static const char claims[] = "{\"sub\":\"1\"}";
	uint8_t		packed[KEYPAIR_PACKED_MAX];
	uint8_t		payload[JWS_PAYLOAD_MAX];
	char		public[THUMBPRINT_JWK_SIZE];
	char		kid[THUMBPRINT_SIZE];
	char		header[JWS_HEADER_MAX + 1];
	char		token[JWS_LENGTH_MAX + 1];
	size_t		packed_length = 0;
	size_t		length;
	Jwk		   *made = NULL;
	Jwk		   *back = NULL;
	Jwk		   *other = NULL;
	bool		right;

	right = keypair_generate(algorithm, counting_random, &made) == JOSE_OK &&
		keypair_pack(made, packed, &packed_length) == JOSE_OK &&
		keypair_unpack(algorithm, packed, packed_length, &back) == JOSE_OK &&
		thumbprint_of(back, kid) && jws_header(back, "at+jwt", kid, header) &&
		jws_sign(back, header, strlen(header), claims, strlen(claims), token, &length) == JOSE_OK;
	if (right && made->pkey != NULL)
	{
		right = thumbprint_public(made, public);
		other = jose_samples_key(public, JWK_TO_VERIFY, JOSE_UNKNOWN_ALGORITHM);
	}
	right = right &&
		jose_samples_verify(token, length, other == NULL ? made : other, payload, &length) ==
		JOSE_OK && is_payload(payload, length, claims);

	/* with a byte more or less it is nothing */
	jwk_free(other);
	other = NULL;
	packed[packed_length] = 0;
	if (right && made->pkey != NULL)
		right = keypair_unpack(algorithm, packed, packed_length + 1, &other) == JOSE_KEY_TYPE;
	right = right && other == NULL &&
		keypair_unpack(algorithm, packed, packed_length - 1, &other) == JOSE_KEY_TYPE &&
		other == NULL;
	jwk_free(back);
	jwk_free(made);
	return right;
}

static void
check_every_algorithm(bool quick)
{
	Jwk		   *key = NULL;
	int			i;

	for (i = JOSE_HS256; i <= JOSE_EDDSA; i++)
	{
		const JoseFacts *facts = jose_facts((JoseAlgorithm) i);

		if (!facts->signs)
			tap_ok(keypair_generate((JoseAlgorithm) i, counting_random, &key) ==
				   JOSE_ALG_NOT_SIGNING && key == NULL, "%s is verified only", facts->name);
		else if (quick && strcmp(facts->key_type, "RSA") == 0)
			tap_skip("time", "a new key of %s signs, at rest and back", facts->name);
		else
			tap_ok(goes_round((JoseAlgorithm) i),
				   "a new key of %s signs, at rest and back", facts->name);
	}
	tap_ok(keypair_generate(JOSE_HS256, no_random, &key) == JOSE_FAILED && key == NULL,
		   "no HMAC key is made without randomness");
	tap_ok(keypair_generate(JOSE_UNKNOWN_ALGORITHM, counting_random, &key) ==
		   JOSE_ALG_NOT_SIGNING && key == NULL, "no key is made without an algorithm");
}

static void
check_names(void)
{
	bool		right = true;
	int			i;
	int			j;

	for (i = 0; i < JOSE_REASONS; i++)
	{
		right = right && strcmp(jose_reason_name((JoseReason) i), "unknown") != 0;
		for (j = 0; j < i; j++)
			right = right && strcmp(jose_reason_name((JoseReason) i),
									jose_reason_name((JoseReason) j)) != 0;
	}
	tap_ok(right && strcmp(jose_reason_name(JOSE_REASONS), "unknown") == 0 &&
		   strcmp(jose_reason_name((JoseReason) -1), "unknown") == 0,
		   "every reason has a name of its own");
}

void
jose_rfc_cases_run(bool quick)
{
	int			i;

	for (i = 0; i < jose_samples_count; i++)
		check_sample(&jose_samples[i]);
	check_defaults();
	check_thumbprint();
	check_public_only();
	check_every_algorithm(quick);
	check_names();
}
