/*
 * jose_samples.h
 *		Keys and tokens of the RFCs, for the suites about JOSE.
 */
#ifndef ENCLAVE_TEST_JOSE_SAMPLES_H
#define ENCLAVE_TEST_JOSE_SAMPLES_H

#include "crypto/jwk.h"
#include "crypto/jws.h"

typedef struct JoseSample
{
	const char *source;
	JoseAlgorithm algorithm;
	const char *jwk;			/* with its private part */
	const char *compact;
	const char *payload;
	bool		repeats;		/* signing it again gives the same */
} JoseSample;

extern const JoseSample jose_samples[];
extern const int jose_samples_count;

/* The samples by their place. */
#define SAMPLE_HS256 0
#define SAMPLE_RS256 1
#define SAMPLE_ES256 2
#define SAMPLE_ES512 3
#define SAMPLE_EDDSA 4
#define SAMPLE_PS384 6

/* The key of RFC 7638, section 3.1, and its thumbprint. */
extern const char jose_thumbprint_jwk[];
extern const char jose_thumbprint[];

/* Import; the program ends if that fails.  The caller frees it. */
extern Jwk *jose_samples_key(const char *jwk, JwkPurpose purpose, JoseAlgorithm algorithm);

/* Parse and verify exactly `length` bytes; *payload is JWS_PAYLOAD_MAX bytes. */
extern JoseReason jose_samples_verify(const char *text, size_t length, const Jwk *key,
									  uint8_t *payload, size_t *payload_length);

/*
 * Sign without asking what is signed: header and payload go in as they are, or
 * already encoded.  The result, with a NUL, is the caller's to free.
 */
extern char *jose_samples_forge(const Jwk *key, const char *header, const char *payload);
extern char *jose_samples_forge_encoded(const Jwk *key, const char *head_and_payload);

/* Bytes in base64url, with a NUL, the caller's to free. */
extern char *jose_samples_encode(const void *bytes, size_t length);

#endif							/* ENCLAVE_TEST_JOSE_SAMPLES_H */
