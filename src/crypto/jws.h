/*
 * jws.h
 *		Signed tokens in the compact form of JWS (RFC 7515, section 7.1).
 *
 * In this order: jws_parse reads the form and the header, which names a key;
 * the caller finds that key among his own by the exact `kid`; jws_verify then
 * holds the token against it.  Nothing of the payload is given out before the
 * signature was found right.
 *
 * There is no list of members that are understood and one of those that are
 * not: whatever would change the meaning of the token (crit, b64, zip, members
 * of JWE, a key in the header, a token in the token) is refused by name, and the
 * rest of the header is not looked at.
 */
#ifndef ENCLAVE_CRYPTO_JWS_H
#define ENCLAVE_CRYPTO_JWS_H

#include "crypto/json.h"
#include "crypto/jwk.h"

/* Bytes of a whole token, of its header and payload in JSON, and of "typ". */
#define JWS_LENGTH_MAX 16384
#define JWS_HEADER_MAX 4096
#define JWS_PAYLOAD_MAX 12288
#define JWS_TYPE_MAX 64

typedef struct Jws
{
	const char *text;			/* borrowed */
	size_t		payload;		/* where it begins, after the first dot */
	size_t		signature;		/* where it begins, after the second */
	size_t		length;			/* all of it */
	JoseAlgorithm algorithm;	/* what the header says, to be compared */
	char		id[JWK_ID_MAX + 1]; /* "kid", empty if there is none */
	char		type[JWS_TYPE_MAX + 1]; /* "typ", empty if there is none */
	char		header[JWS_HEADER_MAX + 1]; /* JSON, with a NUL */
	size_t		header_length;
	JsonDocument members;		/* of the header */
} Jws;

/*
 * Read `length` bytes from a stranger: exactly three parts in strict base64url,
 * at most JWS_LENGTH_MAX in all, and a header that is strict JSON with an
 * algorithm of ours.  No signature is looked at: nothing in *out is true yet.
 * The text is borrowed and must stay.  After anything but JOSE_OK *out may hold
 * what was read of the header so far, for a report, and jws_verify refuses it.
 */
extern JoseReason jws_parse(const char *text, size_t length, Jws *out);

/*
 * The same for a token whose header, up to its first dot, is byte for byte that of
 * the token which *out was read from, with JOSE_OK: it is not read again.
 */
extern JoseReason jws_parse_rest(const char *text, size_t length, Jws *out);

/*
 * Whether the token says to be of this type: equal without regard to case, an
 * "application/" in front left out (RFC 7515, section 4.1.9).
 */
extern bool jws_is_type(const Jws *jws, const char *type);

/*
 * Hold a parsed token against a key: the header's algorithm has to be the key's
 * and its kid, if both have one, too.  JOSE_OK: `payload`, of JWS_PAYLOAD_MAX
 * bytes, has *length bytes of it.  Otherwise *length is 0.
 */
extern JoseReason jws_verify(const Jws *jws, const Jwk *key, uint8_t *payload,
							 size_t *length);

/*
 * Write the header for tokens of this key, {"alg":...,"typ":...,"kid":...}, with
 * a NUL into `out`, of JWS_HEADER_MAX + 1 bytes.  `type` and `id` are of letters,
 * digits and "+-._" only, and may be NULL.  False, and `out` empty, otherwise.
 */
extern bool jws_header(const Jwk *key, const char *type, const char *id, char *out);

/*
 * Make a token with this header and payload, whose text is the caller's, into
 * `out` of JWS_LENGTH_MAX + 1 bytes, with a NUL; the caller wipes it.  What
 * jws_parse would refuse is not made, and the header's algorithm has to be the
 * key's.  After anything but JOSE_OK `out` is empty and *length 0.
 */
extern JoseReason jws_sign(const Jwk *key, const char *header, size_t header_length,
						   const void *payload, size_t payload_length, char *out,
						   size_t *length);

#endif							/* ENCLAVE_CRYPTO_JWS_H */
