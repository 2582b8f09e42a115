/*
 * attend.c
 *		The worker's side of the queue.
 *
 * Workers are alike: each chooses its line when it starts, and the postmaster
 * starts it again, a second later, when it did not end well, or ended while another
 * line was waiting.  So a worker that was killed comes back, and one slot is enough
 * for all databases by turns.
 *
 * Only the worker takes entries from its line, so what it has read stays at the
 * front until it settles it.
 */
#include "compat.h"

#include "shmem/attend.h"

#include "miscadmin.h"
#include "shmem/lines.h"
#include "storage/ipc.h"

/* So many in a row that cannot connect, and what is in the line is dropped. */
#define ABSENCES_MAX 3

/* The line whose worker this process is. */
static Line *own_line;

static bool
is_waiting(const Line *line)
{
	return line->database != InvalidOid && line->waiting > 0 && line->worker != WORKER_RUNNING;
}

/* No longer the worker; the lock is held. */
static void
detach(void)
{
	Line	   *line = own_line;

	own_line = NULL;
	line->worker = WORKER_ABSENT;
	line->next_ask = 0;
	line->latch = NULL;
	lines_close_if_unused(line);
}

static void
detach_at_exit(int code, Datum argument)
{
	if (own_line == NULL)
		return;
	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	detach();
	LWLockRelease(lines_queue->lock);
}

/* The database is gone, or lets nobody in.  The lock is held.  Result: how many. */
static int
drop(Line *line)
{
	int			dropped = line->waiting;

	lines_queue->dropped += dropped;
	while (line->waiting > 0)
		lines_remove_first(line);
	line->worker = WORKER_ABSENT;
	lines_close_if_unused(line);
	ConditionVariableBroadcast(&line->progress);
	return dropped;
}

Oid
attend_choose(void)
{
	Oid			chosen = InvalidOid;
	Oid			dropped_database = InvalidOid;
	int			dropped = 0;

	if (lines_queue == NULL)
		return InvalidOid;
	on_shmem_exit(detach_at_exit, (Datum) 0);

	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	for (int i = 1; i <= QUEUE_LINES && chosen == InvalidOid; i++)
	{
		int			number = (lines_queue->chosen + i) % QUEUE_LINES;
		Line	   *line = &lines_queue->lines[number];

		if (!is_waiting(line))
			continue;
		if (line->absences >= ABSENCES_MAX)
		{
			dropped_database = line->database;
			dropped = drop(line);
			continue;
		}
		line->worker = WORKER_RUNNING;
		line->absences++;
		line->latch = MyLatch;
		own_line = line;
		lines_queue->chosen = number;
		chosen = line->database;
	}
	LWLockRelease(lines_queue->lock);

	if (dropped > 0)
		ereport(LOG,
				(errmsg("enclave: entries dropped for database %u, to which no background worker can connect: %d",
						dropped_database, dropped)));
	return chosen;
}

void
attend_arrived(void)
{
	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	own_line->absences = 0;
	LWLockRelease(lines_queue->lock);
}

size_t
attend_read(int index, void *entry)
{
	size_t		length = 0;
	int			place;

	LWLockAcquire(lines_queue->lock, LW_SHARED);
	place = own_line->first;
	while (place != LINES_NONE && index-- > 0)
		place = lines_queue->places[place].next;
	if (place != LINES_NONE)
	{
		length = lines_queue->places[place].length;
		memcpy(entry, lines_queue->places[place].entry, length);
	}
	LWLockRelease(lines_queue->lock);
	return length;
}

void
attend_settle(int count, int dropped)
{
	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	for (int i = 0; i < count && own_line->waiting > 0; i++)
		lines_remove_first(own_line);
	lines_queue->dropped += dropped;
	LWLockRelease(lines_queue->lock);
	ConditionVariableBroadcast(&own_line->progress);
}

bool
attend_end(void)
{
	int64		lost = 0;
	bool		ends;

	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	ends = own_line->waiting == 0;
	if (ends)
	{
		detach();
		lost = lines_queue->untold;
		lines_queue->untold = 0;
	}
	LWLockRelease(lines_queue->lock);
	if (lost > 0)
		lines_tell_loss(lost);
	return ends;
}

bool
attend_is_wanted(void)
{
	bool		wanted = false;

	LWLockAcquire(lines_queue->lock, LW_SHARED);
	for (int i = 0; i < QUEUE_LINES; i++)
		wanted = wanted || (is_waiting(&lines_queue->lines[i]) &&
							lines_queue->lines[i].worker == WORKER_ABSENT);
	LWLockRelease(lines_queue->lock);
	return wanted;
}
