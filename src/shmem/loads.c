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
#include "portability/instr_time.h"
#include "storage/condition_variable.h"
#include "storage/shmem.h"
#include "storage/spin.h"

#define LOADS_MAX 256
#define WAIT_EVENT "EnclaveLoad"

typedef struct Load
{
	Oid			database;		/* InvalidOid: nobody's */
	Oid			extension;
	bool		done;			/* if not, somebody is at it */
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
		if (load->database == InvalidOid || load->done)
			return load;
	}
	return NULL;
}

static LoadsState
ask(Oid extension)
{
	LoadsState	state = LOADS_BUSY;
	Load	   *load;

	SpinLockAcquire(&loads->mutex);
	load = find(MyDatabaseId, extension);
	if (load != NULL && load->done)
		state = LOADS_DONE;
	else if (load == NULL && (load = find_another()) != NULL)
	{
		load->database = MyDatabaseId;
		load->extension = extension;
		load->done = false;
		state = LOADS_MINE;
	}
	SpinLockRelease(&loads->mutex);
	return state;
}

LoadsState
loads_begin(Oid extension, int timeout)
{
	LoadsState	state = ask(extension);
	instr_time	start;

	if (state != LOADS_BUSY)
		return state;
	INSTR_TIME_SET_CURRENT(start);
	ConditionVariablePrepareToSleep(&loads->ended);
	while ((state = ask(extension)) == LOADS_BUSY)
	{
		instr_time	now;
		long		left;

		INSTR_TIME_SET_CURRENT(now);
		INSTR_TIME_SUBTRACT(now, start);
		left = timeout - (long) INSTR_TIME_GET_MILLISEC(now);
		if (left <= 0)
			break;
		(void) ConditionVariableTimedSleep(&loads->ended, left, compat_wait_event(WAIT_EVENT));
	}
	ConditionVariableCancelSleep();
	return state;
}

void
loads_end(Oid extension, bool done)
{
	Load	   *load;

	SpinLockAcquire(&loads->mutex);
	load = find(MyDatabaseId, extension);
	if (load != NULL)
	{
		load->done = done;
		if (!done)
			load->database = InvalidOid;
	}
	SpinLockRelease(&loads->mutex);
	ConditionVariableBroadcast(&loads->ended);
}
