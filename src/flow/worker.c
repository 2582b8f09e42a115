/*
 * worker.c
 *		The background worker of a database: it writes what backends left to it.
 *
 * It is started when there is something to write and ends after two idle seconds,
 * so that the database can be renamed or dropped.  It runs as the bootstrap
 * superuser and writes as the extension's owner, as all our SQL does.
 *
 * A batch is a transaction, an entry in it a subtransaction.  The entries leave
 * the queue after the commit: nothing can come between (an interrupt is
 * served when we ask for it), so each is written once.  What goes wrong with one
 * entry drops that one; what would go wrong with the next as well (a lock, a full
 * disk) is tried again.  The log has the error's message, never what was to be
 * written.
 *
 * It waits for a lock for one second at a time.  Asked to end (by a shutdown, or
 * by hand) it writes what is there if it can, but is stopped by an entry that takes a
 * second, and what it leaves behind is for its successor (shmem/attend.c).  Handlers
 * of events that take too long are called no more by this worker.
 */
#include "compat.h"

#include "flow/worker.h"

#include "access/xact.h"
#include "flow/deferred.h"
#include "flow/deliver.h"
#include "flow/isolate.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "shmem/attend.h"
#include "shmem/queue.h"
#include "shmem/steady.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "store/catalog.h"
#include "utils/memutils.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

/* Entries of a transaction, each a subtransaction, of which a backend can show 64. */
#define BATCH 32

#define IDLE_MILLISECONDS 2000
#define RETRY_MILLISECONDS 1000

/* An entry that takes longer does not keep the worker from ending. */
#define PATIENCE_MILLISECONDS 1000

/* Whoever is told to end writes for so long what is there. */
#define END_MILLISECONDS 10000

/* So long an entry may take, which means its handlers. */
#define ENTRY_MILLISECONDS 30000

/* Complaints of the same trouble are so far apart. */
#define COMPLAINT_SECONDS 10

typedef struct EntryCall
{
	const DeferredEntry *entry;
	bool		present;		/* out: the extension is the one it was meant for */
} EntryCall;

typedef enum BatchOutcome
{
	BATCH_WRITTEN,
	BATCH_EMPTY,
	BATCH_TROUBLE
} BatchOutcome;

/* What the configuration may say for everybody else, where the server knows of it. */
static const char *const pinned[][2] = {
	{"application_name", "enclave worker"},
	{"default_transaction_read_only", "off"},
	{"default_transaction_isolation", "read committed"},
	{"lock_timeout", "1s"},
	{"statement_timeout", "0"},
	{"idle_in_transaction_session_timeout", "0"},
	{"transaction_timeout", "0"},
	{"search_path", "pg_catalog, pg_temp"},
};

/* Set by signals. */
static volatile sig_atomic_t ending = false;
static volatile sig_atomic_t patience_over = false;

static bool handlers = true;
static TimeoutId patience;

/* What the server's own handler of SIGTERM does. */
static void
interrupt(void)
{
	InterruptPending = true;
	ProcDiePending = true;
	SetLatch(MyLatch);
}

static void
end(SIGNAL_ARGS)
{
	int			save_errno = errno;

	ending = true;
	if (patience_over)
		interrupt();
	SetLatch(MyLatch);
	errno = save_errno;
}

static void
lose_patience(void)
{
	patience_over = true;
	if (ending)
		interrupt();
}

static void
write_entry(void *argument)
{
	EntryCall  *call = argument;

	PushActiveSnapshot(GetTransactionSnapshot());
	call->present = catalog_hold(call->entry->incarnation);
	if (call->present)
		deliver_entry(call->entry, handlers);
	PopActiveSnapshot();
}

/* Whether an error is of the moment, and the same entry may be written later. */
static bool
is_of_the_moment(int code)
{
	switch (ERRCODE_TO_CATEGORY(code))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
			return true;
		default:
			return code == ERRCODE_LOCK_NOT_AVAILABLE;
	}
}

/* Write the front of the line: how many entries, and how many could not be. */
static void
write_entries(int *count, int *dropped)
{
	static char entry[QUEUE_ENTRY_BYTES] pg_attribute_aligned(MAXIMUM_ALIGNOF);
	int			gone = 0;

	while (*count < (ending ? 1 : BATCH) && attend_read(*count, entry) > 0)
	{
		EntryCall	call = {(const DeferredEntry *) entry, true};
		ErrorData  *error;

		patience_over = false;
		enable_timeout_after(patience, PATIENCE_MILLISECONDS);
		enable_timeout_after(STATEMENT_TIMEOUT, ENTRY_MILLISECONDS);
		error = isolate_run(write_entry, &call);
		if (error != NULL && is_of_the_moment(error->sqlerrcode))
			ReThrowError(error);
		if (error != NULL)
			ereport(LOG,
					(errcode(error->sqlerrcode),
					 errmsg("enclave: dropped a queued entry that cannot be written: %s",
							error->message)));
		if (error != NULL || !call.present)
			(*dropped)++;
		if (error == NULL && !call.present)
			gone++;
		(*count)++;
		CHECK_FOR_INTERRUPTS();
	}
	if (gone > 0)
		ereport(LOG,
				(errmsg("enclave: entries dropped with the extension that they were for: %d", gone)));
}

static void
begin_batch(void)
{
	pgstat_report_activity(STATE_RUNNING, "writing what logins have left");
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
}

static void
end_batch(void)
{
	disable_all_timeouts(false);
	patience_over = false;
	QueryCancelPending = false;
	pgstat_report_activity(STATE_IDLE, NULL);
}

static void
complain(const ErrorData *error)
{
	static int64 told = 0;
	int64		now = steady_now();

	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED && handlers)
	{
		handlers = false;
		ereport(LOG,
				(errmsg("enclave: the background worker calls no event handlers any more: they took too long, or it was cancelled")));
		return;
	}
	if (told != 0 && now < told + COMPLAINT_SECONDS * USECS_PER_SEC)
		return;
	told = now;
	ereport(LOG,
			(errcode(error->sqlerrcode),
			 errmsg("enclave: the background worker could not write and will try again: %s",
					error->message)));
}

static BatchOutcome
write_batch(void)
{
	MemoryContext context = CurrentMemoryContext;
	char		first[QUEUE_ENTRY_BYTES];
	volatile BatchOutcome outcome = BATCH_WRITTEN;

	if (attend_read(0, first) == 0)
		return BATCH_EMPTY;

	PG_TRY();
	{
		int			count = 0;
		int			dropped = 0;

		begin_batch();
		write_entries(&count, &dropped);
		CommitTransactionCommand();
		attend_settle(count, dropped);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		HOLD_INTERRUPTS();
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		AbortCurrentTransaction();
		outcome = BATCH_TROUBLE;
		complain(error);
		FreeErrorData(error);
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();

	MemoryContextSwitchTo(context);
	end_batch();
	compat_send_notifies();
	(void) pgstat_report_stat(false);
	return outcome;
}

static void
rest(long milliseconds)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
					 compat_wait_event("EnclaveWorkerMain"));
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
}

static void
join(Oid database)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();

	/* Until now SIGTERM ends us at once: connecting may wait for a DROP DATABASE. */
	BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, BGWORKER_BYPASS_ALLOWCONN);
	pqsignal(SIGTERM, end);
	attend_arrived();
	patience = RegisterTimeout(USER_TIMEOUT, lose_patience);
	for (int i = 0; i < (int) lengthof(pinned); i++)
		if (GetConfigOption(pinned[i][0], true, false) != NULL)
			SetConfigOption(pinned[i][0], pinned[i][1], PGC_SUSET, PGC_S_OVERRIDE);
}

/* Ending well is for good; else the postmaster starts us once more, a second later. */
static void
leave(bool well)
{
	proc_exit(well && !attend_is_wanted() ? 0 : 1);
}

void
enclave_worker_main(Datum argument)
{
	Oid			database = attend_choose();
	int64		idle_since;
	int64		retry_at = 0;
	int64		ending_since = 0;

	if (!OidIsValid(database))
		proc_exit(0);
	join(database);
	MemoryContextSwitchTo(AllocSetContextCreate(TopMemoryContext, "enclave worker",
												ALLOCSET_DEFAULT_SIZES));
	idle_since = steady_now();
	for (;;)
	{
		int64		now = steady_now();
		BatchOutcome outcome = ending || now >= retry_at ? write_batch() : BATCH_TROUBLE;
		long		idle;

		now = steady_now();
		if (outcome != BATCH_EMPTY)
			idle_since = now;
		if (outcome == BATCH_TROUBLE && now >= retry_at)
			retry_at = now + RETRY_MILLISECONDS * INT64CONST(1000);
		if (ending && ending_since == 0)
			ending_since = now;
		if (outcome == BATCH_WRITTEN &&
			(!ending || now < ending_since + END_MILLISECONDS * INT64CONST(1000)))
			continue;
		if (ending || (outcome == BATCH_TROUBLE && attend_is_wanted()))
			leave(outcome == BATCH_EMPTY && attend_end());

		idle = (long) ((now - idle_since) / 1000);
		if (outcome == BATCH_EMPTY && idle >= IDLE_MILLISECONDS && attend_end())
			leave(true);
		rest(outcome == BATCH_TROUBLE ? (long) ((retry_at - now) / 1000) + 1 :
			 Max(IDLE_MILLISECONDS - idle, 1));
	}
}
