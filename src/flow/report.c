/*
 * report.c
 *		What a load balancer and a monitor want to know.
 */
#include "compat.h"

#include "flow/report.h"

#include "access/xlog.h"
#include "flow/attempt.h"
#include "flow/login.h"
#include "shmem/counters.h"
#include "shmem/gate.h"
#include "shmem/queue.h"
#include "shmem/tally.h"
#include "shmem/windows.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

typedef struct Rows
{
	Tuplestorestate *into;
	TupleDesc	descriptor;
} Rows;

Datum
report_health(void)
{
	char	   *text = psprintf("{\"status\": \"ok\", \"version\": \"%s\", \"in_recovery\": %s}",
								ENCLAVE_VERSION, RecoveryInProgress() ? "true" : "false");

	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
}

static void
put(const Rows *rows, const char *name, int64 value)
{
	Datum		values[2];
	bool		nulls[2] = {false};

	values[0] = CStringGetTextDatum(name);
	values[1] = Int64GetDatum(value);
	tuplestore_putvalues(rows->into, rows->descriptor, values, nulls);
}

static void
put_table(const Rows *rows, const char *name, int64 places, int64 used, int64 refused)
{
	put(rows, psprintf("%s:places", name), places);
	put(rows, psprintf("%s:used", name), used);
	put(rows, psprintf("%s:full", name), refused);
}

static void
put_counters(const Rows *rows, const char *name, CounterTable table)
{
	CounterUsage usage;

	counters_usage(table, &usage);
	put_table(rows, name, usage.places, usage.used, usage.refused);
}

static void
put_windows(const Rows *rows)
{
	WindowsUsage usage;

	windows_usage(GetCurrentTimestamp(), &usage);
	put_table(rows, "limits", usage.places, usage.used, usage.spilled);
}

static void
put_gate(const Rows *rows)
{
	GateUsage	usage;

	gate_usage(&usage);
	put(rows, "hash:begun", usage.entered);
	put(rows, "hash:queued", usage.waited);
	put(rows, "hash:busy", usage.timed_out);
}

static void
put_queue(const Rows *rows)
{
	QueueUsage	usage;

	queue_usage(&usage);
	put(rows, "worker:waiting", usage.waiting);
	put(rows, "worker:lost", queue_lost(&usage));
}

void
report_counters(Tuplestorestate *into, TupleDesc descriptor)
{
	Rows		rows = {into, descriptor};

	if (!tally_is_kept())
		return;
	for (LoginStatus status = LOGIN_OK; status <= LOGIN_BUSY; status++)
		put(&rows, psprintf("login:%s", login_status_name(status)),
			tally_read(TALLY_LOGINS + status));
	put(&rows, "verify:valid", tally_read(TALLY_VERIFIED));
	put(&rows, "verify:refused", tally_read(TALLY_REFUSED));
	put(&rows, "locks", tally_read(TALLY_LOCKED));
	put(&rows, "pruned", tally_read(TALLY_PRUNED));
	put_gate(&rows);
	put_queue(&rows);
	if (!attempt_is_shared())
		return;
	put_counters(&rows, "attempts", COUNTERS_ATTEMPTS);
	put_counters(&rows, "quotas", COUNTERS_USES);
	put_windows(&rows);
}
