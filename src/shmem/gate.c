/*
 * gate.c
 *		So many at once in the whole server, and the others in a line.
 *
 * Nobody overtakes: who leaves gives his place to the first in line, who then is
 * inside, whether he has woken up yet or not.  Each goes by the limit that he
 * came with, so that a raised one counts for those who come after it.
 *
 * Who serves interrupts steps out of the line for so long: the one that ends him may take
 * its time (temporary tables to drop, a client that does not read the last message), and a
 * place given to him would be nobody's.
 *
 * Whatever ends a process that waits or is inside goes through proc_exit, where
 * its place is given back; if not even that happens, the server starts anew and
 * the gate with it.
 */
#include "compat.h"

#include "shmem/gate.h"

#include "lib/ilist.h"
#include "shmem/wait.h"
#include "storage/latch.h"
#include "storage/shmem.h"
#include "storage/spin.h"

#define WAIT_EVENT "EnclaveHash"

/* Where a process stands. */
typedef enum Standing
{
	OUTSIDE,
	WAITING,
	INSIDE
} Standing;

typedef struct Visitor
{
	dlist_node	link;			/* while waiting */
	Standing	standing;
	int			limit;
	int64		arrival;		/* who has the smaller one is before us */
	Latch	   *latch;			/* of the process, to wake it */
} Visitor;

typedef struct Gate
{
	slock_t		mutex;			/* for all that follows */
	dlist_head	line;
	int			inside;
	int64		arrivals;
	int64		entered;
	int64		waited;
	int64		timed_out;
	Visitor		visitors[FLEXIBLE_ARRAY_MEMBER];	/* one of each process */
} Gate;

static Gate *gate;

/* This process. */
static Visitor *me = NULL;

static Size
gate_size(void)
{
	return add_size(offsetof(Gate, visitors),
					mul_size((Size) compat_max_processes(), sizeof(Visitor)));
}

void
gate_shmem_request(void)
{
	RequestAddinShmemSpace(MAXALIGN(gate_size()));
}

void
gate_shmem_init(void)
{
	bool		found;

	gate = ShmemInitStruct("Enclave gate", gate_size(), &found);
	if (!found)
	{
		memset(gate, 0, gate_size());
		SpinLockInit(&gate->mutex);
		dlist_init(&gate->line);
	}
}

/* With the mutex held. */
static void
go_in(Visitor *visitor)
{
	visitor->standing = INSIDE;
	gate->inside++;
}

/* With the mutex held. */
static void
leave_line(Visitor *visitor)
{
	dlist_delete(&visitor->link);
	visitor->standing = OUTSIDE;
}

/* Let the first in line come in, if there is room for him: his latch, or NULL. */
static Latch *
admit_first(void)
{
	Latch	   *latch = NULL;

	SpinLockAcquire(&gate->mutex);
	if (!dlist_is_empty(&gate->line))
	{
		Visitor    *first = dlist_head_element(Visitor, link, &gate->line);

		if (gate->inside < first->limit)
		{
			leave_line(first);
			go_in(first);
			latch = first->latch;
		}
	}
	SpinLockRelease(&gate->mutex);
	return latch;
}

/* Step out, from the line or from inside, and let in who may come now. */
static void
step_out(void)
{
	Latch	   *latch;

	SpinLockAcquire(&gate->mutex);
	if (me->standing == WAITING)
		leave_line(me);
	else if (me->standing == INSIDE)
	{
		me->standing = OUTSIDE;
		gate->inside--;
	}
	SpinLockRelease(&gate->mutex);
	while ((latch = admit_first()) != NULL)
		SetLatch(latch);
}

static void
step_out_at_exit(int code, Datum argument)
{
	step_out();
}

static void
arrive(int limit)
{
	SpinLockAcquire(&gate->mutex);
	me->limit = limit;
	me->latch = MyLatch;
	me->arrival = gate->arrivals++;
	SpinLockRelease(&gate->mutex);
}

/* Come in, if there is room and nobody is before us; or stand in line, where we belong. */
static bool
step_in(void)
{
	dlist_iter	before;
	bool		inside;

	SpinLockAcquire(&gate->mutex);
	dlist_reverse_foreach(before, &gate->line)
	{
		if (dlist_container(Visitor, link, before.cur)->arrival < me->arrival)
			break;
	}
	inside = before.cur == before.end && gate->inside < me->limit;
	if (inside)
		go_in(me);
	else
	{
		dlist_insert_after(before.cur, &me->link);
		me->standing = WAITING;
	}
	SpinLockRelease(&gate->mutex);
	return inside;
}

static bool
is_inside(void)
{
	bool		inside;

	SpinLockAcquire(&gate->mutex);
	inside = me->standing == INSIDE;
	SpinLockRelease(&gate->mutex);
	return inside;
}

/* A place that was given to us already is not given back for them. */
static void
serve_interrupts(void)
{
	if (!InterruptPending || is_inside())
		return;
	step_out();
	CHECK_FOR_INTERRUPTS();
	(void) step_in();
}

static void
wait_for_place(int timeout)
{
	Wait		wait;

	wait_begin(&wait, NULL, timeout);
	while (!is_inside() && wait_more(&wait, WAIT_EVENT))
		serve_interrupts();
}

/* Who has got no place by now goes without. */
static bool
settle(bool queued)
{
	bool		inside;

	SpinLockAcquire(&gate->mutex);
	inside = me->standing == INSIDE;
	if (!inside)
		gate->timed_out++;
	else
	{
		gate->entered++;
		gate->waited += queued;
	}
	SpinLockRelease(&gate->mutex);
	if (!inside)
		step_out();
	return inside;
}

static void
register_process(void)
{
	me = &gate->visitors[compat_process_number()];
	/* not before_shmem_exit: a caller's PG_ENSURE_ERROR_CLEANUP has the last of those */
	on_shmem_exit(step_out_at_exit, (Datum) 0);
}

bool
gate_enter(int limit, int timeout)
{
	if (me == NULL)
		register_process();
	Assert(me->standing == OUTSIDE);
	CHECK_FOR_INTERRUPTS();
	arrive(limit);
	if (step_in())
		return settle(false);

	PG_TRY();
	{
		wait_for_place(timeout);
	}
	PG_CATCH();
	{
		step_out();
		PG_RE_THROW();
	}
	PG_END_TRY();
	return settle(true);
}

void
gate_leave(void)
{
	Assert(me->standing == INSIDE);
	step_out();
}

void
gate_usage(GateUsage *usage)
{
	SpinLockAcquire(&gate->mutex);
	usage->entered = gate->entered;
	usage->waited = gate->waited;
	usage->timed_out = gate->timed_out;
	SpinLockRelease(&gate->mutex);
}
