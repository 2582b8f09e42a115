/*
 * claims_function.h
 *		The row of enclave.claims_function: who adds claims to our JWTs.
 */
#ifndef ENCLAVE_STORE_CLAIMS_FUNCTION_H
#define ENCLAVE_STORE_CLAIMS_FUNCTION_H

#include "compat.h"

#include "datatype/timestamp.h"

typedef struct ClaimsFunction
{
	const char *function;		/* qualified, with its argument's type */
	const char *function_owner; /* a role: whose code was agreed to */
	const char *role;			/* who registered it, and as whom it runs */
} ClaimsFunction;

/* Have this one, in the place of any other. */
extern void claims_function_set(const ClaimsFunction *function, TimestampTz now);

/* Have none. */
extern void claims_function_remove(void);

/* Find it, in the current memory context; false if there is none. */
extern bool claims_function_find(ClaimsFunction *function);

/* Its name, if its role or it is gone or, by its owner, another; else NULL. */
extern char *claims_function_lost(void);

#endif							/* ENCLAVE_STORE_CLAIMS_FUNCTION_H */
