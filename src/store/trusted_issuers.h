/*
 * trusted_issuers.h
 *		Rows of enclave.trusted_issuers.
 */
#ifndef ENCLAVE_STORE_TRUSTED_ISSUERS_H
#define ENCLAVE_STORE_TRUSTED_ISSUERS_H

#include "compat.h"

#include "datatype/timestamp.h"

typedef struct TrustedIssuer
{
	char	   *issuer;
	char	   *audience;
	Datum		algorithms;		/* text[] */
	char	   *jwks;			/* JSON */
} TrustedIssuer;

/* Trust an issuer, or with other keys, audience or algorithms than before. */
extern void trusted_issuers_set(const TrustedIssuer *issuer, TimestampTz now);

/* False if there is no such issuer. */
extern bool trusted_issuers_remove(const char *issuer);

/* Whether an issuer is trusted. */
extern bool trusted_issuers_has(const char *issuer);

/*
 * The issuers that have a key of this id, in the current memory context; `max` of
 * them at most.  How many.
 */
extern int	trusted_issuers_find(const char *key_id, TrustedIssuer *issuers, int max);

#endif							/* ENCLAVE_STORE_TRUSTED_ISSUERS_H */
