/*
 * gate.h
 *		So many at once in the whole server, and the others in a line.
 */
#ifndef ENCLAVE_SHMEM_GATE_H
#define ENCLAVE_SHMEM_GATE_H

#include "compat.h"

typedef struct GateUsage
{
	int64		entered;		/* since the start, as are the next two */
	int64		waited;			/* of those */
	int64		timed_out;
} GateUsage;

/* For the server's hooks. */
extern void gate_shmem_request(void);
extern void gate_shmem_init(void);

/*
 * Come in, if fewer than limit (at least 1) are inside and nobody waits; or wait
 * for a place, for so many milliseconds at most, in the order of arrival.  False if
 * there was none in time.  Interrupts are served while waiting; whom they do not end
 * keeps his place in the line.
 *
 * From here to gate_leave nothing may raise an error, or serve interrupts.
 */
extern bool gate_enter(int limit, int timeout);
extern void gate_leave(void);

extern void gate_usage(GateUsage *usage);

#endif							/* ENCLAVE_SHMEM_GATE_H */
