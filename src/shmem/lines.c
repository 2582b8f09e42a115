/*
 * lines.c
 *		The queue's memory: places, and the lines that stand in them.
 */
#include "compat.h"

#include "shmem/lines.h"

#include "shmem/steady.h"
#include "storage/ipc.h"
#include "storage/shmem.h"

#define TRANCHE "enclave_queue"

/* Complaints are so far apart. */
#define COMPLAINT_SECONDS 10

Queue	   *lines_queue;

void
queue_shmem_request(void)
{
	RequestAddinShmemSpace(MAXALIGN(sizeof(Queue)));
	RequestNamedLWLockTranche(TRANCHE, 1);
}

void
queue_shmem_init(void)
{
	bool		found;

	lines_queue = ShmemInitStruct("enclave queue", sizeof(Queue), &found);
	if (!found)
	{
		memset(lines_queue, 0, offsetof(Queue, places));
		lines_queue->lock = &GetNamedLWLockTranche(TRANCHE)->lock;
		for (int i = 0; i < QUEUE_PLACES; i++)
			lines_queue->places[i].next = i + 1 < QUEUE_PLACES ? i + 1 : LINES_NONE;
		for (int i = 0; i < QUEUE_LINES; i++)
			ConditionVariableInit(&lines_queue->lines[i].progress);
	}
}

void
lines_tell_loss(int64 lost)
{
	ereport(LOG_SERVER_ONLY,
			(errmsg("enclave: the queue of the background worker is full, entries lost: " INT64_FORMAT,
					lost),
			 errdetail("At most %d entries of a database, and %d of all, can wait.", LINES_SHARE,
					   QUEUE_PLACES),
			 errhint("Look for what keeps the worker from writing: a lock, a handler, a standby, or a full disk."),
			 errhidestmt(true), errhidecontext(true)));
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
lines_may_tell(int64 *told)
{
	int64		now = steady_now();

	if (*told != 0 && now < *told + COMPLAINT_SECONDS * USECS_PER_SEC)
		return false;
	*told = now;
	return true;
}
