/*
 * summon.c
 *		Asking for background workers.
 *
 * Whoever puts an entry, in whatever database, looks after all lines; so does a
 * backend that has put something while there was no worker, when it ends.  A worker
 * that has been asked for and does not come in time is asked for again.
 */
#include "compat.h"

#include "shmem/summon.h"

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "shmem/lines.h"
#include "shmem/steady.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

/* When one is asked for again: if there was no slot, or if it did not come. */
#define NO_SLOT_SECONDS 1
#define START_SECONDS 10

static bool
register_worker(void)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 1;
	strlcpy(worker.bgw_library_name, "enclave", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "enclave_worker_main", sizeof(worker.bgw_function_name));
	strlcpy(worker.bgw_name, "enclave worker", sizeof(worker.bgw_name));
	strlcpy(worker.bgw_type, "enclave worker", sizeof(worker.bgw_type));
	return RegisterDynamicBackgroundWorker(&worker, NULL);
}

/*
 * Mark the next line that has to get a worker as having asked for one.
 * InvalidOid if there is none; the lock is held.
 */
static Oid
ask_for_next(int64 now)
{
	for (int i = 0; i < QUEUE_LINES; i++)
	{
		Line	   *line = &lines_queue->lines[i];

		if (line->database == InvalidOid || line->waiting == 0 ||
			line->worker == WORKER_RUNNING || now < line->next_ask)
			continue;
		line->worker = WORKER_ASKED;
		line->next_ask = now + START_SECONDS * USECS_PER_SEC;
		return line->database;
	}
	return InvalidOid;
}

/* There is no slot for a worker.  Whether to say so. */
static bool
put_off(Oid database, int64 now)
{
	Line	   *line;
	bool		tell;

	LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
	line = lines_find(database);
	if (line != NULL && line->worker == WORKER_ASKED)
	{
		line->worker = WORKER_ABSENT;
		line->next_ask = now + NO_SLOT_SECONDS * USECS_PER_SEC;
	}
	tell = lines_may_tell(&lines_queue->slots_told);
	LWLockRelease(lines_queue->lock);
	return tell;
}

void
summon_workers(void)
{
	int64		now = steady_now();
	Oid			database;

	if (lines_queue == NULL)
		return;
	do
	{
		LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
		database = ask_for_next(now);
		LWLockRelease(lines_queue->lock);

		if (database != InvalidOid && !register_worker())
		{
			if (put_off(database, now))
				ereport(LOG_SERVER_ONLY,
						(errmsg("enclave: no free slot for the background worker of database %u",
								database),
						 errdetail("What it has to write waits in the queue, and is lost with the server."),
						 errhint("Raise max_worker_processes."),
						 errhidestmt(true), errhidecontext(true)));
			return;
		}
	} while (database != InvalidOid);
}

static void
ask_at_exit(int code, Datum argument)
{
	summon_workers();
}

/*
 * Not before_shmem_exit, whose callbacks PG_ENSURE_ERROR_CLEANUP stacks up: who
 * puts may be inside of one.
 */
void
summon_at_exit(void)
{
	static int	registered_by = 0;

	if (registered_by == MyProcPid || proc_exit_inprogress)
		return;
	registered_by = MyProcPid;
	on_shmem_exit(ask_at_exit, (Datum) 0);
}
