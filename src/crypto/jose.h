/*
 * jose.h
 *		The words of JOSE: algorithms (RFC 7518, RFC 8037), and the reasons for
 *		which a key or a token is refused.
 */
#ifndef ENCLAVE_CRYPTO_JOSE_H
#define ENCLAVE_CRYPTO_JOSE_H

#include "crypto/json.h"
#include "types.h"

/* "none" is not among them, and cannot be. */
typedef enum JoseAlgorithm
{
	JOSE_UNKNOWN_ALGORITHM,
	JOSE_HS256,
	JOSE_HS384,
	JOSE_HS512,
	JOSE_RS256,
	JOSE_RS384,
	JOSE_RS512,
	JOSE_PS256,
	JOSE_PS384,
	JOSE_PS512,
	JOSE_ES256,
	JOSE_ES384,
	JOSE_ES512,
	JOSE_EDDSA					/* with Ed25519 */
} JoseAlgorithm;

typedef enum JoseFamily
{
	JOSE_HMAC,
	JOSE_RSA,					/* RSASSA-PKCS1-v1_5 */
	JOSE_RSA_PSS,
	JOSE_ECDSA,
	JOSE_ED25519
} JoseFamily;

typedef struct JoseFacts
{
	const char *name;			/* "alg" */
	const char *key_type;		/* "kty" */
	const char *curve;			/* "crv", NULL without */
	JoseFamily	family;
	int			hash_bits;		/* of SHA-2; 0 where the algorithm brings its own */
	size_t		coordinate;		/* bytes of a coordinate; 0 without */
	bool		signs;			/* false for what is verified only */
} JoseFacts;

/*
 * Why a token or key was refused.  The order tells nothing; the names, which
 * jose_reason_name gives, are public.
 */
typedef enum JoseReason
{
	JOSE_OK,
	JOSE_FAILED,				/* OpenSSL has no memory, or not the algorithm */

	/* its form */
	JOSE_TOO_LONG,
	JOSE_NOT_THREE_PARTS,
	JOSE_HEADER_ENCODING,		/* not strict base64url; and so on */
	JOSE_PAYLOAD_ENCODING,
	JOSE_PAYLOAD_MISSING,
	JOSE_SIGNATURE_ENCODING,
	JOSE_SIGNATURE_MISSING,

	/* any JSON: a header, claims, a key */
	JOSE_JSON_INVALID,
	JOSE_JSON_DUPLICATE,
	JOSE_JSON_NOT_UTF8,
	JOSE_JSON_TOO_DEEP,
	JOSE_JSON_TOO_LARGE,
	JOSE_JSON_NOT_OBJECT,

	/* the header */
	JOSE_HEADER_CASE,			/* "ALG" for "alg" */
	JOSE_ALG_MISSING,
	JOSE_ALG_INVALID,
	JOSE_ALG_NONE,
	JOSE_ALG_UNKNOWN,
	JOSE_ALG_MISMATCH,			/* not that of the key */
	JOSE_ALG_NOT_SIGNING,		/* verified only */
	JOSE_CRITICAL,				/* crit */
	JOSE_UNENCODED,				/* b64 */
	JOSE_COMPRESSED,			/* zip */
	JOSE_ENCRYPTED,				/* members of JWE */
	JOSE_NESTED,				/* cty JWT */
	JOSE_KEY_IN_HEADER,			/* jwk, jku, x5c, x5u */
	JOSE_KID_INVALID,
	JOSE_KID_MISMATCH,
	JOSE_KID_UNKNOWN,			/* these two for the look-up above */
	JOSE_KEY_RETIRED,
	JOSE_TYP_INVALID,
	JOSE_TYP_MISMATCH,

	/* the signature */
	JOSE_SIGNATURE_LENGTH,
	JOSE_SIGNATURE_RANGE,		/* r or s not in 1 .. n - 1 */
	JOSE_SIGNATURE_WRONG,

	/* the key */
	JOSE_KEY_TYPE,				/* kty or crv unknown, or not that of its alg */
	JOSE_KEY_ALG,				/* alg is none of ours */
	JOSE_KEY_USE,				/* use or key_ops forbid it */
	JOSE_KEY_ID,				/* kid is no text, or too long */
	JOSE_KEY_INCOMPLETE,
	JOSE_KEY_ENCODING,
	JOSE_KEY_SHORT,
	JOSE_KEY_LONG,
	JOSE_KEY_GUESSABLE,
	JOSE_KEY_EXPONENT,
	JOSE_KEY_POINT,				/* not on its curve, or of small order */
	JOSE_KEY_PAIR,				/* the private part is not the public one's */
	JOSE_KEY_NOT_PRIVATE,		/* cannot sign */

	/* the claims */
	JOSE_EXP_MISSING,
	JOSE_EXP_INVALID,
	JOSE_EXPIRED,
	JOSE_NBF_MISSING,
	JOSE_NBF_INVALID,
	JOSE_NOT_YET_VALID,
	JOSE_IAT_MISSING,
	JOSE_IAT_INVALID,
	JOSE_ISSUED_LATER,			/* iat in the future */
	JOSE_ISS_MISSING,
	JOSE_ISS_MISMATCH,
	JOSE_AUD_MISSING,
	JOSE_AUD_INVALID,
	JOSE_AUD_MISMATCH,
	JOSE_SUB_MISSING,
	JOSE_SUB_INVALID,
	JOSE_SID_INVALID,			/* for who gives it a meaning */
	JOSE_REASONS				/* how many there are */
} JoseReason;

/* The public name of a reason, e.g. "alg_mismatch"; "unknown" for no reason. */
extern const char *jose_reason_name(JoseReason reason);

/* The reason that is a status of the JSON reader; JOSE_OK for JSON_OK. */
extern JoseReason jose_of_json(JsonStatus status);

/* What there is to know of an algorithm; NULL for JOSE_UNKNOWN_ALGORITHM. */
extern const JoseFacts *jose_facts(JoseAlgorithm algorithm);

/* The algorithm of exactly this name, or JOSE_UNKNOWN_ALGORITHM. */
extern JoseAlgorithm jose_find(const char *name);

#endif							/* ENCLAVE_CRYPTO_JOSE_H */
