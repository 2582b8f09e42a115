/*
 * trust.h
 *		Outside providers: whose tokens are believed, and what of them.
 */
#ifndef ENCLAVE_FLOW_TRUST_H
#define ENCLAVE_FLOW_TRUST_H

#include "compat.h"

#include "crypto/jws.h"
#include "utils/jsonb.h"

/*
 * Trust an issuer: what is signed by one of the keys of `jwks` with one of the
 * algorithms (text[]; 0 for NULL), for this audience.  Said again it takes the place
 * of what was said before.  NC008 for whatever cannot be used, and for any secret or
 * private key.
 */
extern void trust_issuer(const char *issuer, const Jsonb *jwks, const char *audience,
						 Datum algorithms);

/* Trust it no longer, as of the commit.  Links stay, for when it is trusted again.  NC010. */
extern void trust_end(const char *issuer);

/*
 * Link a user to a subject of an issuer: its tokens authenticate him.  Again is as
 * once.  NC005; NC008; NC009 if the subject is another user's; NC010 if the issuer is
 * not trusted.
 */
extern void trust_link(int64 user_id, const char *issuer, const char *subject);

/* End that.  False if there was no such link. */
extern bool trust_unlink(int64 user_id, const char *issuer, const char *subject);

/* Whose token it was that was presented. */
typedef struct TrustedToken
{
	int64		user_id;
	const char *payload;		/* UTF-8, terminated, until the next call */
} TrustedToken;

/*
 * Verify a parsed token, whose key is none of ours.  True if an issuer that is
 * trusted has signed it, it holds now, and its subject is linked to a user who may
 * come in.  Writes nothing, takes no transaction id.
 */
extern bool trust_verify(const Jws *jws, TrustedToken *token);

#endif							/* ENCLAVE_FLOW_TRUST_H */
