/*
 * diagnose_data.c
 *		The checks of doctor() that look at tables.
 */
#include "compat.h"

#include "flow/diagnosis.h"
#include "flow/prune.h"
#include "flow/schedule.h"
#include "store/audit_logs.h"
#include "store/cron_jobs.h"
#include "store/claims_function.h"
#include "store/event_handlers.h"
#include "store/inspect.h"
#include "store/prune_history.h"
#include "utils/timestamp.h"

/* So many rows of a day ago are more than an hourly run leaves by chance. */
#define BACKLOG_ROWS 10000

/* Of so many events at most, an hour's failures are counted. */
#define EVENTS_COUNTED 100000

/* Fewer failures than that say nothing. */
#define FAILURES_MIN 20

static bool
pruned_within_a_day(void)
{
	TimestampTz started;

	return prune_history_last(&started) &&
		started > GetCurrentTimestamp() - USECS_PER_DAY;
}

/* Something else may call it as well. */
static void
prune_job(Diagnosis *found)
{
	const char *setting;
	const char *why;
	const char *remedy;

	if (schedule_obstacle(&setting, &why, &remedy))
	{
		diagnosis_if(found, DIAGNOSIS_WARN, why);
		found->remedy = remedy;
	}
	else
	{
		diagnosis_if(found, DIAGNOSIS_WARN, cron_jobs_trouble());
		found->remedy = "Call enclave.schedule_prune(); look into cron.job_run_details for what failed.";
	}
	if (found->status != DIAGNOSIS_OK && pruned_within_a_day())
		found->status = DIAGNOSIS_OK;
}

static void
prune_run(Diagnosis *found)
{
	diagnosis_if(found, DIAGNOSIS_FAIL, prune_history_errors());
	found->remedy = "Remove what stands in the way and CALL enclave.prune().";
	if (found->status == DIAGNOSIS_OK && !pruned_within_a_day())
	{
		diagnosis_if(found, DIAGNOSIS_WARN, "nothing was pruned for a day");
		found->remedy = "Call enclave.schedule_prune(), or have anything else CALL enclave.prune().";
	}
}

static void
backlog(Diagnosis *found)
{
	char	   *tables = prune_backlog(BACKLOG_ROWS);

	diagnosis_if(found, DIAGNOSIS_WARN, tables == NULL ? NULL :
				 psprintf("expired rows of more than a day ago in %s", tables));
	found->remedy = "CALL enclave.prune(), more often than now; end transactions that are open for long.";
}

static void
login_failures(Diagnosis *found)
{
	int64		succeeded;
	int64		failed;

	audit_logs_count_logins(GetCurrentTimestamp() - USECS_PER_HOUR, EVENTS_COUNTED, &succeeded,
							&failed);
	found->detail = psprintf(INT64_FORMAT " of " INT64_FORMAT " logins failed within an hour",
							 failed, failed + succeeded);
	if (failed >= FAILURES_MIN && failed > succeeded)
		found->status = DIAGNOSIS_WARN;
	found->remedy = "Look at enclave.audit(event => 'auth.login.*') for who guesses, and at the application if nobody does.";
}

static void
sizes(Diagnosis *found)
{
	diagnosis_if(found, DIAGNOSIS_WARN, inspect_swollen_indexes());
	found->remedy = "REINDEX TABLE CONCURRENTLY each, after the first prune of a large table once.";
	if (found->status == DIAGNOSIS_OK)
		found->detail = inspect_sizes();
}

static void
invalid_indexes(Diagnosis *found)
{
	diagnosis_if(found, DIAGNOSIS_FAIL, inspect_invalid_indexes());
	found->remedy = "REINDEX INDEX each; DROP INDEX those whose name ends with _ccnew or _ccold.";
}

static void
handlers(Diagnosis *found)
{
	diagnosis_if(found, DIAGNOSIS_WARN, event_handlers_lost());
	found->remedy = "Call off_event() for each, and on_event() again with what is there now.";
}

static void
claims_function(Diagnosis *found)
{
	diagnosis_if(found, DIAGNOSIS_FAIL, claims_function_lost());
	found->remedy = "Call set_claims_function() again with what is there now: no JWT is made until then.";
}

const DiagnosisCheck diagnose_data_checks[] = {
	{"prune_job", prune_job},
	{"prune_run", prune_run},
	{"backlog", backlog},
	{"login_failures", login_failures},
	{"sizes", sizes},
	{"invalid_indexes", invalid_indexes},
	{"handlers", handlers},
	{"claims_function", claims_function},
	{NULL, NULL}
};
