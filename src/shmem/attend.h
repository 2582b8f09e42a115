/*
 * attend.h
 *		The worker's side of the queue.
 */
#ifndef ENCLAVE_SHMEM_ATTEND_H
#define ENCLAVE_SHMEM_ATTEND_H

#include "compat.h"

/*
 * Milliseconds that a new worker of a database should wait before it connects:
 * its predecessor was cut off a moment ago, and may have been for a reason.
 */
extern long attend_pause(Oid database);

/*
 * Become the worker of the database that this process is connected to, until it
 * ends.  False if there is one already, or nothing to do.
 */
extern bool attend_begin(void);

/*
 * Copy the entry number `index` from the front of the line into a buffer of
 * QUEUE_ENTRY_BYTES.  Its length, or 0 if there is none.
 */
extern size_t attend_read(int index, void *entry);

/*
 * Take so many from the front: they are written, but for (some of them) dropped,
 * which could not be.
 */
extern void attend_settle(int count, int dropped);

/* End being the worker, unless there is something in the line: then false. */
extern bool attend_end(void);

#endif							/* ENCLAVE_SHMEM_ATTEND_H */
