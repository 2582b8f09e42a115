/*
 * enrich.h
 *		The application's own claims in our JWTs.
 */
#ifndef ENCLAVE_FLOW_ENRICH_H
#define ENCLAVE_FLOW_ENRICH_H

#include "compat.h"

/*
 * Have a function of (bigint) that returns jsonb called, as the current user, for
 * the claims of every JWT made from now on; InvalidOid: none.  NC008 if it is no
 * such function, NC009 if the current user may not execute it.
 */
extern void enrich_set_function(Oid function);

/*
 * The claims for a user's next JWT: what the function says, but for the claims that
 * are ours to set, and over it those given (jsonb object; 0: none).  0 if there are
 * none.  NC013 if the function fails or its claims cannot stand in a token: one that
 * lacks what it should carry is not made.
 */
extern Datum enrich_claims(int64 user_id, Datum given);

#endif							/* ENCLAVE_FLOW_ENRICH_H */
