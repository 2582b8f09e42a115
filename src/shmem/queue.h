/*
 * queue.h
 *		What backends leave to the background worker of their database.
 *
 * Entries are plain bytes.  Each database has a line of its own, first in,
 * first out, and one worker at a time, which is started when there is something
 * for it.  An entry leaves its line when the worker says that it is done with,
 * that is, after the commit: a worker that dies leaves it to the next one, and it
 * is written once.  A crash of the server loses what was not written yet.
 *
 * Bounded: QUEUE_PLACES for the whole server, half of them for one database.  What
 * finds no place is lost, counted, and said in the log.  The worker's side is
 * attend.h.
 */
#ifndef ENCLAVE_SHMEM_QUEUE_H
#define ENCLAVE_SHMEM_QUEUE_H

#include "compat.h"

#include "datatype/timestamp.h"

/* The longest entry. */
#define QUEUE_ENTRY_BYTES 3072

#define QUEUE_PLACES 1024

/* Kinds of entries are numbered from 0, below this. */
#define QUEUE_KINDS 8

/* Databases that can have a line at the same time. */
#define QUEUE_LINES 64

typedef struct QueueUsage
{
	int			places;
	int			waiting;		/* entries that no worker is done with yet, of all databases */
	int			workers;		/* running or asked for */
	int64		put;			/* since the server's start */
	int64		dropped;		/* that a worker could not write, or for a database that is gone */
	int64		lost[QUEUE_KINDS];	/* that found no place */
} QueueUsage;

/*
 * The shared memory: its size, what to do in shmem_request_hook and in
 * shmem_startup_hook.
 */
extern Size queue_shmem_size(void);
extern void queue_shmem_request(void);
extern void queue_shmem_init(void);

/* Whether there is a queue: only when the library was loaded with the server. */
extern bool queue_exists(void);

/*
 * Put an entry into the line of this database, and see to it that there is a
 * worker.  Waits for nobody but for who is at the queue's lock, raises nothing,
 * reads no table; fit for clean-up after an error, and for the way out of a
 * backend.  False if it is lost.
 */
extern bool queue_put(int kind, const void *entry, size_t length);

/*
 * Wait until a worker is done with what stands in this database's line now, for
 * at most so long.  Interruptible.  False if it took longer.
 */
extern bool queue_wait(int milliseconds);

extern void queue_usage(QueueUsage *usage);

#endif							/* ENCLAVE_SHMEM_QUEUE_H */
