/*
 * jwk_cases.c
 *		Keys that must not be taken: weak, broken, for something else, or not what
 *		they say (RFC 7517, RFC 7518, RFC 8725, 3.4 and 3.5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/jwk.h"
#include "test/vectors/jose_samples.h"
#include "test/vectors/probes.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

#define K32 "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"
#define OCT(more) "{\"kty\":\"oct\"," more "}"
#define P256_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define P256_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define P256_D "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
#define EC(x, y, more) \
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" x "\",\"y\":\"" y "\"" more "}"
#define ED_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define ED_D "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define OKP(x, more) "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" x "\"" more "}"
#define RSA_N \
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
#define RSA(e) "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\"," e "}"

typedef struct Case
{
	const char *name;
	JoseReason	reason;
	JwkPurpose	purpose;
	const char *jwk;
} Case;

static const Case cases[] = {
	/* not a key at all */
	{"an empty text", JOSE_JSON_INVALID, JWK_TO_VERIFY, ""},
	{"an array of keys", JOSE_JSON_NOT_OBJECT, JWK_TO_VERIFY, "[" OCT("\"k\":\"" K32 "\"") "]"},
	{"a set of keys", JOSE_KEY_TYPE, JWK_TO_VERIFY, "{\"keys\":[]}"},
	{"an empty object", JOSE_KEY_TYPE, JWK_TO_VERIFY, "{}"},
	{"a PEM", JOSE_JSON_INVALID, JWK_TO_VERIFY, "-----BEGIN PUBLIC KEY-----\n"},
	{"a member twice", JOSE_JSON_DUPLICATE, JWK_TO_VERIFY, OCT("\"k\":\"" K32 "\",\"k\":\"AAAA\"")},

	/* what it is and what it is for */
	{"kty missing", JOSE_KEY_TYPE, JWK_TO_VERIFY, "{\"k\":\"" K32 "\"}"},
	{"kty unknown", JOSE_KEY_TYPE, JWK_TO_VERIFY, "{\"kty\":\"AKP\",\"k\":\"" K32 "\"}"},
	{"kty in other case", JOSE_KEY_TYPE, JWK_TO_VERIFY, "{\"kty\":\"OCT\",\"k\":\"" K32 "\"}"},
	{"kty a number", JOSE_KEY_TYPE, JWK_TO_VERIFY, "{\"kty\":1,\"k\":\"" K32 "\"}"},
	{"alg none", JOSE_KEY_ALG, JWK_TO_VERIFY, OCT("\"alg\":\"none\",\"k\":\"" K32 "\"")},
	{"alg of encryption", JOSE_KEY_ALG, JWK_TO_VERIFY, RSA("\"e\":\"AQAB\",\"alg\":\"RSA-OAEP\"")},
	{"alg a number", JOSE_KEY_ALG, JWK_TO_VERIFY, OCT("\"alg\":256,\"k\":\"" K32 "\"")},
	{"alg null", JOSE_KEY_ALG, JWK_TO_VERIFY, OCT("\"alg\":null,\"k\":\"" K32 "\"")},
	{"alg in lower case", JOSE_KEY_ALG, JWK_TO_VERIFY, OCT("\"alg\":\"hs256\",\"k\":\"" K32 "\"")},
	{"alg of another type", JOSE_KEY_TYPE, JWK_TO_VERIFY, OCT("\"alg\":\"RS256\",\"k\":\"" K32 "\"")},
	{"HS256 for an RSA key", JOSE_KEY_TYPE, JWK_TO_VERIFY, RSA("\"e\":\"AQAB\",\"alg\":\"HS256\"")},
	{"alg of another curve", JOSE_KEY_TYPE, JWK_TO_VERIFY, EC(P256_X, P256_Y, ",\"alg\":\"ES384\"")},
	{"ES256 for an Ed25519 key", JOSE_KEY_TYPE, JWK_TO_VERIFY, OKP(ED_X, ",\"alg\":\"ES256\"")},
	{"crv missing", JOSE_KEY_TYPE, JWK_TO_VERIFY,
		"{\"kty\":\"EC\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y "\"}"},
	{"crv unknown", JOSE_KEY_TYPE, JWK_TO_VERIFY,
		"{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y "\"}"},
	{"a key for ECDH", JOSE_KEY_TYPE, JWK_TO_VERIFY,
		"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" ED_X "\"}"},
	{"use enc", JOSE_KEY_USE, JWK_TO_VERIFY, OCT("\"use\":\"enc\",\"k\":\"" K32 "\"")},
	{"use a number", JOSE_KEY_USE, JWK_TO_VERIFY, OCT("\"use\":1,\"k\":\"" K32 "\"")},
	{"key_ops of signing, to verify", JOSE_KEY_USE, JWK_TO_VERIFY,
		OCT("\"key_ops\":[\"sign\"],\"k\":\"" K32 "\"")},
	{"key_ops of verifying, to sign", JOSE_KEY_USE, JWK_TO_SIGN,
		OCT("\"key_ops\":[\"verify\"],\"k\":\"" K32 "\"")},
	{"key_ops empty", JOSE_KEY_USE, JWK_TO_VERIFY, OCT("\"key_ops\":[],\"k\":\"" K32 "\"")},
	{"key_ops with encrypting", JOSE_KEY_USE, JWK_TO_VERIFY,
		OCT("\"key_ops\":[\"verify\",\"encrypt\"],\"k\":\"" K32 "\"")},
	{"key_ops with one twice", JOSE_KEY_USE, JWK_TO_VERIFY,
		OCT("\"key_ops\":[\"verify\",\"verify\"],\"k\":\"" K32 "\"")},
	{"key_ops no array", JOSE_KEY_USE, JWK_TO_VERIFY,
		OCT("\"key_ops\":\"verify\",\"k\":\"" K32 "\"")},
	{"kid a number", JOSE_KEY_ID, JWK_TO_VERIFY, OCT("\"kid\":1,\"k\":\"" K32 "\"")},
	{"kid with a NUL", JOSE_KEY_ID, JWK_TO_VERIFY, OCT("\"kid\":\"a\\u0000\",\"k\":\"" K32 "\"")},

	/* HMAC */
	{"HMAC: no key", JOSE_KEY_INCOMPLETE, JWK_TO_VERIFY, OCT("\"alg\":\"HS256\"")},
	{"HMAC: an empty key", JOSE_KEY_SHORT, JWK_TO_VERIFY, OCT("\"k\":\"\"")},
	{"HMAC: 31 bytes", JOSE_KEY_SHORT, JWK_TO_VERIFY,
		OCT("\"k\":\"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcQ\"")},
	{"HMAC: 32 bytes for HS384", JOSE_KEY_SHORT, JWK_TO_VERIFY,
		OCT("\"alg\":\"HS384\",\"k\":\"" K32 "\"")},
	{"HMAC: 32 bytes for HS512", JOSE_KEY_SHORT, JWK_TO_VERIFY,
		OCT("\"alg\":\"HS512\",\"k\":\"" K32 "\"")},
	{"HMAC: zeros", JOSE_KEY_GUESSABLE, JWK_TO_VERIFY,
		OCT("\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")},
	{"HMAC: secret, repeated", JOSE_KEY_GUESSABLE, JWK_TO_VERIFY,
		OCT("\"k\":\"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"")},
	{"HMAC: the PEM of a public key", JOSE_KEY_GUESSABLE, JWK_TO_VERIFY,
		OCT("\"k\":\"LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUlJQklqQU5CZ2txaGtpRzl3MEJBUUVGQUFPQ0FR\"")},
	{"HMAC: k a number", JOSE_KEY_ENCODING, JWK_TO_VERIFY, OCT("\"k\":1234")},
	{"HMAC: k padded", JOSE_KEY_ENCODING, JWK_TO_VERIFY, OCT("\"k\":\"" K32 "=\"")},
	{"HMAC: k in base64", JOSE_KEY_ENCODING, JWK_TO_VERIFY,
		OCT("\"k\":\"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG+Onbc6mxCcYg\"")},
	{"HMAC: k with bits left over", JOSE_KEY_ENCODING, JWK_TO_VERIFY,
		OCT("\"k\":\"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYh\"")},

	/* RSA */
	{"RSA: no modulus", JOSE_KEY_INCOMPLETE, JWK_TO_VERIFY, "{\"kty\":\"RSA\",\"e\":\"AQAB\"}"},
	{"RSA: no exponent", JOSE_KEY_INCOMPLETE, JWK_TO_VERIFY, RSA("\"alg\":\"RS256\"")},
	{"RSA: an exponent of 1", JOSE_KEY_EXPONENT, JWK_TO_VERIFY, RSA("\"e\":\"AQ\"")},
	{"RSA: an exponent of 3", JOSE_KEY_EXPONENT, JWK_TO_VERIFY, RSA("\"e\":\"Aw\"")},
	{"RSA: an even exponent", JOSE_KEY_EXPONENT, JWK_TO_VERIFY, RSA("\"e\":\"AQAC\"")},
	{"RSA: an exponent of 65 bits", JOSE_KEY_EXPONENT, JWK_TO_VERIFY, RSA("\"e\":\"AQAAAAAAAAAB\"")},
	{"RSA: an exponent of 0", JOSE_KEY_ENCODING, JWK_TO_VERIFY, RSA("\"e\":\"AA\"")},
	{"RSA: an empty exponent", JOSE_KEY_ENCODING, JWK_TO_VERIFY, RSA("\"e\":\"\"")},
	{"RSA: an exponent with a zero in front", JOSE_KEY_ENCODING, JWK_TO_VERIFY,
		RSA("\"e\":\"AAEAAQ\"")},
	{"RSA: an exponent that is a number", JOSE_KEY_ENCODING, JWK_TO_VERIFY, RSA("\"e\":65537")},
	{"RSA: a modulus with a zero in front", JOSE_KEY_ENCODING, JWK_TO_VERIFY,
		"{\"kty\":\"RSA\",\"n\":\"ANL8\",\"e\":\"AQAB\"}"},
	{"RSA: public, to sign", JOSE_KEY_NOT_PRIVATE, JWK_TO_SIGN, RSA("\"e\":\"AQAB\"")},
	{"RSA: of three primes, to sign", JOSE_KEY_TYPE, JWK_TO_SIGN,
		RSA("\"e\":\"AQAB\",\"d\":\"AQAB\",\"oth\":[]")},
	{"RSA: d alone, to sign", JOSE_KEY_INCOMPLETE, JWK_TO_SIGN, RSA("\"e\":\"AQAB\",\"d\":\"AQAB\"")},

	/* EC */
	{"EC: no y", JOSE_KEY_INCOMPLETE, JWK_TO_VERIFY,
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\"}"},
	{"EC: a point off the curve", JOSE_KEY_POINT, JWK_TO_VERIFY,
		EC(P256_X, "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4", "")},
	{"EC: x and y swapped", JOSE_KEY_POINT, JWK_TO_VERIFY, EC(P256_Y, P256_X, "")},
	{"EC: the point 0, 0", JOSE_KEY_POINT, JWK_TO_VERIFY,
		EC("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "")},
	{"EC: x of the prime and more", JOSE_KEY_POINT, JWK_TO_VERIFY,
		EC("__________________________________________8", P256_Y, "")},
	{"EC: a coordinate too short", JOSE_KEY_ENCODING, JWK_TO_VERIFY,
		EC("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVA", P256_Y, "")},
	{"EC: a coordinate too long", JOSE_KEY_ENCODING, JWK_TO_VERIFY,
		EC("AH_NzidmdsRdQYPL7m_bS3tYBzM1e-nvE7rPbjx70VRF", P256_Y, "")},
	{"EC: public, to sign", JOSE_KEY_NOT_PRIVATE, JWK_TO_SIGN, EC(P256_X, P256_Y, "")},
	{"EC: another's private part", JOSE_KEY_PAIR, JWK_TO_SIGN,
		EC(P256_X, P256_Y, ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LM\"")},

	/* Ed25519 */
	{"Ed25519: no x", JOSE_KEY_INCOMPLETE, JWK_TO_VERIFY, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}"},
	{"Ed25519: 31 bytes", JOSE_KEY_ENCODING, JWK_TO_VERIFY,
		OKP("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ", "")},
	{"Ed25519: of order 1", JOSE_KEY_POINT, JWK_TO_VERIFY,
		OKP("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "")},
	{"Ed25519: of order 2", JOSE_KEY_POINT, JWK_TO_VERIFY,
		OKP("7P_______________________________________38", "")},
	{"Ed25519: of order 4", JOSE_KEY_POINT, JWK_TO_VERIFY,
		OKP("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "")},
	{"Ed25519: of order 4, the other sign", JOSE_KEY_POINT, JWK_TO_VERIFY,
		OKP("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA", "")},
	{"Ed25519: of order 8", JOSE_KEY_POINT, JWK_TO_VERIFY,
		OKP("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU", "")},
	{"Ed25519: of order 8, the other", JOSE_KEY_POINT, JWK_TO_VERIFY,
		OKP("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o", "")},
	{"Ed25519: zero, not reduced", JOSE_KEY_POINT, JWK_TO_VERIFY,
		OKP("7f_______________________________________38", "")},
	{"Ed25519: one, not reduced", JOSE_KEY_POINT, JWK_TO_VERIFY,
		OKP("7v_______________________________________38", "")},
	{"Ed25519: public, to sign", JOSE_KEY_NOT_PRIVATE, JWK_TO_SIGN, OKP(ED_X, "")},
	{"Ed25519: another's private part", JOSE_KEY_PAIR, JWK_TO_SIGN,
		OKP(ED_X, ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2E\"")},

	/* and what is good, so that the refusals above are for their reason */
	{"an HMAC key", JOSE_OK, JWK_TO_VERIFY,
		OCT("\"use\":\"sig\",\"key_ops\":[\"verify\",\"sign\"],\"ext\":true,\"k\":\"" K32 "\"")},
	{"an RSA key", JOSE_OK, JWK_TO_VERIFY, RSA("\"e\":\"AQAB\"")},
	{"an RSA key for PS512", JOSE_OK, JWK_TO_VERIFY, RSA("\"e\":\"AQAB\",\"alg\":\"PS512\"")},
	{"an EC key", JOSE_OK, JWK_TO_VERIFY, EC(P256_X, P256_Y, ",\"alg\":\"ES256\"")},
	{"an EC key to sign", JOSE_OK, JWK_TO_SIGN, EC(P256_X, P256_Y, ",\"d\":\"" P256_D "\"")},
	{"an EC key with a broken private part, to verify", JOSE_OK, JWK_TO_VERIFY,
		EC(P256_X, P256_Y, ",\"d\":\"AA\"")},
	{"an Ed25519 key", JOSE_OK, JWK_TO_VERIFY, OKP(ED_X, ",\"use\":\"sig\"")},
	{"an Ed25519 key to sign", JOSE_OK, JWK_TO_SIGN, OKP(ED_X, ",\"d\":\"" ED_D "\"")},
};

static JoseReason
import(const char *text, size_t length, JwkPurpose purpose)
{
	char	   *exact = tap_exact_copy(text, length);
	Jwk		   *key = (Jwk *) 1;
	JoseReason	reason = jwk_import(exact, length, purpose, JOSE_UNKNOWN_ALGORITHM, &key);

	free(exact);
	if ((reason == JOSE_OK) != (key != NULL))
		return JOSE_REASONS;
	jwk_free(key);
	return reason;
}

/* An RSA key whose modulus has this many bits, of which the last is `odd`. */
static JoseReason
import_rsa(size_t bits, bool odd)
{
	size_t		length = (bits + 7) / 8;
	uint8_t    *modulus = malloc(length);
	char	   *encoded;
	char	   *jwk;
	JoseReason	reason;

	if (modulus == NULL)
		abort();
	memset(modulus, 0xFF, length);
	modulus[0] = (uint8_t) (0xFF >> (length * 8 - bits));
	modulus[length - 1] = odd ? 0xFF : 0xFE;
	encoded = jose_samples_encode(modulus, length);
	jwk = malloc(strlen(encoded) + 64);
	if (jwk == NULL)
		abort();
	(void) sprintf(jwk, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}", encoded);
	reason = import(jwk, strlen(jwk), JWK_TO_VERIFY);
	free(modulus);
	free(encoded);
	free(jwk);
	return reason;
}

static void
check_sizes(void)
{
	char	   *secret;
	char		jwk[4096];
	uint8_t		bytes[JWK_SECRET_MAX + 1];
	size_t		i;

	tap_ok(import_rsa(1024, true) == JOSE_KEY_SHORT, "RSA: 1024 bits");
	tap_ok(import_rsa(2047, true) == JOSE_KEY_SHORT, "RSA: 2047 bits");
	tap_ok(import_rsa(2048, true) == JOSE_OK, "taken: RSA of 2048 bits");
	tap_ok(import_rsa(2048, false) == JOSE_KEY_GUESSABLE, "RSA: an even modulus");
	tap_ok(import_rsa(8192, true) == JOSE_OK, "taken: RSA of 8192 bits");
	tap_ok(import_rsa(8193, true) == JOSE_KEY_LONG, "RSA: 8193 bits");
	tap_ok(import_rsa(16384, true) == JOSE_KEY_LONG, "RSA: 16384 bits, to keep us busy");

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t) i;
	secret = jose_samples_encode(bytes, JWK_SECRET_MAX);
	(void) snprintf(jwk, sizeof(jwk), "{\"kty\":\"oct\",\"k\":\"%s\"}", secret);
	tap_ok(import(jwk, strlen(jwk), JWK_TO_SIGN) == JOSE_OK, "taken: HMAC of 1024 bytes");
	free(secret);
	secret = jose_samples_encode(bytes, sizeof(bytes));
	(void) snprintf(jwk, sizeof(jwk), "{\"kty\":\"oct\",\"k\":\"%s\"}", secret);
	tap_ok(import(jwk, strlen(jwk), JWK_TO_SIGN) == JOSE_KEY_LONG, "HMAC: 1025 bytes");
	free(secret);
}

/* Another's private number in an RSA key, each in turn. */
static void
check_rsa_pair(void)
{
	static const char *const names[] = {"\"d\":\"", "\"p\":\"", "\"q\":\"", "\"dp\":\"",
	"\"dq\":\"", "\"qi\":\""};
	bool		right = true;
	size_t		i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		char	   *jwk = strdup(jose_samples[SAMPLE_RS256].jwk);
		char	   *at = jwk == NULL ? NULL : strstr(jwk, names[i]);

		if (at == NULL)
			abort();
		at += strlen(names[i]) + 20;
		*at = *at == 'A' ? 'B' : 'A';
		right = right && import(jwk, strlen(jwk), JWK_TO_SIGN) == JOSE_KEY_PAIR &&
			import(jwk, strlen(jwk), JWK_TO_VERIFY) == JOSE_OK;
		free(jwk);
	}
	tap_ok(right, "RSA: a wrong d, p, q, dp, dq or qi, to sign");
}

static void
check_assumed(void)
{
	static const char jwk[] = EC(P256_X, P256_Y, "");
	Jwk		   *key;

	tap_ok(jwk_import(jwk, strlen(jwk), JWK_TO_VERIFY, JOSE_ES384, &key) == JOSE_KEY_TYPE &&
		   key == NULL &&
		   jwk_import(jwk, strlen(jwk), JWK_TO_VERIFY, JOSE_HS256, &key) == JOSE_KEY_TYPE,
		   "an assumed algorithm has to fit the key");
	tap_ok(jwk_import("{}", SIZE_MAX, JWK_TO_VERIFY, JOSE_HS256, &key) == JOSE_JSON_TOO_LARGE &&
		   jwk_import(NULL, 0, JWK_TO_VERIFY, JOSE_HS256, &key) == JOSE_JSON_INVALID,
		   "a key of 2^64 bytes is refused unread");
}

static void
check_wiped(void)
{
	Jwk		   *key = jose_samples_key(OCT("\"k\":\"" K32 "\""), JWK_TO_SIGN,
									   JOSE_UNKNOWN_ALGORITHM);

	probes_start();
	probes.random.start = key->first;
	probes.random.length = key->first_length;
	probes.random.wiped = false;
	jwk_free(key);
	probes_stop();
	tap_ok(probes.random.wiped, "the secret of a key is wiped before its memory is given back");
}

void
jwk_cases_run(void)
{
	size_t		i;
	size_t		cut;
	bool		right = true;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		JoseReason	reason = import(cases[i].jwk, strlen(cases[i].jwk), cases[i].purpose);

		tap_ok(reason == cases[i].reason, "JWK %s: %s (%s)",
			   cases[i].reason == JOSE_OK ? "taken" : "refused", cases[i].name,
			   jose_reason_name(reason));
		for (cut = 0; cut < strlen(cases[i].jwk); cut++)
			right = right && import(cases[i].jwk, cut, cases[i].purpose) != JOSE_OK;
	}
	tap_ok(right, "a JWK cut short anywhere is none");
	check_sizes();
	check_rsa_pair();
	check_assumed();
	check_wiped();
	jwk_free(NULL);
}
