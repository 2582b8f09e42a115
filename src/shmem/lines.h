/*
 * lines.h
 *		The queue's memory: places, and the lines that stand in them.
 *
 * For queue.c, summon.c and attend.c only.  One lock for all of it, held to copy
 * one entry at most.  The state of a line's worker:
 *
 *		ABSENT -> ASKED		who puts something into the line (summon.c)
 *		-> RUNNING			a worker, which has chosen this line (attend.c)
 *		RUNNING -> ABSENT	the worker, with nothing left to do or on its way out
 */
#ifndef ENCLAVE_SHMEM_LINES_H
#define ENCLAVE_SHMEM_LINES_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "shmem/queue.h"
#include "storage/condition_variable.h"
#include "storage/latch.h"
#include "storage/lwlock.h"

/* In the place of a place. */
#define LINES_NONE (-1)

/* Of a database: none keeps the others from the queue. */
#define LINES_SHARE (QUEUE_PLACES / 2)

typedef enum WorkerState
{
	WORKER_ABSENT,
	WORKER_ASKED,
	WORKER_RUNNING
} WorkerState;

typedef struct Line
{
	Oid			database;		/* InvalidOid: the line is free */
	int			first;			/* places */
	int			last;
	int			waiting;
	uint64		put;			/* entries ever, and those done with */
	uint64		settled;
	WorkerState worker;
	int64		next_ask;		/* for a worker, by steady_now(): not before */
	int			absences;		/* workers in a row that did not manage to connect */
	Latch	   *latch;			/* of the running worker */
	ConditionVariable progress;
} Line;

typedef struct Place
{
	int			next;
	int			length;
	char		entry[QUEUE_ENTRY_BYTES];
} Place;

typedef struct Queue
{
	LWLock	   *lock;
	int			free;			/* the first free place */
	int			chosen;			/* the line that a worker has last chosen; by turns */
	int64		put;
	int64		dropped;
	int64		lost[QUEUE_KINDS];
	int64		untold;			/* of the lost, those the log does not know of */
	int64		loss_told;		/* by steady_now(), as is the next one */
	int64		slots_told;
	Line		lines[QUEUE_LINES];
	Place		places[QUEUE_PLACES];
} Queue;

/* The shared memory, or NULL where there is none. */
extern Queue *lines_queue;

/* Say in the log how many entries were lost since it was last said. */
extern void lines_tell_loss(int64 lost);

/* What follows is called with the lock held. */

/* The line of a database, or NULL; open makes one, unless all are taken. */
extern Line *lines_find(Oid database);
extern Line *lines_open(Oid database);

/* Give a line back that has neither entries nor a worker. */
extern void lines_close_if_unused(Line *line);

/* Copy an entry into the first free place, of which there is one. */
extern void lines_append(Line *line, const void *entry, size_t length);

/* Free the place of the first entry. */
extern void lines_remove_first(Line *line);

/* Whether it is time to complain again; if so, it is noted.  The lock is held. */
extern bool lines_may_tell(int64 *told);

#endif							/* ENCLAVE_SHMEM_LINES_H */
