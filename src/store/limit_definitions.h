/*
 * limit_definitions.h
 *		Rows of enclave.limit_definitions.
 */
#ifndef ENCLAVE_STORE_LIMIT_DEFINITIONS_H
#define ENCLAVE_STORE_LIMIT_DEFINITIONS_H

#include "compat.h"

#include "datatype/timestamp.h"

typedef struct LimitDefinition
{
	int64		id;				/* another one begins new windows */
	int			max_attempts;
	int64		lasting;		/* of a window, in microseconds */
	char	   *message;		/* NULL when there is none */
} LimitDefinition;

/*
 * Find a limit by its name, of so many bytes, as of this moment whatever the
 * transaction's snapshot: one index read without SQL.  False if there is none.
 */
extern bool limit_definitions_find(const char *name, size_t length, LimitDefinition *definition);

/* How long an interval is, in microseconds, months being of 30 days; -1 if it is beyond 64 bits. */
extern int64 limit_definitions_length(const Interval *interval);

/*
 * Define a limit, anew or otherwise than before; windows go on while neither
 * number nor time has changed.  False if it is defined like that.
 */
extern bool limit_definitions_put(const char *name, int max_attempts, const Interval *per,
								  const char *message, TimestampTz now);

/* False if there is none. */
extern bool limit_definitions_remove(const char *name);

#endif							/* ENCLAVE_STORE_LIMIT_DEFINITIONS_H */
