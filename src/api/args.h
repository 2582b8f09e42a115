/*
 * args.h
 *		Arguments in and rows out: what every SQL function here shares.
 */
#ifndef ENCLAVE_API_ARGS_H
#define ENCLAVE_API_ARGS_H

#include "compat.h"

#include "flow/client.h"
#include "flow/login.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

/* More bytes than any token has: those of a JWT, see crypto/jws.h. */
#define ARGS_TOKEN_MAX 16384

/* A text argument, NULL for NULL. */
extern char *args_text(FunctionCallInfo fcinfo, int n);

/* A by-value or pointer argument, 0 for NULL. */
extern Datum args_datum(FunctionCallInfo fcinfo, int n);

/* An id: NULL is 0, which nobody has. */
extern int64 args_id(FunctionCallInfo fcinfo, int n);

/* A timestamptz; NULL is unset. */
extern OptionalTime args_time(FunctionCallInfo fcinfo, int n);

/* The pair "ip inet, user_agent text" at n and n + 1. */
extern void args_client(FunctionCallInfo fcinfo, int n, Client *client);

/*
 * A presented token, where it lies: not terminated.  NULL is the empty token,
 * which no table holds.
 */
typedef struct PresentedToken
{
	const char *text;
	size_t		length;
} PresentedToken;

extern PresentedToken args_token(FunctionCallInfo fcinfo, int n);

/* Begin the result of a set-returning function: its store and its columns. */
extern Tuplestorestate *args_begin_set(FunctionCallInfo fcinfo, TupleDesc *descriptor);

/* A row of the function's own result type. */
extern Datum args_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

/* "No row" from a function that returns a set of at most one. */
extern Datum args_no_row(FunctionCallInfo fcinfo);

/* Results that several families return. */
extern Datum args_status(LoginStatus status);	/* text */
extern Datum args_status_and_user(FunctionCallInfo fcinfo, LoginStatus status, int64 user_id);
extern Datum args_account(FunctionCallInfo fcinfo, const UserRow *user);
extern Datum args_issued(FunctionCallInfo fcinfo, IssuedToken *issued);	/* wipes it */
extern Datum args_login_row(FunctionCallInfo fcinfo, LoginResult *result);	/* wipes its token */

/* The same, followed by set_cookie, or by refresh_token. */
extern Datum args_session_login_row(FunctionCallInfo fcinfo, LoginResult *result);
extern Datum args_jwt_login_row(FunctionCallInfo fcinfo, LoginResult *result);

#endif							/* ENCLAVE_API_ARGS_H */
