/*
 * jws_attack_cases.c
 *		Attacks on signed tokens, each refused, and for its own reason: the corpus of
 *		standards.md 4.3.  What is wrong with a header or payload is signed with the
 *		right key, so that nothing but that one check can refuse it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/jws.h"
#include "crypto/signature.h"
#include "test/vectors/jose_samples.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

#define CLAIMS "{\"sub\":\"7\"}"
#define CLAIMS64 "eyJzdWIiOiI3In0"
#define HEAD64 "eyJhbGciOiJIUzI1NiJ9"	/* {"alg":"HS256"} */
#define HS(more) "{\"alg\":\"HS256\"" more "}"

/* The key of the suite: an HMAC key that has a name. */
#define KID "018c0ae5-4d9b-471b-bfd6-eef314bc7037"
#define KEY \
	"{\"kty\":\"oct\",\"kid\":\"" KID "\",\"alg\":\"HS256\"," \
	"\"k\":\"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg\"}"

typedef struct Attack
{
	const char *name;
	JoseReason	reason;
	const char *text;
} Attack;

/* Headers, with CLAIMS, both signed by the key. */
static const Attack headers[] = {
	/* 1: alg */
	{"alg none", JOSE_ALG_NONE, "{\"alg\":\"none\"}"},
	{"alg None", JOSE_ALG_NONE, "{\"alg\":\"None\"}"},
	{"alg NONE", JOSE_ALG_NONE, "{\"alg\":\"NONE\"}"},
	{"alg nOnE", JOSE_ALG_NONE, "{\"alg\":\"nOnE\"}"},
	{"alg none, escaped", JOSE_ALG_NONE, "{\"alg\":\"\\u006eone\"}"},
	{"alg none, with a blank", JOSE_ALG_UNKNOWN, "{\"alg\":\"none \"}"},
	{"alg none, with a NUL", JOSE_ALG_UNKNOWN, "{\"alg\":\"none\\u0000\"}"},
	{"alg HS256, with a NUL", JOSE_ALG_UNKNOWN, "{\"alg\":\"HS256\\u0000\"}"},
	{"alg empty", JOSE_ALG_UNKNOWN, "{\"alg\":\"\"}"},
	{"alg missing", JOSE_ALG_MISSING, "{\"typ\":\"JWT\"}"},
	{"alg further in", JOSE_ALG_MISSING, "{\"x\":{\"alg\":\"HS256\"}}"},
	{"alg null", JOSE_ALG_INVALID, "{\"alg\":null}"},
	{"alg a number", JOSE_ALG_INVALID, "{\"alg\":256}"},
	{"alg false", JOSE_ALG_INVALID, "{\"alg\":false}"},
	{"alg an array", JOSE_ALG_INVALID, "{\"alg\":[\"HS256\"]}"},
	{"alg an object", JOSE_ALG_INVALID, "{\"alg\":{\"HS256\":1}}"},
	{"alg unknown", JOSE_ALG_UNKNOWN, "{\"alg\":\"HS257\"}"},
	{"alg in lower case", JOSE_ALG_UNKNOWN, "{\"alg\":\"hs256\"}"},
	{"alg of another name of EdDSA", JOSE_ALG_UNKNOWN, "{\"alg\":\"Ed25519\"}"},
	{"alg of secp256k1", JOSE_ALG_UNKNOWN, "{\"alg\":\"ES256K\"}"},
	{"alg of HMAC with SHA-1", JOSE_ALG_UNKNOWN, "{\"alg\":\"HS1\"}"},
	{"alg of very many characters", JOSE_ALG_UNKNOWN, "{\"alg\":\"HS256HS256HS256HS256HS256\"}"},
	{"alg of the family, another size", JOSE_ALG_MISMATCH, "{\"alg\":\"HS512\"}"},
	{"alg of another family", JOSE_ALG_MISMATCH, "{\"alg\":\"RS256\"}"},
	{"alg of encryption", JOSE_ALG_UNKNOWN, "{\"alg\":\"dir\"}"},

	/* 4: other members */
	{"the key in the header", JOSE_KEY_IN_HEADER, HS(",\"jwk\":" KEY)},
	{"the address of a key set", JOSE_KEY_IN_HEADER, HS(",\"jku\":\"https://evil.example/jwks\"")},
	{"the address of a certificate", JOSE_KEY_IN_HEADER, HS(",\"x5u\":\"https://evil.example/c\"")},
	{"a certificate", JOSE_KEY_IN_HEADER, HS(",\"x5c\":[\"MIIB\"]")},
	{"the key in the header, escaped", JOSE_KEY_IN_HEADER, HS(",\"j\\u0077k\":" KEY)},
	{"kid a path", JOSE_KID_MISMATCH, HS(",\"kid\":\"../../../../dev/null\"")},
	{"kid SQL", JOSE_KID_MISMATCH, HS(",\"kid\":\"x' UNION SELECT 'k' --\"")},
	{"kid a command", JOSE_KID_MISMATCH, HS(",\"kid\":\"k|/bin/sleep 9\"")},
	{"kid in other case", JOSE_KID_MISMATCH, HS(",\"kid\":\"018C0AE5-4D9B-471B-BFD6-EEF314BC7037\"")},
	{"kid cut short", JOSE_KID_MISMATCH, HS(",\"kid\":\"018c0ae5-4d9b-471b-bfd6-eef314bc703\"")},
	{"kid with a blank", JOSE_KID_MISMATCH, HS(",\"kid\":\"" KID " \"")},
	{"kid with a NUL", JOSE_KID_INVALID, HS(",\"kid\":\"" KID "\\u0000\"")},
	{"kid with a line break", JOSE_KID_INVALID, HS(",\"kid\":\"" KID "\\n\"")},
	{"kid empty", JOSE_KID_INVALID, HS(",\"kid\":\"\"")},
	{"kid a number", JOSE_KID_INVALID, HS(",\"kid\":1")},
	{"kid null", JOSE_KID_INVALID, HS(",\"kid\":null")},
	{"kid an array", JOSE_KID_INVALID, HS(",\"kid\":[\"" KID "\"]")},
	{"kid twice", JOSE_JSON_DUPLICATE, HS(",\"kid\":\"" KID "\",\"kid\":\"x\"")},
	{"crit of something unknown", JOSE_CRITICAL, HS(",\"crit\":[\"exp\"],\"exp\":1")},
	{"crit empty", JOSE_CRITICAL, HS(",\"crit\":[]")},
	{"crit no array", JOSE_CRITICAL, HS(",\"crit\":\"b64\"")},
	{"crit null", JOSE_CRITICAL, HS(",\"crit\":null")},
	{"crit of b64", JOSE_CRITICAL, HS(",\"crit\":[\"b64\"],\"b64\":false")},
	{"b64 false without crit", JOSE_UNENCODED, HS(",\"b64\":false")},
	{"b64 true", JOSE_UNENCODED, HS(",\"b64\":true")},
	{"zip", JOSE_COMPRESSED, HS(",\"zip\":\"DEF\"")},
	{"enc, as of a JWE", JOSE_ENCRYPTED, HS(",\"enc\":\"A128GCM\"")},
	{"PBES2 with 2^31 rounds", JOSE_ENCRYPTED,
		"{\"alg\":\"PBES2-HS512+A256KW\",\"p2c\":2147483648,\"p2s\":\"AAAA\"}"},
	{"a token in the token", JOSE_NESTED, HS(",\"cty\":\"JWT\"")},
	{"a token in the token, in lower case", JOSE_NESTED, HS(",\"cty\":\"jwt\"")},
	{"a token in the token, as a media type", JOSE_NESTED, HS(",\"cty\":\"application/JWT\"")},
	{"typ a number", JOSE_TYP_INVALID, HS(",\"typ\":1")},
	{"typ empty", JOSE_TYP_INVALID, HS(",\"typ\":\"\"")},
	{"alg twice", JOSE_JSON_DUPLICATE, "{\"alg\":\"HS256\",\"alg\":\"none\"}"},
	{"alg twice, once escaped", JOSE_JSON_DUPLICATE, "{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}"},
	{"any member twice", JOSE_JSON_DUPLICATE, HS(",\"x\":1,\"x\":1")},
	{"ALG beside alg", JOSE_HEADER_CASE, HS(",\"ALG\":\"none\"")},
	{"Alg alone", JOSE_HEADER_CASE, "{\"Alg\":\"HS256\"}"},
	{"Crit", JOSE_HEADER_CASE, HS(",\"Crit\":[\"x\"]")},
	{"a kelvin sign in jwk, which some readers fold", JOSE_HEADER_CASE, HS(",\"jw\xe2\x84\xaa\":{}")},
	{"JWK in capitals", JOSE_HEADER_CASE, HS(",\"JWK\":{}")},
	{"a byte order mark", JOSE_JSON_INVALID, "\xef\xbb\xbf" HS("")},
	{"bytes that are not UTF-8", JOSE_JSON_NOT_UTF8, HS(",\"x\":\"\xff\"")},
	{"overlong UTF-8", JOSE_JSON_NOT_UTF8, HS(",\"x\":\"\xc0\xaf\"")},
	{"half a surrogate pair", JOSE_JSON_NOT_UTF8, HS(",\"x\":\"\\ud800\"")},
	{"a header that is an array", JOSE_JSON_NOT_OBJECT, "[\"HS256\"]"},
	{"a header that is a text", JOSE_JSON_NOT_OBJECT, "\"HS256\""},
	{"a header that is no JSON", JOSE_JSON_INVALID, "alg=HS256"},
	{"a second object behind the header", JOSE_JSON_INVALID, HS("") "{\"alg\":\"none\"}"},
	{"a header with a comment", JOSE_JSON_INVALID, "{/**/\"alg\":\"HS256\"}"},
	{"a comma too many", JOSE_JSON_INVALID, "{\"alg\":\"HS256\",}"},

	/* good ones among them: a refusal above is for its reason */
	{"", JOSE_OK, HS("")},
	{"", JOSE_OK, HS(",\"kid\":\"" KID "\",\"typ\":\"at+jwt\",\"cty\":\"json\",\"x5t\":\"AA\"")},
	{"", JOSE_OK, " {\"x\" : {\"alg\":\"none\"}, \"alg\" :\t\"\\u0048S256\" } \r\n"},
};

/* Header and payload as they stand in the token, signed by the key. */
static const Attack encoded[] = {
	{"a header padded", JOSE_HEADER_ENCODING, HEAD64 "=." CLAIMS64},
	{"a header with a line break", JOSE_HEADER_ENCODING, "eyJhbGciOi\nJIUzI1NiJ9." CLAIMS64},
	{"a header with a blank", JOSE_HEADER_ENCODING, " " HEAD64 "." CLAIMS64},
	{"a header percent-encoded", JOSE_HEADER_ENCODING, "%65yJhbGciOiJIUzI1NiJ9." CLAIMS64},
	{"a header with bits left over", JOSE_HEADER_ENCODING, "eyJhbGciOiJIUzI1NiJ9fR." CLAIMS64},
	{"a header with one digit too many", JOSE_HEADER_ENCODING, HEAD64 "A." CLAIMS64},
	{"a header in plain JSON", JOSE_HEADER_ENCODING, HS("") "." CLAIMS64},
	{"no header", JOSE_JSON_INVALID, "." CLAIMS64},
	{"no payload: the form of detached content", JOSE_PAYLOAD_MISSING, HEAD64 "."},
	{"a payload padded", JOSE_PAYLOAD_ENCODING, HEAD64 ".eyJzdWIiOiI3In0="},
	{"a payload in base64", JOSE_PAYLOAD_ENCODING, HEAD64 ".+/++"},
	{"a payload with a line break", JOSE_PAYLOAD_ENCODING, HEAD64 "." CLAIMS64 "\n"},
	{"a payload with a blank", JOSE_PAYLOAD_ENCODING, HEAD64 ". " CLAIMS64},
	{"a payload with bits left over", JOSE_PAYLOAD_ENCODING, HEAD64 ".eyJzdWIiOiI3In1"},
	{"a payload percent-encoded", JOSE_PAYLOAD_ENCODING, HEAD64 ".eyJzdWIiOiI3In0%3D"},
	{"a payload in plain JSON", JOSE_PAYLOAD_ENCODING, HEAD64 "." CLAIMS},
	{"four parts", JOSE_NOT_THREE_PARTS, HEAD64 "." CLAIMS64 "." CLAIMS64},
	{"five parts, as of a JWE", JOSE_NOT_THREE_PARTS, HEAD64 ".A.A." CLAIMS64},
	{"", JOSE_OK, HEAD64 "." CLAIMS64},
};

/* Whole texts. */
static const Attack texts[] = {
	{"an empty text", JOSE_NOT_THREE_PARTS, ""},
	{"a dot", JOSE_NOT_THREE_PARTS, "."},
	{"two dots", JOSE_JSON_INVALID, ".."},
	{"a header alone", JOSE_NOT_THREE_PARTS, HEAD64},
	{"two parts: no dot before a signature", JOSE_NOT_THREE_PARTS, HEAD64 "." CLAIMS64},
	{"an empty signature", JOSE_SIGNATURE_MISSING, HEAD64 "." CLAIMS64 "."},
	{"alg none with an empty signature (RFC 7515, A.5)", JOSE_ALG_NONE,
		"eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ."},
	{"the JSON form (RFC 7515, 7.2)", JOSE_NOT_THREE_PARTS,
		"{\"protected\":\"" HEAD64 "\",\"payload\":\"" CLAIMS64 "\",\"signature\":\"AA\"}"},
	{"the JSON form with dots in it", JOSE_HEADER_ENCODING,
		"{\"protected\":\"" HEAD64 ".\",\"payload\":\"" CLAIMS64 ".\",\"signature\":\"AA\"}"},
	{"Bearer in front", JOSE_HEADER_ENCODING, "Bearer " HEAD64 "." CLAIMS64 ".AAAA"},
	{"detached content (RFC 7520, 4.5)", JOSE_PAYLOAD_MISSING,
		"eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9..s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0"},
};

static uint8_t payload[JWS_PAYLOAD_MAX];

static JoseReason
verify(const char *text, size_t length, const Jwk *key)
{
	size_t		given = 99;
	JoseReason	reason = jose_samples_verify(text, length, key, payload, &given);

	/* nothing is given out of what is refused */
	return reason != JOSE_OK && given != 0 ? JOSE_REASONS : reason;
}

/* One more attack: what became of it, and what should have. */
static void
attack(const char *name, JoseReason wanted, JoseReason reason)
{
	if (wanted == JOSE_OK)
		tap_ok(reason == JOSE_OK, "token taken, so that the others are refused for their reason");
	else
		tap_ok(reason == wanted, "token refused: %s (%s)", name, jose_reason_name(reason));
}

static void
check_tables(const Jwk *key)
{
	char	   *token;
	size_t		i;

	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
	{
		token = jose_samples_forge(key, headers[i].text, CLAIMS);
		attack(headers[i].name, headers[i].reason, verify(token, strlen(token), key));
		free(token);
	}
	for (i = 0; i < sizeof(encoded) / sizeof(encoded[0]); i++)
	{
		token = jose_samples_forge_encoded(key, encoded[i].text);
		attack(encoded[i].name, encoded[i].reason, verify(token, strlen(token), key));
		free(token);
	}
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		attack(texts[i].name, texts[i].reason,
			   verify(texts[i].text, strlen(texts[i].text), key));
	attack("a NUL in the header", JOSE_HEADER_ENCODING,
		   verify("eyJh\0GciOiJIUzI1NiJ9.A.A", 24, key));
}

/* ------------------------------------------------------------------------
 * 2: signatures
 * ------------------------------------------------------------------------ */

/* Verify a sample's head and payload with another signature. */
static JoseReason
with_signature(int sample, const uint8_t *signature, size_t length)
{
	const char *compact = jose_samples[sample].compact;
	size_t		head = (size_t) (strrchr(compact, '.') + 1 - compact);
	char	   *encoded_signature = jose_samples_encode(signature, length);
	char	   *token = malloc(head + strlen(encoded_signature) + 1);
	Jwk		   *key = jose_samples_key(jose_samples[sample].jwk, JWK_TO_VERIFY,
									   jose_samples[sample].algorithm);
	JoseReason	reason;

	if (token == NULL)
		abort();
	memcpy(token, compact, head);
	memcpy(token + head, encoded_signature, strlen(encoded_signature) + 1);
	reason = verify(token, strlen(token), key);
	free(encoded_signature);
	free(token);
	jwk_free(key);
	return reason;
}

/* Sign a sample's head and payload again, as bytes. */
static void
sign_again(int sample, uint8_t *signature, size_t *length)
{
	const char *compact = jose_samples[sample].compact;
	Jwk		   *key = jose_samples_key(jose_samples[sample].jwk, JWK_TO_SIGN,
									   jose_samples[sample].algorithm);

	if (signature_make(key, compact, (size_t) (strrchr(compact, '.') - compact), signature,
					   length) != JOSE_OK)
		abort();
	jwk_free(key);
}

static void
check_lengths(void)
{
	uint8_t		signature[SIGNATURE_MAX + 2] = {0};
	size_t		length;

	sign_again(SAMPLE_HS256, signature, &length);
	attack("", JOSE_OK, with_signature(SAMPLE_HS256, signature, 32));
	attack("an HMAC of 31 bytes", JOSE_SIGNATURE_LENGTH, with_signature(SAMPLE_HS256, signature, 31));
	attack("an HMAC of 16 bytes", JOSE_SIGNATURE_LENGTH, with_signature(SAMPLE_HS256, signature, 16));
	attack("an HMAC of 1 byte", JOSE_SIGNATURE_LENGTH, with_signature(SAMPLE_HS256, signature, 1));
	attack("an HMAC of 33 bytes", JOSE_SIGNATURE_LENGTH, with_signature(SAMPLE_HS256, signature, 33));
	sign_again(SAMPLE_RS256, signature, &length);
	attack("an RSA signature of 255 bytes", JOSE_SIGNATURE_LENGTH,
		   with_signature(SAMPLE_RS256, signature, length - 1));
	attack("an RSA signature of 257 bytes", JOSE_SIGNATURE_LENGTH,
		   with_signature(SAMPLE_RS256, signature, length + 1));
	memset(signature, 0, sizeof(signature));
	attack("an RSA signature of zeros", JOSE_SIGNATURE_WRONG,
		   with_signature(SAMPLE_RS256, signature, 256));
	attack("a signature longer than any", JOSE_SIGNATURE_LENGTH,
		   with_signature(SAMPLE_RS256, signature, sizeof(signature)));
	attack("a PSS signature of zeros", JOSE_SIGNATURE_WRONG,
		   with_signature(SAMPLE_PS384, signature, 256));
	attack("an Ed25519 signature of zeros", JOSE_SIGNATURE_WRONG,
		   with_signature(SAMPLE_EDDSA, signature, 64));
	attack("an Ed25519 signature of 63 bytes", JOSE_SIGNATURE_LENGTH,
		   with_signature(SAMPLE_EDDSA, signature, 63));
}

/* RFC 7518, section 3.5: the salt of PSS has the length of the hash, no other. */
static void
check_pss_salt(void)
{
	static const int lengths[] = {0, 20, 47, 49, RSA_PSS_SALTLEN_DIGEST};
	const char *compact = jose_samples[SAMPLE_PS384].compact;
	size_t		signed_length = (size_t) (strrchr(compact, '.') - compact);
	Jwk		   *key = jose_samples_key(jose_samples[SAMPLE_PS384].jwk, JWK_TO_SIGN, JOSE_PS384);
	size_t		i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
	{
		EVP_MD_CTX *context = EVP_MD_CTX_new();
		EVP_PKEY_CTX *parameters;
		uint8_t		signature[SIGNATURE_MAX];
		size_t		length = sizeof(signature);

		if (EVP_DigestSignInit(context, &parameters, EVP_sha384(), NULL, key->pkey) != 1 ||
			EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
			EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, lengths[i]) != 1 ||
			EVP_DigestSign(context, signature, &length, (const uint8_t *) compact,
						   signed_length) != 1)
			abort();
		attack("a PSS signature with a salt of another length",
			   lengths[i] == RSA_PSS_SALTLEN_DIGEST ? JOSE_OK : JOSE_SIGNATURE_WRONG,
			   with_signature(SAMPLE_PS384, signature, length));
		EVP_MD_CTX_free(context);
	}
	jwk_free(key);
}

/* S + L verifies too where S is not checked: RFC 8032, section 8.4. */
static void
check_ed25519_malleable(void)
{
	static const uint8_t order[32] = {
		0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE,
		0x14, [31] = 0x10,
	};
	uint8_t		signature[SIGNATURE_MAX];
	size_t		length;
	unsigned int carry = 0;
	int			i;

	sign_again(SAMPLE_EDDSA, signature, &length);
	for (i = 0; i < 32; i++)
	{
		carry += (unsigned int) signature[32 + i] + order[i];
		signature[32 + i] = (uint8_t) carry;
		carry >>= 8;
	}
	attack("an Ed25519 signature with S + L", JOSE_SIGNATURE_WRONG,
		   with_signature(SAMPLE_EDDSA, signature, length));
}

static void
check_ecdsa(void)
{
	static const uint8_t order[32] = {
		0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63,
		0x25, 0x51,
	};
	uint8_t		good[SIGNATURE_MAX];
	uint8_t		changed[80];
	size_t		length;
	int			borrow = 0;
	int			i;

	sign_again(SAMPLE_ES256, good, &length);
	attack("", JOSE_OK, with_signature(SAMPLE_ES256, good, 64));
	memset(changed, 0, sizeof(changed));
	attack("r = s = 0, the psychic signature (CVE-2022-21449)", JOSE_SIGNATURE_RANGE,
		   with_signature(SAMPLE_ES256, changed, 64));
	memcpy(changed + 32, good + 32, 32);
	attack("r = 0", JOSE_SIGNATURE_RANGE, with_signature(SAMPLE_ES256, changed, 64));
	memcpy(changed, good, 32);
	memset(changed + 32, 0, 32);
	attack("s = 0", JOSE_SIGNATURE_RANGE, with_signature(SAMPLE_ES256, changed, 64));
	memcpy(changed, order, 32);
	memcpy(changed + 32, order, 32);
	attack("r = s = n", JOSE_SIGNATURE_RANGE, with_signature(SAMPLE_ES256, changed, 64));
	memcpy(changed, good, 32);
	attack("s = n", JOSE_SIGNATURE_RANGE, with_signature(SAMPLE_ES256, changed, 64));
	changed[63]--;
	attack("s = n - 1", JOSE_SIGNATURE_WRONG, with_signature(SAMPLE_ES256, changed, 64));
	memset(changed, 0xFF, 64);
	attack("r = s = 2^256 - 1", JOSE_SIGNATURE_RANGE, with_signature(SAMPLE_ES256, changed, 64));
	memcpy(changed, good + 32, 32);
	memcpy(changed + 32, good, 32);
	attack("R and S swapped", JOSE_SIGNATURE_WRONG, with_signature(SAMPLE_ES256, changed, 64));

	/* 30 46 02 21 00 r 02 21 00 s, as OpenSSL would have it */
	memcpy(changed, "\x30\x46\x02\x21\x00", 5);
	memcpy(changed + 5, good, 32);
	memcpy(changed + 37, "\x02\x21\x00", 3);
	memcpy(changed + 40, good + 32, 32);
	attack("DER in place of R and S", JOSE_SIGNATURE_LENGTH,
		   with_signature(SAMPLE_ES256, changed, 72));
	attack("an ECDSA signature of 63 bytes", JOSE_SIGNATURE_LENGTH,
		   with_signature(SAMPLE_ES256, good, 63));
	memset(changed, 0, sizeof(changed));
	attack("an ES512 signature of ES256's length", JOSE_SIGNATURE_LENGTH,
		   with_signature(SAMPLE_ES512, changed, 64));
	attack("an ES512 signature of zeros", JOSE_SIGNATURE_RANGE,
		   with_signature(SAMPLE_ES512, (const uint8_t[132]) {0}, 132));

	/* JOSE has no rule for low S, and half of all tokens have a high one */
	memcpy(changed, good, 32);
	for (i = 31; i >= 0; i--)
	{
		int			difference = order[i] - good[32 + i] - borrow;

		borrow = difference < 0;
		changed[32 + i] = (uint8_t) difference;
	}
	tap_ok(with_signature(SAMPLE_ES256, changed, 64) == JOSE_OK,
		   "n - s is as good as s: tokens are told apart by their jti, never by their bytes");
}

/* ------------------------------------------------------------------------
 * 3: one key in the place of another
 * ------------------------------------------------------------------------ */

/* HS256 with these public bytes as its secret, presented to their key. */
static JoseReason
confuse(const uint8_t *secret, size_t length, const Jwk *target)
{
	Jwk		   *forging = jwk_new(JOSE_HS256);
	char	   *token;
	JoseReason	reason;

	if (forging == NULL || length > sizeof(forging->first))
		abort();
	memcpy(forging->first, secret, length);
	forging->first_length = length;
	forging->is_private = true;
	token = jose_samples_forge(forging, "{\"alg\":\"HS256\"}", CLAIMS);
	reason = verify(token, strlen(token), target);
	free(token);
	jwk_free(forging);
	return reason;
}

static void
check_confusion(int sample, const char *what)
{
	const char *jwk = jose_samples[sample].jwk;
	Jwk		   *key = jose_samples_key(jwk, JWK_TO_VERIFY, jose_samples[sample].algorithm);
	uint8_t    *der = NULL;
	int			der_length = i2d_PUBKEY(key->pkey, &der);
	BIO		   *memory = BIO_new(BIO_s_mem());
	char	   *pem = NULL;
	long		pem_length;
	char		name[128];

	if (der_length <= 0 || memory == NULL || PEM_write_bio_PUBKEY(memory, key->pkey) != 1)
		abort();
	pem_length = BIO_get_mem_data(memory, &pem);
	(void) snprintf(name, sizeof(name), "HS256 with the PEM of %s as secret", what);
	attack(name, JOSE_ALG_MISMATCH, confuse((const uint8_t *) pem, (size_t) pem_length, key));
	(void) snprintf(name, sizeof(name), "HS256 with the PEM of %s without its line end", what);
	attack(name, JOSE_ALG_MISMATCH, confuse((const uint8_t *) pem, (size_t) pem_length - 1, key));
	(void) snprintf(name, sizeof(name), "HS256 with the DER of %s as secret", what);
	attack(name, JOSE_ALG_MISMATCH, confuse(der, (size_t) der_length, key));
	(void) snprintf(name, sizeof(name), "HS256 with the number of %s as secret", what);
	attack(name, JOSE_ALG_MISMATCH, confuse(key->first, key->first_length, key));
	(void) snprintf(name, sizeof(name), "HS256 with the JWK of %s as secret", what);
	attack(name, JOSE_ALG_MISMATCH,
		   confuse((const uint8_t *) jwk, strlen(jwk) < 1000 ? strlen(jwk) : 1000, key));
	OPENSSL_free(der);
	BIO_free(memory);
	jwk_free(key);
}

/* A sample's token against every other sample's key. */
static void
check_other_keys(void)
{
	bool		right = true;
	int			i;
	int			j;

	for (i = 0; i <= SAMPLE_PS384; i++)
		for (j = 0; j <= SAMPLE_PS384; j++)
		{
			Jwk		   *key = jose_samples_key(jose_samples[j].jwk, JWK_TO_VERIFY,
											   jose_samples[j].algorithm);
			JoseReason	reason = verify(jose_samples[i].compact, strlen(jose_samples[i].compact),
										key);

			right = right && (i == j ? reason == JOSE_OK :
							  jose_samples[i].algorithm == jose_samples[j].algorithm ?
							  reason == JOSE_SIGNATURE_WRONG : reason == JOSE_ALG_MISMATCH);
			jwk_free(key);
		}
	tap_ok(right, "token refused: under any key but its own, RS256 against EC and so on");
}

/* The RSA key of one algorithm does not verify another's: PS256 as RS256. */
static void
check_one_algorithm(void)
{
	const char *jwk = jose_samples[SAMPLE_RS256].jwk;
	Jwk		   *pss = jose_samples_key(jwk, JWK_TO_SIGN, JOSE_PS256);
	Jwk		   *pkcs = jose_samples_key(jwk, JWK_TO_VERIFY, JOSE_RS256);
	Jwk		   *pkcs512 = jose_samples_key(jwk, JWK_TO_VERIFY, JOSE_RS512);
	char	   *token = jose_samples_forge(pss, "{\"alg\":\"PS256\"}", CLAIMS);
	char	   *lying = jose_samples_forge(pss, "{\"alg\":\"RS256\"}", CLAIMS);

	attack("PS256 under the same RSA key of RS256", JOSE_ALG_MISMATCH,
		   verify(token, strlen(token), pkcs));
	attack("a PSS signature that says RS256", JOSE_SIGNATURE_WRONG,
		   verify(lying, strlen(lying), pkcs));
	attack("RS256 under the same RSA key of RS512", JOSE_ALG_MISMATCH,
		   verify(lying, strlen(lying), pkcs512));
	free(token);
	free(lying);
	jwk_free(pss);
	jwk_free(pkcs);
	jwk_free(pkcs512);
}

/* ------------------------------------------------------------------------
 * 7 and 8: purpose and size
 * ------------------------------------------------------------------------ */

static bool
is_type(const Jwk *key, const char *header, const char *type)
{
	char	   *token = jose_samples_forge(key, header, CLAIMS);
	Jws			jws;
	bool		is = jws_parse(token, strlen(token), &jws) == JOSE_OK && jws_is_type(&jws, type);

	free(token);
	return is;
}

static void
check_types(const Jwk *key)
{
	tap_ok(is_type(key, HS(",\"typ\":\"at+jwt\""), "at+jwt") &&
		   is_type(key, HS(",\"typ\":\"AT+JWT\""), "at+jwt") &&
		   is_type(key, HS(",\"typ\":\"application/at+jwt\""), "at+jwt"),
		   "a token is of its type, in any case, with or without application/");
	tap_ok(!is_type(key, HS(",\"typ\":\"JWT\""), "at+jwt") && !is_type(key, HS(""), "at+jwt") &&
		   !is_type(key, HS(",\"typ\":\"rt+jwt\""), "at+jwt") &&
		   !is_type(key, HS(",\"typ\":\"JWE\""), "JWT") &&
		   !is_type(key, HS(",\"typ\":\"at+jwt+x\""), "at+jwt") &&
		   !is_type(key, HS(",\"typ\":\"at+jw\""), "at+jwt") &&
		   !is_type(key, HS(",\"typ\":\"text/at+jwt\""), "at+jwt"),
		   "and of no other: a token for one purpose is none for the next");
}

static char *
repeated(const char *before, char c, size_t count, const char *after)
{
	size_t		head = strlen(before);
	char	   *text = malloc(head + count + strlen(after) + 1);

	if (text == NULL)
		abort();
	memcpy(text, before, head);
	memset(text + head, c, count);
	memcpy(text + head + count, after, strlen(after) + 1);
	return text;
}

static void
check_sizes(const Jwk *key)
{
	char		made[JWS_LENGTH_MAX + 1];
	size_t		made_length;
	char	   *header;
	char	   *token;

	header = repeated("{\"alg\":\"HS256\",\"kid\":\"", 'k', JWK_ID_MAX + 1, "\"}");
	token = jose_samples_forge(key, header, CLAIMS);
	attack("kid of 257 bytes", JOSE_KID_INVALID, verify(token, strlen(token), key));
	free(header);
	free(token);
	header = repeated("{\"alg\":\"HS256\",\"x\":\"", 'x', JWS_HEADER_MAX, "\"}");
	token = jose_samples_forge(key, header, CLAIMS);
	attack("a header of more than 4 KiB", JOSE_JSON_TOO_LARGE, verify(token, strlen(token), key));
	free(header);
	free(token);
	header = repeated("{\"alg\":\"HS256\",\"x\":", '[', 2000, "}");
	token = jose_samples_forge(key, header, CLAIMS);
	attack("arrays nested 2,000 deep", JOSE_JSON_TOO_DEEP, verify(token, strlen(token), key));
	free(header);
	free(token);
	header = repeated("{\"alg\":\"HS256\",\"kid\":\"", 'k', 1048576, "\"}");
	token = jose_samples_forge(key, header, CLAIMS);
	attack("kid of 1 MiB", JOSE_TOO_LONG, verify(token, strlen(token), key));
	free(header);
	free(token);
	token = repeated(HEAD64 ".", 'A', 16777216, ".AAAA");
	attack("a token of 16 MiB", JOSE_TOO_LONG, verify(token, strlen(token), key));
	free(token);
	attack("a token of 2^64 bytes, unread", JOSE_TOO_LONG, jws_parse("a", SIZE_MAX, &(Jws) {0}));

	/* 20 + 1 + x + 1 + 43 characters are 16384 of them */
	header = repeated("{\"x\":\"", 'x', 12230, "\"}");
	tap_ok(jws_sign(key, HS(""), 15, header, strlen(header), made, &made_length) == JOSE_OK &&
		   made_length <= JWS_LENGTH_MAX && made_length > JWS_LENGTH_MAX - 4 &&
		   verify(made, made_length, key) == JOSE_OK, "a token of 16 KiB is made and verified");
	tap_ok(jws_sign(key, HS(""), 15, header, JWS_PAYLOAD_MAX + 1, made, &made_length) ==
		   JOSE_TOO_LONG && made_length == 0 && made[0] == '\0', "and none that is longer");
	free(header);
}

/* The quick way for tokens of one header takes nothing that the long one would not. */
static void
check_same_header(const Jwk *key)
{
	static Jws	jws;
	char	   *first = jose_samples_forge(key, HS(""), CLAIMS);
	char	   *second = jose_samples_forge(key, HS(""), "{\"sub\":\"8\"}");
	size_t		length = strlen(second);
	size_t		given;
	bool		right;
	size_t		i;

	right = jws_parse(first, strlen(first), &jws) == JOSE_OK &&
		jws_parse_rest(second, length, &jws) == JOSE_OK &&
		jws_verify(&jws, key, payload, &given) == JOSE_OK && given == 11 &&
		memcmp(payload, "{\"sub\":\"8\"}", given) == 0;
	tap_ok(right, "a second token with the header of the first is read without it");
	for (i = jws.payload; i < length; i++)
	{
		Jws		   *again = &jws;
		Jws			whole;
		char	   *cut = tap_exact_copy(second, i);

		right = right && jws_parse(first, strlen(first), again) == JOSE_OK &&
			jws_parse_rest(cut, i, again) == jws_parse(cut, i, &whole) &&
			(jws_verify(again, key, payload, &given) != JOSE_OK) && given == 0;
		free(cut);
	}
	right = right && jws_parse(first, strlen(first), &jws) == JOSE_OK &&
		jws_parse_rest(second, JWS_LENGTH_MAX + 1, &jws) == JOSE_TOO_LONG &&
		jws_verify(&jws, key, payload, &given) != JOSE_OK;
	tap_ok(right, "and refused for the same reason, cut anywhere behind it or too long");
	free(first);
	free(second);
}

/* What would be refused is not made. */
static void
check_signing(const Jwk *key)
{
	char		made[JWS_LENGTH_MAX + 1];
	char		header[JWS_HEADER_MAX + 1];
	size_t		length;
	Jwk		   *public = jose_samples_key(jose_samples[SAMPLE_EDDSA].jwk, JWK_TO_VERIFY,
										  JOSE_UNKNOWN_ALGORITHM);
	bool		right = true;
	size_t		i;

	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
	{
		if (headers[i].reason == JOSE_OK || headers[i].reason == JOSE_KID_MISMATCH)
			continue;
		right = right && jws_sign(key, headers[i].text, strlen(headers[i].text), CLAIMS,
								  strlen(CLAIMS), made, &length) == headers[i].reason &&
			length == 0 && made[0] == '\0';
	}
	tap_ok(right, "no token is made with a header that would be refused");
	tap_ok(jws_sign(public, "{\"alg\":\"EdDSA\"}", 15, CLAIMS, strlen(CLAIMS), made, &length) ==
		   JOSE_KEY_NOT_PRIVATE && length == 0, "a public key signs nothing");
	tap_ok(jws_header(key, "at+jwt", "a-b_c", header) &&
		   strcmp(header, "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"a-b_c\"}") == 0 &&
		   jws_header(key, NULL, NULL, header) && strcmp(header, "{\"alg\":\"HS256\"}") == 0 &&
		   !jws_header(key, "a\"b", NULL, header) && !jws_header(key, NULL, "a\\", header) &&
		   header[0] == '\0', "a header is written, with nothing in it that needs an escape");
	jwk_free(public);
}

void
jws_attack_cases_run(void)
{
	Jwk		   *key = jose_samples_key(KEY, JWK_TO_SIGN, JOSE_UNKNOWN_ALGORITHM);

	check_tables(key);
	check_lengths();
	check_pss_salt();
	check_ed25519_malleable();
	check_ecdsa();
	check_confusion(SAMPLE_RS256, "an RSA key");
	check_confusion(SAMPLE_ES256, "an EC key");
	check_confusion(SAMPLE_EDDSA, "an Ed25519 key");
	check_other_keys();
	check_one_algorithm();
	check_types(key);
	check_sizes(key);
	check_same_header(key);
	check_signing(key);
	jwk_free(key);
}
