/*
 * prune.c
 *		Removing what has expired, each table by its index on time.
 *
 * Only rows that no login, refresh or verification looks for are removed, and
 * none that is locked: nobody waits for it, and it waits for nobody.
 *
 * The procedure commits after each batch, which the server refuses to a
 * SECURITY DEFINER procedure and to one with a SET clause.  So it runs as its
 * caller, and each statement is run as the extension's owner by query.c, which
 * has become the caller again before the commit.
 *
 * A table is a line in the list below: a name, what has its time in it, and
 * its store's function.
 */
#include "compat.h"

#include "flow/prune.h"

#include "flow/fault.h"
#include "flow/isolate.h"
#include "flow/quota.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "settings.h"
#include "shmem/tally.h"
#include "store/access_token_uses.h"
#include "store/access_tokens.h"
#include "store/audit_logs.h"
#include "store/known_networks.h"
#include "store/login_attempts.h"
#include "store/mail_queue.h"
#include "store/one_time_tokens.h"
#include "store/prune_history.h"
#include "store/quota_uses.h"
#include "store/rate_limits.h"
#include "store/refresh_families.h"
#include "store/session_marks.h"
#include "store/users.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* Rows in one statement of prune_now(), which has to hold their places in memory. */
#define ROWS_AT_ONCE 10000

#define BATCH_SIZE_MAX 1000000

#define DAY (INT64CONST(24) * 3600)

/* A network counts as known for 30 days; the second month is for people who look. */
#define NETWORK_KEPT (60 * DAY)

#define HISTORY_KEPT (30 * DAY)

typedef struct PruneTable
{
	const char *name;

	/* How many seconds ago a row must have expired; negative keeps all. */
	int64		(*age) (void);
	int64		(*remove) (Batch *batch);
} PruneTable;

static int64
at_once(void)
{
	return 0;
}

static int64
audit_age(void)
{
	return settings_audit_retention == 0 ? -1 : settings_audit_retention;
}

static int64
network_age(void)
{
	return NETWORK_KEPT;
}

static int64
attempt_age(void)
{
	return settings_login_attempts_retention == 0 ? -1 :
		(int64) settings_login_attempts_retention + settings_lockout_duration;
}

static int64
quota_age(void)
{
	return QUOTA_SECONDS;
}

static int64
unverified_age(void)
{
	return settings_unverified_account_retention == 0 ? -1 :
		settings_unverified_account_retention;
}

static int64
history_age(void)
{
	return HISTORY_KEPT;
}

static const PruneTable tables[] = {
	{"access_tokens", at_once, access_tokens_prune},
	{"access_token_uses", at_once, access_token_uses_prune},
	{"audit_logs", audit_age, audit_logs_prune},
	{"email_change_tokens", at_once, one_time_tokens_prune_changes},
	{"email_verification_tokens", at_once, one_time_tokens_prune_verifications},
	{"known_networks", network_age, known_networks_prune},
	{"login_attempts", attempt_age, login_attempts_prune},
	{"magic_link_tokens", at_once, one_time_tokens_prune_links},
	{"mail_queue", at_once, mail_queue_prune},
	{"password_reset_tokens", at_once, one_time_tokens_prune_resets},
	{"prune_history", history_age, prune_history_prune},
	{"quota_uses", quota_age, quota_uses_prune},
	{"rate_limits", at_once, rate_limits_prune},
	{"refresh_families", at_once, refresh_families_prune},
	{"sessions", at_once, session_marks_prune_sessions},
	{"session_marks", at_once, session_marks_prune},
	{"users", unverified_age, users_prune_unverified},
};

/* A run over one table. */
typedef struct Run
{
	const PruneTable *table;
	TimestampTz started;
	Batch		batch;
	int64		removed;
} Run;

static void
begin(Run *run, const PruneTable *table, int64 limit)
{
	int64		age = table->age();

	memset(run, 0, sizeof(*run));
	run->table = table;
	run->started = GetCurrentTimestamp();
	run->batch.limit = limit;
	run->batch.before = run->started - age * USECS_PER_SEC;
	run->batch.done = age < 0;
}

static void
step(void *argument)
{
	Run		   *run = argument;

	run->removed += run->table->remove(&run->batch);
}

static void
finish(const Run *run, const char *error)
{
	tally_add_many(TALLY_PRUNED, run->removed);
	prune_history_add(run->table->name, run->started, GetCurrentTimestamp(), run->removed, error);
}

void
prune_everything(Tuplestorestate *into, TupleDesc descriptor)
{
	fault_if_read_only("enclave.prune_now()");
	for (int i = 0; i < (int) lengthof(tables); i++)
	{
		Run			run;
		Datum		values[2];
		bool		nulls[2] = {false};

		begin(&run, &tables[i], ROWS_AT_ONCE);
		while (!run.batch.done)
		{
			CHECK_FOR_INTERRUPTS();
			step(&run);
		}
		finish(&run, NULL);
		values[0] = CStringGetTextDatum(run.table->name);
		values[1] = Int64GetDatum(run.removed);
		tuplestore_putvalues(into, descriptor, values, nulls);
	}
}

/* Result: whether there was no error. */
static bool
prune_table(const PruneTable *table, int batch_size)
{
	Run			run;
	ErrorData  *error = NULL;

	begin(&run, table, batch_size);
	while (!run.batch.done && error == NULL)
	{
		CHECK_FOR_INTERRUPTS();
		error = isolate_run(step, &run);
		if (error == NULL && !run.batch.done)
			query_commit();
	}
	finish(&run, error == NULL ? NULL : error->message);
	query_commit();
	return error == NULL;
}

void
prune_in_batches(int batch_size, bool atomic)
{
	int			failed = 0;

	if (atomic)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				 errmsg("enclave.prune() commits, and cannot be part of a transaction block"),
				 errhint("Call it by itself, or use enclave.prune_now().")));
	fault_if_read_only("enclave.prune()");
	if (batch_size < 1 || batch_size > BATCH_SIZE_MAX)
		fault_validation("batch_size_invalid", "Give a number of rows from 1 to 1000000.");

	for (int i = 0; i < (int) lengthof(tables); i++)
		if (!prune_table(&tables[i], batch_size))
			failed++;
	if (failed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("could not prune %d of %d tables", failed, (int) lengthof(tables)),
				 errhint("The view enclave.prune_runs says why.")));
}

char *
prune_backlog(int64 rows)
{
	StringInfoData tables_behind;

	initStringInfo(&tables_behind);
	for (int i = 0; i < (int) lengthof(tables); i++)
	{
		Run			run;

		begin(&run, &tables[i], rows);
		run.batch.before -= DAY * USECS_PER_SEC;
		run.batch.counting = true;
		if (!run.batch.done && tables[i].remove(&run.batch) >= rows)
			appendStringInfo(&tables_behind, "%s%s", tables_behind.len == 0 ? "" : ", ",
							 tables[i].name);
	}
	return tables_behind.len == 0 ? NULL : tables_behind.data;
}
