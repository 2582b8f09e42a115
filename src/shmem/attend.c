/*
 * attend.c
 *		The worker's side of the queue.
 *
 * Only the worker takes entries from its line, so what it has read stays at the
 * front until it settles it.
 */
#include "compat.h"

#include "shmem/attend.h"

#include "miscadmin.h"
#include "shmem/lines.h"
#include "shmem/summon.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

/* Between the end of a worker that was cut off and the start of the next. */
#define PAUSE_SECONDS 1

/* The line whose worker this process is. */
static Line *own_line;

long
attend_pause(Oid database)
{
	Line	   *line;
	long		left = 0;

	if (lines_queue == NULL)
		return 0;
	LWLockAcquire(lines_queue->lock, LW_SHARED);
	line = lines_find(database);
	if (line != NULL && line->died != 0)
		left = (long) ((line->died + PAUSE_SECONDS * USECS_PER_SEC -
						GetCurrentTimestamp()) / 1000);
	LWLockRelease(lines_queue->lock);
	return Max(left, 0);
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

/* What a worker that is cut off leaves behind is for the next one. */
static void
detach_at_exit(int code, Datum argument)
{
	if (own_line != NULL)
	{
		LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
		own_line->died = GetCurrentTimestamp();
		detach();
		LWLockRelease(lines_queue->lock);
	}
	summon_workers();
}

bool
attend_begin(void)
{
	Line	   *line;

	if (lines_queue == NULL)
		return false;
	on_shmem_exit(detach_at_exit, (Datum) 0);

	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	line = lines_find(MyDatabaseId);
	if (line != NULL && line->worker != WORKER_RUNNING)
	{
		line->worker = WORKER_RUNNING;
		line->absences = 0;
		line->latch = MyLatch;
		own_line = line;
	}
	LWLockRelease(lines_queue->lock);
	return own_line != NULL;
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
	bool		ends;

	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	ends = own_line->waiting == 0;
	if (ends)
		detach();
	LWLockRelease(lines_queue->lock);
	return ends;
}
