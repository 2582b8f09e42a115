/*
 * claims.h
 *		The registered claims of a JWT (RFC 7519, section 4.1), against rules and
 *		a time that the caller gives.
 *
 * To be called only with a payload whose signature was found right.  A claim
 * that is asked for and is not there is a refusal, never a check left out.
 */
#ifndef ENCLAVE_CRYPTO_CLAIMS_H
#define ENCLAVE_CRYPTO_CLAIMS_H

#include "crypto/jose.h"
#include "crypto/json.h"

/* Seconds: the end of the year 9999, well within what JSON's readers count exactly. */
#define CLAIMS_TIME_MAX INT64_C(253402300799)

/* Bytes. */
#define CLAIMS_SUBJECT_MAX 255

typedef struct ClaimRules
{
	int64_t		now;			/* seconds since 1970 */
	int64_t		leeway;			/* seconds, 0 and up, that clocks may differ */
	const char *issuer;			/* iss has to be exactly this; NULL asks for none */
	const char *audience;		/* aud has to have exactly this; NULL asks for none */
	bool		require_nbf;
	bool		require_iat;
	bool		require_sub;
} ClaimRules;

typedef struct Claims
{
	int64_t		expires_at;		/* exp */
	int64_t		issued_at;		/* iat; 0 if it has none */
	char		subject[CLAIMS_SUBJECT_MAX + 1];	/* sub; empty if it has none */
	JsonDocument members;		/* of the payload, which is borrowed */
} Claims;

/*
 * Read and judge.  Times are integers from 0 to CLAIMS_TIME_MAX; exp is always
 * required and the token is dead from that second on; nbf and iat are held where
 * they are there.  aud is a text or an array of at least one, and nothing but
 * texts.  Numbers with a fraction or exponent, which readers round differently,
 * are refused.  After anything but JOSE_OK *out is not to be used.
 */
extern JoseReason claims_check(const char *json, size_t length,
							   const ClaimRules *rules, Claims *out);

#endif							/* ENCLAVE_CRYPTO_CLAIMS_H */
