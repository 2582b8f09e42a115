/*
 * forgive.c
 *		Clearing counters when the transaction commits, and not before.
 *
 * Memory knows no transactions, so what is to be cleared waits here.  The server
 * offers nobody but itself to be called at COMMIT PREPARED; so a prepared
 * transaction leaves the counters to their own end, which is the safe side.
 */
#include "compat.h"

#include "flow/forgive.h"

#include "access/xact.h"
#include "utils/memutils.h"

typedef struct Forgiven
{
	CounterTable table;
	TokenDigest group;
	SubTransactionId subtransaction;
} Forgiven;

/* In the transaction's own memory, which outlives the callbacks. */
static List *waiting = NIL;

static void
at_end(XactEvent event, void *argument)
{
	ListCell   *cell;

	(void) argument;
	switch (event)
	{
		case XACT_EVENT_COMMIT:
			foreach(cell, waiting)
			{
				const Forgiven *forgiven = lfirst(cell);

				(void) counters_clear_group(forgiven->table, &forgiven->group);
			}
			waiting = NIL;
			break;
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			waiting = NIL;
			break;
		default:
			break;
	}
}

static void
at_savepoint_end(SubXactEvent event, SubTransactionId id, SubTransactionId parent, void *argument)
{
	ListCell   *cell;

	(void) argument;
	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	foreach(cell, waiting)
	{
		Forgiven   *forgiven = lfirst(cell);

		if (forgiven->subtransaction != id)
			continue;
		if (event == SUBXACT_EVENT_COMMIT_SUB)
			forgiven->subtransaction = parent;
		else
			waiting = foreach_delete_current(waiting, cell);
	}
}

void
forgive_at_commit(CounterTable table, const TokenDigest *group)
{
	static bool registered = false;
	MemoryContext context = MemoryContextSwitchTo(TopTransactionContext);
	Forgiven   *forgiven = palloc(sizeof(Forgiven));

	if (!registered)
	{
		RegisterXactCallback(at_end, NULL);
		RegisterSubXactCallback(at_savepoint_end, NULL);
		registered = true;
	}
	forgiven->table = table;
	forgiven->group = *group;
	forgiven->subtransaction = GetCurrentSubTransactionId();
	waiting = lappend(waiting, forgiven);
	MemoryContextSwitchTo(context);
}
