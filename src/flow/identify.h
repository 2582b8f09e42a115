/*
 * identify.h
 *		Who is asking: the identity of the present transaction.
 *
 * The rules stand at the head of identify.c.
 */
#ifndef ENCLAVE_FLOW_IDENTIFY_H
#define ENCLAVE_FLOW_IDENTIFY_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/users.h"

typedef enum IdentityMethod
{
	IDENTITY_LOGIN,				/* the access token of a login */
	IDENTITY_PERSONAL,			/* a personal access token */
	IDENTITY_SESSION,			/* a cookie session */
	IDENTITY_JWT,				/* a JWT of ours, of a login if it has a session */
	IDENTITY_ISSUER,			/* a trusted issuer's token */
	IDENTITY_IMPERSONATION
} IdentityMethod;

typedef struct Identity
{
	int64		user_id;
	int64		token_id;		/* 0: none */
	int64		session_id;		/* 0: none */
	IdentityMethod method;
	OptionalTime auth_time;		/* when he logged in; not set unless he did */
	Datum		abilities;		/* text[]; 0: none */
	const char *claims;			/* of a JWT: JSON in UTF-8, terminated; NULL: none */
	NameData	impersonated_by;	/* a role; empty: nobody */
} Identity;

/* The identity, or NULL.  Not to be kept beyond the call. */
extern const Identity *identify_get(void);

/* The id of the user, or 0. */
extern int64 identify_user_id(void);

/*
 * The identity, where there has to be one: NC014 without, and for the second
 * NC009 if it is not interactive, that is, not by a login.
 */
extern const Identity *identify_require(void);
extern const Identity *identify_require_interactive(void);

/* Set the identity until the transaction ends; abilities and claims are copied. */
extern void identify_set(const Identity *identity);

/* Have none from now on. */
extern void identify_clear(void);

/* The word for a method, static. */
extern const char *identify_method_name(IdentityMethod method);

/* Whether the identity's credential allows an ability; false without one. */
extern bool identify_can(const char *ability);

/* NC014 without an identity, NC009 unless it logged in within an interval. */
extern void identify_require_recent_login(const Interval *within);

#endif							/* ENCLAVE_FLOW_IDENTIFY_H */
