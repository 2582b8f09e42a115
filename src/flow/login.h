/*
 * login.h
 *		Logging in by password.
 */
#ifndef ENCLAVE_FLOW_LOGIN_H
#define ENCLAVE_FLOW_LOGIN_H

#include "compat.h"

#include "flow/client.h"
#include "flow/issue.h"
#include "flow/record.h"
#include "flow/secret.h"
#include "store/users.h"

typedef enum LoginStatus
{
	LOGIN_OK,
	LOGIN_INVALID_CREDENTIALS,
	LOGIN_TOO_MANY_ATTEMPTS,
	LOGIN_TOKEN_INVALID,
	LOGIN_TOKEN_EXPIRED,
	LOGIN_EMAIL_NOT_VERIFIED,
	LOGIN_ACCOUNT_DISABLED,
	LOGIN_PASSWORD_CHANGE_REQUIRED,
	LOGIN_BUSY					/* the last */
} LoginStatus;

/* The answer of every way in. */
typedef struct LoginResult
{
	LoginStatus status;
	int64		user_id;		/* only with LOGIN_OK, as are the next two */
	char		token[TOKEN_SIZE];	/* of an access token, or a session */
	TimestampTz expires_at;
	char		challenge[TOKEN_SIZE];	/* only with LOGIN_PASSWORD_CHANGE_REQUIRED */
	int64		retry_after;	/* microseconds; only with LOGIN_TOO_MANY_ATTEMPTS */
	OptionalTime last_login_at;
	bool		has_failures;
	int			failures_since;
	char	   *set_cookie;		/* of a session, else NULL */
	char	   *jwt;			/* in the place of token, and with it a refresh token; else NULL */
	char		refresh_token[TOKEN_SIZE];
} LoginResult;

/* The word for a status, static. */
extern const char *login_status_name(LoginStatus status);

/* Count a way in, let in or not, for the statistics. */
extern void login_count(const LoginResult *result);

/*
 * Log in.  email and token_name may be NULL.  Refusals are results; 25006 in a
 * transaction that may not write, before anything is looked at.
 */
extern void login_with_password(const char *email, Secret *password, const Client *client,
								const char *token_name, LoginResult *result);

/*
 * The same for a cookie session in the place of an access token.  data (jsonb, 0
 * for NULL) is believed from a trusted back end only; the session of the token
 * `replaces`, if there is one, ends with a login.  NC008, NC013.
 */
extern void login_with_password_for_session(const char *email, Secret *password,
											const Client *client, Datum data,
											const char *replaces, size_t replaces_length,
											LoginResult *result);

/*
 * The same for a JWT and a refresh token.  NC013 without a key to sign with,
 * before anything is counted.
 */
extern void login_with_password_for_jwt(const char *email, Secret *password,
										const Client *client, LoginResult *result);

/*
 * Let in a user who has proved himself: his token, of the epoch that the proof
 * was read under, and what the login row says beside it.  event is the way in.
 * False, and nothing is made, if the account is gone by now, or being deleted.
 */
extern bool login_admit(const UserRow *user, const Client *client, const char *token_name,
						EventKind event, TimestampTz now, LoginResult *result);

/* Wipe the secrets of a result, once they have been handed on. */
extern void login_wipe(LoginResult *result);

#endif							/* ENCLAVE_FLOW_LOGIN_H */
