/*
 * issue.h
 *		Making access tokens.
 */
#ifndef ENCLAVE_FLOW_ISSUE_H
#define ENCLAVE_FLOW_ISSUE_H

#include "compat.h"

#include "crypto/token.h"
#include "datatype/timestamp.h"
#include "utils/timestamp.h"

typedef struct IssuedToken
{
	int64		id;
	char		text[TOKEN_SIZE];	/* the only copy: at rest is its digest */
	TimestampTz expires_at;
} IssuedToken;

/*
 * Draw a new token and its digest.  Error if the machine has no randomness to
 * give.
 */
extern void issue_draw(TokenPurpose purpose, char *text, TokenDigest *digest);

/* The digest of a token that somebody presents. */
extern void issue_digest(const char *text, size_t length, TokenDigest *digest);

/*
 * A token for a login that has just been proved, with every ability.  epoch is
 * the user's as it stood when the proof was read.  False, and no token, if the
 * account is gone by now, or is being deleted.
 */
extern bool issue_login_token(int64 user_id, int64 epoch, const char *name, TimestampTz now,
							  IssuedToken *issued);

/*
 * A personal access token: NC005, NC008, NC009.  abilities is a text[] (0 for
 * NULL), expires_in NULL for the lifetime of a login's token.
 */
extern void issue_personal_token(int64 user_id, const char *name, Datum abilities,
								 const Interval *expires_in, IssuedToken *issued);

/*
 * The end of something that is made now and lives for so long.  NC008 unless that
 * is more than nothing and at most 100 years.
 */
extern TimestampTz issue_end_of_life(TimestampTz now, const Interval *expires_in);

/* Wipe the text, once it has been handed on. */
extern void issue_wipe(IssuedToken *issued);

#endif							/* ENCLAVE_FLOW_ISSUE_H */
