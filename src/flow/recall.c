/*
 * recall.c
 *		What had been counted before the server's start.
 *
 * Rows in the order of their time, some at once, so that neither a long attack nor
 * the rows from before it need much memory or time here.  A row says by its
 * numbers in which scopes it counts; a mark that is there already is not set again.
 */
#include "compat.h"

#include "flow/recall.h"

#include "flow/attempt_shared.h"
#include "flow/quota_shared.h"
#include "settings.h"
#include "shmem/loads.h"
#include "storage/ipc.h"
#include "store/catalog.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define ROWS_AT_ONCE 1000

/* Rows to read into.  What came with those before goes: the context is ours alone. */
static void *
begin_batch(Size of_one)
{
	MemoryContextReset(CurrentMemoryContext);
	return palloc(ROWS_AT_ONCE * of_one);
}

static bool
load_attempt(const AttemptRow *row, TimestampTz now)
{
	CounterClaim claims[ATTEMPT_SCOPES];
	int			count = 0;

	for (int scope = 0; scope < ATTEMPT_SCOPES; scope++)
		if (row->counts[scope])
			attempt_shared_claim(scope, &row->key, 1, &claims[count++]);
	return counters_load(COUNTERS_ATTEMPTS, claims, count, now,
						 row->at + (int64) settings_lockout_duration * USECS_PER_SEC);
}

/*
 * Whoever is cancelled goes on next time where he was: a role whose statements may not
 * take as long as all of it would load for ever.
 */
static bool
load_attempts(Oid extension, TimestampTz now)
{
	static Oid	reached_of = InvalidOid;
	static TimestampTz reached_at;
	static int64 reached_id;
	AttemptRow	last = {0};
	bool		complete = true;
	int			count;

	last.at = attempt_counting_since(now);
	last.id = PG_INT64_MAX;
	if (reached_of == extension && reached_at > last.at)
	{
		last.at = reached_at;
		last.id = reached_id;
	}
	do
	{
		AttemptRow *rows = begin_batch(sizeof(AttemptRow));

		count = login_attempts_read(&last, rows, ROWS_AT_ONCE);
		for (int i = 0; i < count && complete; i++)
			complete = load_attempt(&rows[i], now);
		if (count > 0)
			last = rows[count - 1];
		reached_of = complete ? extension : InvalidOid;
		reached_at = last.at;
		reached_id = last.id;
	} while (count == ROWS_AT_ONCE && complete);
	return complete;
}

static bool
load_uses(TimestampTz now)
{
	QuotaRow	last = {0};
	int			count;

	last.at = now - (int64) QUOTA_SECONDS * USECS_PER_SEC;
	last.id = PG_INT64_MAX;
	do
	{
		QuotaRow   *rows = begin_batch(sizeof(QuotaRow));

		count = quota_uses_read(&last, rows, ROWS_AT_ONCE);
		for (int i = 0; i < count; i++)
			quota_shared_load(&rows[i], now);
		if (count > 0)
			last = rows[count - 1];
	} while (count == ROWS_AT_ONCE);
	return true;
}

static void
fail_at_exit(int code, Datum extension)
{
	(void) code;
	loads_end(DatumGetObjectId(extension), LOADS_FAILED);
}

static bool
load(Oid extension)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "enclave recall",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	TimestampTz now = GetCurrentTimestamp();
	bool		complete = false;

	PG_ENSURE_ERROR_CLEANUP(fail_at_exit, ObjectIdGetDatum(extension));
	{
		complete = load_attempts(extension, now) && load_uses(now);
	}
	PG_END_ENSURE_ERROR_CLEANUP(fail_at_exit, ObjectIdGetDatum(extension));
	loads_end(extension, complete ? LOADS_COMPLETE : LOADS_NO_ROOM);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return complete;
}

bool
recall_counters(void)
{
	static Oid	loaded = InvalidOid;
	Oid			extension = catalog_incarnation();

	if (extension == loaded)
		return true;
	switch (loads_begin(extension, settings_hash_queue_timeout))
	{
		case LOADS_DONE:
			break;
		case LOADS_MINE:
			if (!load(extension))
				return false;
			break;
		case LOADS_BUSY:
		case LOADS_LATER:
			return false;
	}
	loaded = extension;
	return true;
}
