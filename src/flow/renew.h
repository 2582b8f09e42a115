/*
 * renew.h
 *		Logins by JWT: a short-lived JWT, and a refresh token that gets the next.
 *
 * The rules of refresh tokens stand at the head of renew.c.
 */
#ifndef ENCLAVE_FLOW_RENEW_H
#define ENCLAVE_FLOW_RENEW_H

#include "compat.h"

#include "flow/login.h"

/* NC013 unless there is a key to sign with, before anything is counted or written. */
extern void renew_require_key(void);

/*
 * Begin a family for a login that has just been proved, by the user's row as it
 * stood when the proof was read: in the result JWT, refresh token and end.  False,
 * and nothing is made, if the account is gone by now, or being deleted.  *session_id
 * is the family's.
 */
extern bool renew_begin(const UserRow *user, const Client *client, TimestampTz now,
						LoginResult *result, int64 *session_id);

/*
 * Exchange a refresh token (not terminated, of any length) for the next JWT and
 * refresh token.  Refusals are results: LOGIN_TOKEN_INVALID, LOGIN_TOKEN_EXPIRED,
 * LOGIN_ACCOUNT_DISABLED.  NC013 without a key to sign with, before anything else.
 */
extern void renew_login(const char *text, size_t length, const Client *client,
						LoginResult *result);

/*
 * End the family of a refresh token, any that it ever had, for a logout.  False
 * if there is none, or it is ended.
 */
extern bool renew_end(const char *text, size_t length);

/* The session of a refresh token that could be exchanged at this moment, or 0. */
extern int64 renew_session(const char *text, size_t length);

#endif							/* ENCLAVE_FLOW_RENEW_H */
