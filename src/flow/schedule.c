/*
 * schedule.c
 *		Pruning by pg_cron.
 *
 * pg_cron keeps its jobs in one database of the server.  For any other it can
 * run them too, but only somebody in that one database can tell it to.
 */
#include "compat.h"

#include "flow/schedule.h"

#include "commands/dbcommands.h"
#include "flow/fault.h"
#include "miscadmin.h"
#include "store/catalog.h"
#include "store/cron_jobs.h"
#include "utils/builtins.h"

bool
schedule_obstacle(const char **setting, const char **why, const char **remedy)
{
	const char *home = GetConfigOption("cron.database_name", true, false);
	const char *here = get_database_name(MyDatabaseId);

	*setting = "cron.database_name";
	if (home == NULL)
	{
		*setting = "shared_preload_libraries";
		*why = "pg_cron is not loaded";
		*remedy = psprintf("Add pg_cron to it, set cron.database_name = %s, restart the server and run CREATE EXTENSION pg_cron; or have anything else call enclave.prune().",
						   quote_literal_cstr(here));
		return true;
	}
	if (strcmp(home, here) != 0)
	{
		*why = psprintf("pg_cron keeps its jobs in database \"%s\"", home);
		*remedy = psprintf("Set it to %s and restart the server; or, call there cron.schedule_in_database('enclave.prune', '0 * * * *', 'CALL enclave.prune()', %s, %s).",
						   quote_literal_cstr(here), quote_literal_cstr(here),
						   quote_literal_cstr(GetUserNameFromId(catalog_owner(), false)));
		return true;
	}
	*why = "the extension pg_cron is not in this database";
	*remedy = "Run CREATE EXTENSION pg_cron.";
	return !cron_jobs_present();
}

static void
require_cron(void)
{
	const char *setting;
	const char *why;
	const char *remedy;

	fault_if_restricted();
	if (schedule_obstacle(&setting, &why, &remedy))
		fault_configuration(setting, why, remedy);
}

int64
schedule_prune(const char *schedule)
{
	fault_if_read_only("enclave.schedule_prune()");
	require_cron();
	if (schedule == NULL)
		fault_validation("schedule_invalid", "Give a schedule of cron's, such as '0 * * * *'.");
	return cron_jobs_schedule(schedule);
}

bool
schedule_end(void)
{
	fault_if_read_only("enclave.unschedule_prune()");
	require_cron();
	return cron_jobs_unschedule();
}
