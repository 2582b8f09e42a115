/*
 * sign.h
 *		Making JWTs: access tokens of the profile of RFC 9068.
 *
 *		header	alg kid typ:at+jwt
 *		claims	iss sub aud exp iat jti typ:access sid, and the caller's
 */
#ifndef ENCLAVE_FLOW_SIGN_H
#define ENCLAVE_FLOW_SIGN_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "utils/timestamp.h"

/* "typ" of the header, and of the claims. */
#define SIGN_HEADER_TYPE "at+jwt"
#define SIGN_CLAIM_TYPE "access"

typedef struct SignRequest
{
	int64		user_id;		/* sub */
	int64		session_id;		/* sid; 0: none, and then: */
	TimestampTz valid_from;		/* users.valid_from, as it was when he was found worthy */
	const char *own;			/* claims of our own making, `"name":value,...`; NULL: none */
	Datum		claims;			/* jsonb, over those of the claims function; 0: none */
	TimestampTz expires_at;		/* exp; rounded down to a second, but after iat */
} SignRequest;

typedef struct SignedToken
{
	char	   *text;			/* in the memory context of the caller */
	size_t		length;
	TimestampTz expires_at;		/* what exp says */
	char	   *id;				/* jti; not secret */
} SignedToken;

/* Bytes of a jti, with a NUL. */
#define SIGN_ID_SIZE 34

/*
 * Sign a token for a user who has been found worthy of it.  It records nothing and
 * writes nothing, but what the claims function (flow/enrich.h) writes.
 *
 * NC013 without a key that signs, or if the claims function fails.  NC008 for
 * claims that are no object ("claims_invalid"), are longer than 4096 bytes
 * ("claims_too_long") or have a member that is ours to set ("claim_reserved");
 * abilities have to be as those of an access token.
 */
extern void sign_token(const SignRequest *request, TimestampTz now, SignedToken *token);

/*
 * What of an object (jsonb) may stand in a token: all but the members that are ours
 * to set.  The rest is refused as by sign_token.
 */
extern Datum sign_application_claims(Datum claims);

/*
 * Whether a token without a session, by its jti, was made for a user of whom no
 * JWTs have been ended since: see sign.c.
 */
extern bool sign_holds(const char *id, int64 user_id, TimestampTz valid_from);

/* Wipe the text, once it has been handed on. */
extern void sign_wipe(SignedToken *token);

/* When a JWT made at this moment ends by the settings. */
extern TimestampTz sign_expiry(TimestampTz now);

/*
 * issue_jwt(): sign a token for any user, on a trusted caller's word, and record
 * it.  expires_in NULL is the lifetime of the settings.  NC005, NC009 for a
 * disabled user, and what sign_token raises.
 */
extern void sign_for_user(int64 user_id, Datum claims, const Interval *expires_in,
						  SignedToken *token);

#endif							/* ENCLAVE_FLOW_SIGN_H */
