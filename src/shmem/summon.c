/*
 * summon.c
 *		Asking for background workers.
 *
 * A worker that was asked for and does not come in time is presumed dead, and
 * another is asked for; if it comes after all it finds that it has a successor.
 * When none came so many times the database is gone, or lets nobody in: what
 * stands in its line is dropped.
 *
 * No process of ours waits for a free slot.  Whoever puts an entry, in whatever
 * database, looks after all lines; so does every worker that ends, and every
 * backend that has put something while there was no worker.
 */
#include "compat.h"

#include "shmem/summon.h"

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "shmem/lines.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

/* When a worker is asked for again: if there was no slot, or if it did not come. */
#define NO_SLOT_SECONDS 1
#define START_SECONDS 10

/* So many that do not come, and the line is dropped. */
#define ABSENCES_MAX 3

static bool
register_worker(Oid database)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_main_arg = ObjectIdGetDatum(database);
	strlcpy(worker.bgw_library_name, "enclave", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "enclave_worker_main", sizeof(worker.bgw_function_name));
	strlcpy(worker.bgw_name, "enclave worker", sizeof(worker.bgw_name));
	strlcpy(worker.bgw_type, "enclave worker", sizeof(worker.bgw_type));
	return RegisterDynamicBackgroundWorker(&worker, NULL);
}

/*
 * Mark the next line that has to get a worker as having asked for one, or drop
 * what stands in it.  InvalidOid if there is none; the lock is held.
 */
static Oid
ask_for_next(TimestampTz now, int *dropped, Oid *dropped_database)
{
	for (int i = 0; i < QUEUE_LINES; i++)
	{
		Line	   *line = &lines_queue->lines[i];

		if (line->database == InvalidOid || line->waiting == 0 ||
			line->worker == WORKER_RUNNING || now < line->next_ask)
			continue;

		if (line->worker == WORKER_ASKED && ++line->absences >= ABSENCES_MAX)
		{
			*dropped_database = line->database;
			*dropped = line->waiting;
			lines_queue->dropped += line->waiting;
			while (line->waiting > 0)
				lines_remove_first(line);
			line->worker = WORKER_ABSENT;
			lines_close_if_unused(line);
			ConditionVariableBroadcast(&line->progress);
			continue;
		}
		line->worker = WORKER_ASKED;
		line->next_ask = now + START_SECONDS * USECS_PER_SEC;
		return line->database;
	}
	return InvalidOid;
}

/* There is no slot for a worker.  Whether to say so. */
static bool
put_off(Oid database, TimestampTz now)
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
	tell = lines_may_tell(&lines_queue->slots_told, now);
	LWLockRelease(lines_queue->lock);
	return tell;
}

void
summon_workers(void)
{
	TimestampTz now = GetCurrentTimestamp();
	Oid			database;

	if (lines_queue == NULL)
		return;
	do
	{
		int			dropped = 0;
		Oid			dropped_database = InvalidOid;

		LWLockAcquire(lines_queue->lock, LW_EXCLUSIVE);
		database = ask_for_next(now, &dropped, &dropped_database);
		LWLockRelease(lines_queue->lock);

		if (dropped > 0)
			ereport(LOG_SERVER_ONLY,
					(errmsg("enclave: dropped %d queued entries of database %u, where no background worker can start",
							dropped, dropped_database),
					 errhidestmt(true), errhidecontext(true)));
		if (database != InvalidOid && !register_worker(database))
		{
			if (put_off(database, now))
				ereport(LOG_SERVER_ONLY,
						(errmsg("enclave: no free slot for the background worker of database %u",
								database),
						 errdetail("What it has to write waits in the queue."),
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
