/*
 * loads.h
 *		Which databases' counters have been loaded since the server's start.
 */
#ifndef ENCLAVE_SHMEM_LOADS_H
#define ENCLAVE_SHMEM_LOADS_H

#include "compat.h"

typedef enum LoadsState
{
	LOADS_DONE,
	LOADS_MINE,					/* load, and say loads_end */
	LOADS_BUSY,					/* somebody else does, and was not ready in time */
	LOADS_LATER					/* there was no room a moment ago */
} LoadsState;

typedef enum LoadsEnd
{
	LOADS_COMPLETE,
	LOADS_NO_ROOM,				/* to be tried again, but not by everybody at once */
	LOADS_FAILED				/* whoever comes next is to load */
} LoadsEnd;

/* For the server's hooks. */
extern void loads_shmem_request(void);
extern void loads_shmem_init(void);

/*
 * Ask for this database and an incarnation of the extension in it.  Waits for who
 * is loading, for so many milliseconds at most, and serves interrupts.  The
 * answer can be LOADS_MINE more than once: loading twice must do no harm.
 */
extern LoadsState loads_begin(Oid extension, int timeout);

/* Say how it ended.  Raises nothing. */
extern void loads_end(Oid extension, LoadsEnd end);

#endif							/* ENCLAVE_SHMEM_LOADS_H */
