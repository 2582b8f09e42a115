/*
 * gate.c
 *		So many at once in the whole server, and the others in a queue.
 *
 * The queue is that of a condition variable, which wakes the first.  Nobody
 * overtakes: while somebody waits, newcomers queue up behind him.  Who leaves
 * wakes the next; so does who comes in late or gives up waiting, for a wake-up
 * may have reached him that was another's, and the limit may have been raised.
 *
 * Whatever ends a process that waits or is inside goes through proc_exit, where
 * its place is given back; if not even that happens, the server starts anew and
 * the gate with it.
 */
#include "compat.h"

#include "shmem/gate.h"

#include "miscadmin.h"
#include "shmem/wait.h"
#include "storage/ipc.h"
#include "storage/shmem.h"
#include "storage/spin.h"

#define WAIT_EVENT "EnclaveHash"

typedef struct Gate
{
	slock_t		mutex;
	ConditionVariable room;
	int			inside;
	int			waiting;
	int64		entered;
	int64		waited;
	int64		timed_out;
} Gate;

/* Where this process stands. */
typedef enum Standing
{
	OUTSIDE,
	WAITING,
	INSIDE
} Standing;

static Gate *gate;
static Standing standing = OUTSIDE;

void
gate_shmem_request(void)
{
	RequestAddinShmemSpace(MAXALIGN(sizeof(Gate)));
}

void
gate_shmem_init(void)
{
	bool		found;

	gate = ShmemInitStruct("Enclave gate", sizeof(Gate), &found);
	if (!found)
	{
		memset(gate, 0, sizeof(*gate));
		SpinLockInit(&gate->mutex);
		ConditionVariableInit(&gate->room);
	}
}

/* Step out, from the queue or from inside, and let the next one look. */
static void
step_out(void)
{
	bool		others;

	SpinLockAcquire(&gate->mutex);
	if (standing == WAITING)
		gate->waiting--;
	else
		gate->inside--;
	others = gate->waiting > 0;
	standing = OUTSIDE;
	SpinLockRelease(&gate->mutex);
	if (others)
		ConditionVariableSignal(&gate->room);
}

static void
step_out_at_exit(int code, Datum argument)
{
	if (standing == OUTSIDE)
		return;
	wait_end();
	step_out();
}

/* Come in if there is room and it is our turn; if not, queue up if that is wanted. */
static bool
step_in(int limit, bool queue)
{
	SpinLockAcquire(&gate->mutex);
	if (gate->inside < limit && (standing == WAITING || gate->waiting == 0))
	{
		if (standing == WAITING)
		{
			gate->waiting--;
			gate->waited++;
		}
		gate->inside++;
		gate->entered++;
		standing = INSIDE;
	}
	else if (queue)
	{
		gate->waiting++;
		standing = WAITING;
	}
	SpinLockRelease(&gate->mutex);
	return standing == INSIDE;
}

/* Once out of the queue: a wake-up that came to us may have been another's. */
static void
pass_on(int limit)
{
	bool		others;

	wait_end();
	SpinLockAcquire(&gate->mutex);
	others = gate->waiting > 0 && gate->inside < limit;
	SpinLockRelease(&gate->mutex);
	if (others)
		ConditionVariableSignal(&gate->room);
}

/* In the condition variable's list first: whoever counts as waiting can be woken. */
static void
wait_for_room(int limit, int timeout)
{
	Wait		wait;
	bool		in;

	wait_begin(&wait, &gate->room, timeout);
	in = step_in(limit, true);
	while (!in && wait_more(&wait, WAIT_EVENT))
		in = step_in(limit, false);
}

bool
gate_enter(int limit, int timeout)
{
	static bool registered = false;

	Assert(standing == OUTSIDE);
	if (!registered)
	{
		/* not before_shmem_exit: a caller's PG_ENSURE_ERROR_CLEANUP has the last of those */
		on_shmem_exit(step_out_at_exit, (Datum) 0);
		registered = true;
	}
	CHECK_FOR_INTERRUPTS();
	if (step_in(limit, false))
		return true;

	PG_TRY();
	{
		wait_for_room(limit, timeout);
	}
	PG_CATCH();
	{
		step_out_at_exit(0, (Datum) 0);
		PG_RE_THROW();
	}
	PG_END_TRY();

	pass_on(limit);
	if (standing == INSIDE)
		return true;
	SpinLockAcquire(&gate->mutex);
	gate->timed_out++;
	SpinLockRelease(&gate->mutex);
	step_out();
	return false;
}

void
gate_leave(void)
{
	Assert(standing == INSIDE);
	step_out();
}

void
gate_usage(GateUsage *usage)
{
	SpinLockAcquire(&gate->mutex);
	usage->inside = gate->inside;
	usage->waiting = gate->waiting;
	usage->entered = gate->entered;
	usage->waited = gate->waited;
	usage->timed_out = gate->timed_out;
	SpinLockRelease(&gate->mutex);
}
