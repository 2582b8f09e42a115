/*
 * jose.c
 *		The words of JOSE.
 */
#include "crypto/jose.h"

#include <string.h>

static const char *const reason_names[JOSE_REASONS] = {
	[JOSE_OK] = "ok",
	[JOSE_FAILED] = "failed",
	[JOSE_TOO_LONG] = "too_long",
	[JOSE_NOT_THREE_PARTS] = "not_three_parts",
	[JOSE_HEADER_ENCODING] = "header_encoding",
	[JOSE_PAYLOAD_ENCODING] = "payload_encoding",
	[JOSE_PAYLOAD_MISSING] = "payload_missing",
	[JOSE_SIGNATURE_ENCODING] = "signature_encoding",
	[JOSE_SIGNATURE_MISSING] = "signature_missing",
	[JOSE_JSON_INVALID] = "json_invalid",
	[JOSE_JSON_DUPLICATE] = "json_duplicate",
	[JOSE_JSON_NOT_UTF8] = "json_not_utf8",
	[JOSE_JSON_TOO_DEEP] = "json_too_deep",
	[JOSE_JSON_TOO_LARGE] = "json_too_large",
	[JOSE_JSON_NOT_OBJECT] = "json_not_object",
	[JOSE_HEADER_CASE] = "header_case",
	[JOSE_ALG_MISSING] = "alg_missing",
	[JOSE_ALG_INVALID] = "alg_invalid",
	[JOSE_ALG_NONE] = "alg_none",
	[JOSE_ALG_UNKNOWN] = "alg_unknown",
	[JOSE_ALG_MISMATCH] = "alg_mismatch",
	[JOSE_ALG_NOT_SIGNING] = "alg_not_signing",
	[JOSE_CRITICAL] = "critical",
	[JOSE_UNENCODED] = "unencoded",
	[JOSE_COMPRESSED] = "compressed",
	[JOSE_ENCRYPTED] = "encrypted",
	[JOSE_NESTED] = "nested",
	[JOSE_KEY_IN_HEADER] = "key_in_header",
	[JOSE_KID_INVALID] = "kid_invalid",
	[JOSE_KID_MISMATCH] = "kid_mismatch",
	[JOSE_KID_UNKNOWN] = "kid_unknown",
	[JOSE_KEY_RETIRED] = "key_retired",
	[JOSE_TYP_INVALID] = "typ_invalid",
	[JOSE_TYP_MISMATCH] = "typ_mismatch",
	[JOSE_SIGNATURE_LENGTH] = "signature_length",
	[JOSE_SIGNATURE_RANGE] = "signature_range",
	[JOSE_SIGNATURE_WRONG] = "signature_wrong",
	[JOSE_KEY_TYPE] = "key_type",
	[JOSE_KEY_ALG] = "key_alg",
	[JOSE_KEY_USE] = "key_use",
	[JOSE_KEY_ID] = "key_id",
	[JOSE_KEY_INCOMPLETE] = "key_incomplete",
	[JOSE_KEY_ENCODING] = "key_encoding",
	[JOSE_KEY_SHORT] = "key_short",
	[JOSE_KEY_LONG] = "key_long",
	[JOSE_KEY_GUESSABLE] = "key_guessable",
	[JOSE_KEY_EXPONENT] = "key_exponent",
	[JOSE_KEY_POINT] = "key_point",
	[JOSE_KEY_PAIR] = "key_pair",
	[JOSE_KEY_NOT_PRIVATE] = "key_not_private",
	[JOSE_EXP_MISSING] = "exp_missing",
	[JOSE_EXP_INVALID] = "exp_invalid",
	[JOSE_EXPIRED] = "expired",
	[JOSE_NBF_MISSING] = "nbf_missing",
	[JOSE_NBF_INVALID] = "nbf_invalid",
	[JOSE_NOT_YET_VALID] = "not_yet_valid",
	[JOSE_IAT_MISSING] = "iat_missing",
	[JOSE_IAT_INVALID] = "iat_invalid",
	[JOSE_ISSUED_LATER] = "issued_later",
	[JOSE_ISS_MISSING] = "iss_missing",
	[JOSE_ISS_MISMATCH] = "iss_mismatch",
	[JOSE_AUD_MISSING] = "aud_missing",
	[JOSE_AUD_INVALID] = "aud_invalid",
	[JOSE_AUD_MISMATCH] = "aud_mismatch",
	[JOSE_SUB_MISSING] = "sub_missing",
	[JOSE_SUB_INVALID] = "sub_invalid",
	[JOSE_SID_INVALID] = "sid_invalid",
};

/*
 * RS384 and RS512 are verified for the sake of others' tokens; RS256 is made
 * for old clients.
 */
static const JoseFacts algorithms[] = {
	[JOSE_HS256] = {"HS256", "oct", NULL, JOSE_HMAC, 256, 0, true},
	[JOSE_HS384] = {"HS384", "oct", NULL, JOSE_HMAC, 384, 0, true},
	[JOSE_HS512] = {"HS512", "oct", NULL, JOSE_HMAC, 512, 0, true},
	[JOSE_RS256] = {"RS256", "RSA", NULL, JOSE_RSA, 256, 0, true},
	[JOSE_RS384] = {"RS384", "RSA", NULL, JOSE_RSA, 384, 0, false},
	[JOSE_RS512] = {"RS512", "RSA", NULL, JOSE_RSA, 512, 0, false},
	[JOSE_PS256] = {"PS256", "RSA", NULL, JOSE_RSA_PSS, 256, 0, true},
	[JOSE_PS384] = {"PS384", "RSA", NULL, JOSE_RSA_PSS, 384, 0, true},
	[JOSE_PS512] = {"PS512", "RSA", NULL, JOSE_RSA_PSS, 512, 0, true},
	[JOSE_ES256] = {"ES256", "EC", "P-256", JOSE_ECDSA, 256, 32, true},
	[JOSE_ES384] = {"ES384", "EC", "P-384", JOSE_ECDSA, 384, 48, true},
	[JOSE_ES512] = {"ES512", "EC", "P-521", JOSE_ECDSA, 512, 66, true},
	[JOSE_EDDSA] = {"EdDSA", "OKP", "Ed25519", JOSE_ED25519, 0, 32, true},
};

#define ALGORITHMS ((int) (sizeof(algorithms) / sizeof(algorithms[0])))

const char *
jose_reason_name(JoseReason reason)
{
	if ((int) reason < 0 || reason >= JOSE_REASONS || reason_names[reason] == NULL)
		return "unknown";
	return reason_names[reason];
}

JoseReason
jose_of_json(JsonStatus status)
{
	switch (status)
	{
		case JSON_OK:
			return JOSE_OK;
		case JSON_DUPLICATE:
			return JOSE_JSON_DUPLICATE;
		case JSON_NOT_UTF8:
			return JOSE_JSON_NOT_UTF8;
		case JSON_TOO_DEEP:
			return JOSE_JSON_TOO_DEEP;
		case JSON_TOO_LARGE:
			return JOSE_JSON_TOO_LARGE;
		case JSON_INVALID:
			break;
	}
	return JOSE_JSON_INVALID;
}

const JoseFacts *
jose_facts(JoseAlgorithm algorithm)
{
	if ((int) algorithm <= 0 || (int) algorithm >= ALGORITHMS)
		return NULL;
	return &algorithms[algorithm];
}

JoseAlgorithm
jose_find(const char *name)
{
	int			i;

	for (i = 1; i < ALGORITHMS; i++)
		if (strcmp(algorithms[i].name, name) == 0)
			return (JoseAlgorithm) i;
	return JOSE_UNKNOWN_ALGORITHM;
}
