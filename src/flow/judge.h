/*
 * judge.h
 *		Whether a JWT is one of ours and holds at this moment.
 *
 * Stateless but for the keys: no user, session or family is looked at, nothing
 * is written, no transaction id is taken.
 */
#ifndef ENCLAVE_FLOW_JUDGE_H
#define ENCLAVE_FLOW_JUDGE_H

#include "compat.h"

#include "crypto/claims.h"
#include "crypto/jws.h"
#include "datatype/timestamp.h"

/*
 * What was found; it lies in memory that the next judgement uses again.  Times
 * are seconds since 1970.
 */
typedef struct JudgedToken
{
	JoseReason	reason;			/* JOSE_OK: valid, and all of it is to be believed */
	int64		user_id;		/* sub */
	int64		session_id;		/* sid; 0: none */
	int64		issued_at;		/* iat */
	int64		expires_at;		/* exp */
	const Jws  *jws;			/* its header, as far as it could be read */
	const Claims *claims;		/* its members, for json_member(); only if it is valid */
	const char *payload;		/* UTF-8; length 0 unless the signature is right */
	size_t		payload_length;
} JudgedToken;

/*
 * Judge `length` bytes from a stranger.  In this order: the form, the key that
 * kid names (known, not retired, of the header's algorithm), the signature, the
 * type, the claims.  True if it is valid.  NC013 if its key cannot be opened.
 */
extern bool judge_token(const char *text, size_t length, JudgedToken *token);

/* The claim jti of a valid token, into SIGN_ID_SIZE bytes; empty if it is not one of ours. */
extern void judge_id(const JudgedToken *token, char *id);

/* Whole seconds since 1970, rounded down. */
extern int64 judge_seconds(TimestampTz at);

/* JSON in UTF-8 as jsonb. */
extern Datum judge_jsonb(const char *utf8, size_t length);

/* The claims of a valid token: jsonb. */
extern Datum judge_claims(const JudgedToken *token);

/*
 * The same of any token: 0 if the signature is not right, or if not everybody
 * would read the same claims.
 */
extern Datum judge_claims_or_none(const JudgedToken *token);

/* The claim abilities of a valid token: text[]; 0 without it. */
extern Datum judge_abilities(const JudgedToken *token);

/* The header, jsonb; 0 if it cannot be read. */
extern Datum judge_header(const JudgedToken *token);

#endif							/* ENCLAVE_FLOW_JUDGE_H */
