/*
 * attend.h
 *		The worker's side of the queue.
 */
#ifndef ENCLAVE_SHMEM_ATTEND_H
#define ENCLAVE_SHMEM_ATTEND_H

#include "compat.h"

/*
 * Become the worker of a database that has something for one, and none.  Result:
 * which; InvalidOid if there is none.  Until attend_arrived the worker counts as
 * one who could not connect; if that happens again and again, what stands in the
 * line is dropped.
 */
extern Oid	attend_choose(void);
extern void attend_arrived(void);

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

/* Whether another line waits for a worker for whom there was no slot. */
extern bool attend_is_wanted(void);

#endif							/* ENCLAVE_SHMEM_ATTEND_H */
