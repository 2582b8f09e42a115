/*
 * loads.c
 *		Which databases' counters have been loaded since the server's start.
 *
 * A list of fixed length.  When it is full an entry is used anew, and its
 * database loads once more at the next login of a new session.
 */
#include "compat.h"

#include "shmem/loads.h"

#include "miscadmin.h"
#include "shmem/steady.h"
#include "shmem/wait.h"
#include "storage/shmem.h"
#include "storage/spin.h"
#include "utils/timestamp.h"

#define LOADS_MAX 256
#define WAIT_EVENT "EnclaveLoad"

/* Where there was no room: reading it all again is no work for every login. */
#define AGAIN_SECONDS 5

typedef struct Load
{
	Oid			database;		/* InvalidOid: nobody's */
	Oid			extension;
	LoadsState	state;			/* LOADS_MINE: somebody is at it */
	int64		again;			/* LOADS_LATER, by steady_now(): not before */
} Load;

typedef struct Loads
{
	slock_t		mutex;
	ConditionVariable ended;
	int			next;			/* to be used anew */
	Load		loads[LOADS_MAX];
} Loads;

static Loads *loads;

void
loads_shmem_request(void)
{
	RequestAddinShmemSpace(MAXALIGN(sizeof(Loads)));
}

void
loads_shmem_init(void)
{
	bool		found;

	loads = ShmemInitStruct("Enclave loads", sizeof(Loads), &found);
	if (!found)
	{
		memset(loads, 0, sizeof(*loads));
		SpinLockInit(&loads->mutex);
		ConditionVariableInit(&loads->ended);
	}
}

static Load *
find(Oid database, Oid extension)
{
	for (int i = 0; i < LOADS_MAX; i++)
		if (loads->loads[i].database == database && loads->loads[i].extension == extension)
			return &loads->loads[i];
	return NULL;
}

/* One that nobody is at, or NULL. */
static Load *
find_another(void)
{
	for (int i = 0; i < LOADS_MAX; i++)
	{
		Load	   *load = &loads->loads[loads->next];

		loads->next = (loads->next + 1) % LOADS_MAX;
		if (load->database == InvalidOid || load->state != LOADS_MINE)
			return load;
	}
	return NULL;
}

static LoadsState
ask(Oid extension)
{
	int64		now = steady_now();
	LoadsState	state = LOADS_BUSY;
	Load	   *load;

	SpinLockAcquire(&loads->mutex);
	load = find(MyDatabaseId, extension);
	if (load != NULL && load->state == LOADS_DONE)
		state = LOADS_DONE;
	else if (load != NULL && load->state == LOADS_LATER)
		state = now < load->again ? LOADS_LATER : LOADS_MINE;
	else if (load == NULL)
	{
		load = find_another();
		state = LOADS_MINE;
	}
	if (load == NULL)
		state = LOADS_BUSY;
	else if (state == LOADS_MINE)
	{
		load->database = MyDatabaseId;
		load->extension = extension;
		load->state = LOADS_MINE;
	}
	SpinLockRelease(&loads->mutex);
	return state;
}

LoadsState
loads_begin(Oid extension, int timeout)
{
	LoadsState	state = ask(extension);
	Wait		wait;

	if (state != LOADS_BUSY)
		return state;
	wait_begin(&wait, &loads->ended, timeout);
	while ((state = ask(extension)) == LOADS_BUSY && wait_more(&wait, WAIT_EVENT))
		;
	wait_end();
	return state;
}

void
loads_end(Oid extension, LoadsEnd end)
{
	int64		again = steady_now() + AGAIN_SECONDS * USECS_PER_SEC;
	Load	   *load;

	SpinLockAcquire(&loads->mutex);
	load = find(MyDatabaseId, extension);
	if (load != NULL)
	{
		load->state = end == LOADS_COMPLETE ? LOADS_DONE : LOADS_LATER;
		load->again = again;
		if (end == LOADS_FAILED)
			load->database = InvalidOid;
	}
	SpinLockRelease(&loads->mutex);
	ConditionVariableBroadcast(&loads->ended);
}
