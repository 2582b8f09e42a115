/*
 * queue.c
 *		What backends leave to the background worker of their database.
 */
#include "compat.h"

#include "shmem/queue.h"

#include "miscadmin.h"
#include "pgstat.h"
#include "shmem/lines.h"
#include "shmem/summon.h"
#include "utils/timestamp.h"

/* No database keeps the others from the queue. */
#define SHARE (QUEUE_PLACES / 2)

bool
queue_exists(void)
{
	return lines_queue != NULL;
}

static void
tell_loss(int64 lost, bool no_line)
{
	ereport(LOG_SERVER_ONLY,
			(errmsg("enclave: the background worker's queue is full, " INT64_FORMAT " entries were lost since the server's start",
					lost),
			 no_line ? errdetail("Entries of %d databases are waiting already.", QUEUE_LINES) :
			 errdetail("At most %d entries of a database, and %d of all, can wait.", SHARE, QUEUE_PLACES),
			 errhint("Look for what keeps the worker from writing: a lock, a handler, a standby, or a full disk."),
			 errhidestmt(true), errhidecontext(true)));
}

bool
queue_put(int kind, const void *entry, size_t length)
{
	TimestampTz now = GetCurrentTimestamp();
	Line	   *line;
	Latch	   *latch = NULL;
	bool		room;
	bool		tell = false;
	int64		lost = 0;

	Assert(kind >= 0 && kind < QUEUE_KINDS && length <= QUEUE_ENTRY_BYTES);
	if (lines_queue == NULL)
		return false;

	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	line = lines_open(MyDatabaseId);
	room = line != NULL && line->waiting < SHARE && lines_queue->free != LINES_NONE;
	if (room)
		lines_append(line, entry, length);
	else
	{
		lines_queue->lost[kind]++;
		for (int i = 0; i < QUEUE_KINDS; i++)
			lost += lines_queue->lost[i];
		tell = lines_may_tell(&lines_queue->loss_told, now);
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
	if (tell)
		tell_loss(lost, line == NULL);
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
	TimestampTz end = GetCurrentTimestamp() + milliseconds * INT64CONST(1000);
	uint64		until = 0;
	Line	   *line;
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
	ConditionVariablePrepareToSleep(&line->progress);
	while (!(settled = is_settled(line, MyDatabaseId, until)))
	{
		int64		left = (end - GetCurrentTimestamp()) / 1000;

		if (left <= 0 ||
			ConditionVariableTimedSleep(&line->progress, (long) left, PG_WAIT_EXTENSION))
			break;
	}
	ConditionVariableCancelSleep();
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
