/*
 * throttle.h
 *		Named limits at work: fixed windows, counted for a key.
 *
 * A limit's name and a key are text where they lie, not terminated.  A key of
 * NULL is one like any other: those who have none share it.  Unknown names are
 * NC010.
 */
#ifndef ENCLAVE_FLOW_THROTTLE_H
#define ENCLAVE_FLOW_THROTTLE_H

#include "compat.h"

#include "datatype/timestamp.h"

typedef struct ThrottleText
{
	const char *bytes;			/* NULL for NULL */
	size_t		length;
} ThrottleText;

typedef struct Throttle
{
	int64		attempts;		/* counted in the window; 0 if there is none */
	int			max_attempts;
	TimestampTz reset_at;		/* the window's end; only if there is one */
	int64		available_in;	/* microseconds until then; 0 if there is none */
	const char *message;		/* of the limit; NULL when it has none */
} Throttle;

/*
 * Count once.  The count goes on where it is above the limit, and the window's
 * end stays.  In shared memory nothing takes it back; in rows the transaction's
 * end does, and who counts for the same key waits for that.
 */
extern void throttle_hit(const ThrottleText *name, const ThrottleText *key, Throttle *state);

/* Look without counting. */
extern void throttle_look(const ThrottleText *name, const ThrottleText *key, Throttle *state);

/* End the window of a key: in shared memory at once, rolled back or not. */
extern void throttle_clear(const ThrottleText *name, const ThrottleText *key);

#endif							/* ENCLAVE_FLOW_THROTTLE_H */
