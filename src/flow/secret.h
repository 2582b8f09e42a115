/*
 * secret.h
 *		A password on its way through: copied once, wiped at the end.
 */
#ifndef ENCLAVE_FLOW_SECRET_H
#define ENCLAVE_FLOW_SECRET_H

#include "compat.h"

typedef struct Secret
{
	char	   *bytes;			/* as received, in the database's encoding; not terminated */
	size_t		length;
	int			characters;		/* code points */
	bool		too_long;		/* more than any setting can allow: nothing was copied */
} Secret;

/*
 * Copy an argument of type secret; 0 is NULL and gives an empty secret.  The
 * copy is wiped when the current memory context goes, by success or error,
 * and by secret_wipe before.  The argument itself is left alone: it may be a
 * constant of a cached plan.
 */
extern Secret *secret_copy(Datum argument);

extern void secret_wipe(Secret *secret);

/* What the type's input functions make of text, and of bytes from a client. */
extern Datum secret_from_text(const char *value);
extern Datum secret_from_wire(const char *value, int length);

#endif							/* ENCLAVE_FLOW_SECRET_H */
