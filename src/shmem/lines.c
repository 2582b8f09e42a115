/*
 * lines.c
 *		The queue's memory: places, and the lines that stand in them.
 */
#include "compat.h"

#include "shmem/lines.h"

#include "storage/ipc.h"
#include "storage/shmem.h"

#define TRANCHE "enclave_queue"

/* Complaints are so far apart. */
#define COMPLAINT_SECONDS 10

Queue	   *lines_queue;

Size
queue_shmem_size(void)
{
	return MAXALIGN(sizeof(Queue));
}

void
queue_shmem_request(void)
{
	RequestAddinShmemSpace(queue_shmem_size());
	RequestNamedLWLockTranche(TRANCHE, 1);
}

void
queue_shmem_init(void)
{
	bool		found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	lines_queue = ShmemInitStruct("enclave queue", queue_shmem_size(), &found);
	if (!found)
	{
		memset(lines_queue, 0, offsetof(Queue, places));
		lines_queue->lock = &GetNamedLWLockTranche(TRANCHE)->lock;
		for (int i = 0; i < QUEUE_PLACES; i++)
			lines_queue->places[i].next = i + 1 < QUEUE_PLACES ? i + 1 : LINES_NONE;
		for (int i = 0; i < QUEUE_LINES; i++)
			ConditionVariableInit(&lines_queue->lines[i].progress);
	}
	LWLockRelease(AddinShmemInitLock);
}

Line *
lines_find(Oid database)
{
	for (int i = 0; i < QUEUE_LINES; i++)
		if (lines_queue->lines[i].database == database)
			return &lines_queue->lines[i];
	return NULL;
}

Line *
lines_open(Oid database)
{
	Line	   *line = lines_find(database);

	if (line != NULL)
		return line;
	line = lines_find(InvalidOid);
	if (line == NULL)
		return NULL;
	line->database = database;
	line->first = LINES_NONE;
	line->last = LINES_NONE;
	line->waiting = 0;
	line->worker = WORKER_ABSENT;
	line->next_ask = 0;
	line->absences = 0;
	line->died = 0;
	return line;
}

void
lines_close_if_unused(Line *line)
{
	if (line->waiting == 0 && line->worker == WORKER_ABSENT)
		line->database = InvalidOid;
}

void
lines_append(Line *line, const void *entry, size_t length)
{
	int			place = lines_queue->free;

	lines_queue->free = lines_queue->places[place].next;
	lines_queue->places[place].next = LINES_NONE;
	lines_queue->places[place].length = (int) length;
	memcpy(lines_queue->places[place].entry, entry, length);
	if (line->last == LINES_NONE)
		line->first = place;
	else
		lines_queue->places[line->last].next = place;
	line->last = place;
	line->waiting++;
	line->put++;
	lines_queue->put++;
}

void
lines_remove_first(Line *line)
{
	int			place = line->first;

	line->first = lines_queue->places[place].next;
	if (line->first == LINES_NONE)
		line->last = LINES_NONE;
	line->waiting--;
	line->settled++;
	lines_queue->places[place].next = lines_queue->free;
	lines_queue->free = place;
}

bool
lines_may_tell(TimestampTz *told, TimestampTz now)
{
	if (*told != 0 && now < *told + COMPLAINT_SECONDS * USECS_PER_SEC)
		return false;
	*told = now;
	return true;
}
