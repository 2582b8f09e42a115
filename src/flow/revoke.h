/*
 * revoke.h
 *		Ending tokens.
 */
#ifndef ENCLAVE_FLOW_REVOKE_H
#define ENCLAVE_FLOW_REVOKE_H

#include "compat.h"

#include "datatype/timestamp.h"

/*
 * Log out: end the token or session presented, expired or not, or the login of a
 * refresh token.  False if it was not there.
 */
extern bool revoke_presented(const char *text, size_t length);

/* End one token of a user.  False if he has none of that id. */
extern bool revoke_one(int64 user_id, int64 token_id);

/* End all access tokens of a user: how many were alive.  NC005. */
extern int64 revoke_all(int64 user_id);

/* The one credential that goes on when the others are ended. */
typedef struct KeptCredential
{
	int64		token_id;		/* 0: no access token */
	int64		session_id;		/* 0: no session, nor a login by JWT */
} KeptCredential;

/*
 * Find the credential that a caller wants to keep, before the epoch that ends
 * the others: what is not valid keeps nothing.
 */
extern void revoke_find_kept(const char *text, size_t length, KeptCredential *kept);

/*
 * End all that belongs to a user's former epochs: THE place where it is listed
 * what that is.  The caller has begun the epoch.  kept may be NULL; another
 * user's credential keeps nothing.  How many that let the user in were alive.
 */
extern int64 revoke_credentials(int64 user_id, int64 epoch, const KeptCredential *kept,
								TimestampTz now);

/*
 * End everything by which a user is let in: tokens, sessions, and every JWT
 * issued until now.  keep (a token that is not valid, or none of his, keeps
 * nothing) is the one credential, access token or session, that goes on.  How
 * many were ended.  NC005.
 */
extern int64 revoke_everything(int64 user_id, const char *keep, size_t keep_length);

#endif							/* ENCLAVE_FLOW_REVOKE_H */
