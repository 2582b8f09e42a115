/*
 * queue.c
 *		What backends leave to the background worker of their database.
 */
#include "compat.h"

#include "shmem/queue.h"

#include "miscadmin.h"
#include "shmem/lines.h"
#include "shmem/summon.h"
#include "shmem/wait.h"

bool
queue_exists(void)
{
	return lines_queue != NULL;
}

bool
queue_put(int kind, const void *entry, size_t length)
{
	Line	   *line;
	Latch	   *latch = NULL;
	bool		room;
	int64		lost = 0;

	Assert(kind >= 0 && kind < QUEUE_KINDS && length <= QUEUE_ENTRY_BYTES);
	if (lines_queue == NULL)
		return false;

	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	line = lines_open(MyDatabaseId);
	room = line != NULL && line->waiting < LINES_SHARE && lines_queue->free != LINES_NONE;
	if (room)
		lines_append(line, entry, length);
	else
	{
		lines_queue->lost[kind]++;
		lines_queue->untold++;
		if (lines_may_tell(&lines_queue->loss_told))
		{
			lost = lines_queue->untold;
			lines_queue->untold = 0;
		}
		if (line != NULL)
			lines_close_if_unused(line);
	}
	if (line != NULL && line->worker == WORKER_RUNNING)
		latch = line->latch;
	LWLockRelease(lines_queue->lock);

	if (latch != NULL)
		SetLatch(latch);
	else
		summon_at_exit();
	summon_workers();
	if (lost > 0)
		lines_tell_loss(lost);
	return room;
}

/* A line that is closed or another database's by now has nothing of ours. */
static bool
is_settled(const Line *line, Oid database, uint64 until)
{
	bool		settled;

	LWLockAcquire(lines_queue->lock, LW_SHARED);
	settled = line->database != database || line->settled >= until;
	LWLockRelease(lines_queue->lock);
	return settled;
}

bool
queue_wait(int milliseconds)
{
	uint64		until = 0;
	Line	   *line;
	Wait		wait;
	bool		settled;

	if (lines_queue == NULL)
		return true;
	LWLockAcquire(lines_queue->lock, LW_SHARED);
	line = lines_find(MyDatabaseId);
	if (line != NULL)
		until = line->put;
	LWLockRelease(lines_queue->lock);
	if (line == NULL)
		return true;

	summon_workers();
	wait_begin(&wait, &line->progress, milliseconds);
	while (!(settled = is_settled(line, MyDatabaseId, until)) && wait_more(&wait, "EnclaveQueue"))
		;
	wait_end();
	return settled;
}

void
queue_usage(QueueUsage *usage)
{
	memset(usage, 0, sizeof(*usage));
	if (lines_queue == NULL)
		return;
	usage->places = QUEUE_PLACES;
	LWLockAcquire(lines_queue->lock, LW_SHARED);
	for (int i = 0; i < QUEUE_LINES; i++)
	{
		if (lines_queue->lines[i].database == InvalidOid)
			continue;
		usage->waiting += lines_queue->lines[i].waiting;
		usage->workers += lines_queue->lines[i].worker != WORKER_ABSENT;
	}
	usage->put = lines_queue->put;
	usage->dropped = lines_queue->dropped;
	memcpy(usage->lost, lines_queue->lost, sizeof(usage->lost));
	LWLockRelease(lines_queue->lock);
}
