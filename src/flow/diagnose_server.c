/*
 * diagnose_server.c
 *		The checks of doctor() that look at the server.
 */
#include "compat.h"

#include "flow/attempt.h"
#include "flow/diagnosis.h"
#include "lib/stringinfo.h"
#include "settings.h"
#include "shmem/queue.h"
#include "shmem/windows.h"
#include "store/inspect.h"
#include "utils/timestamp.h"

/* A setting of the server, or of a library; "" where there is no such setting. */
static const char *
value_of(const char *name)
{
	const char *value = GetConfigOption(name, true, false);

	return value == NULL ? "" : value;
}

static void
preload(Diagnosis *found)
{
	if (!settings_preloaded)
	{
		diagnosis_if(found, DIAGNOSIS_WARN,
					 "the library is loaded by each connection for itself: who guesses can take his failures back by a rollback, hashes are not held to max_concurrent_hashes, and nothing keeps secrets out of the server log");
		found->remedy = "Add enclave to shared_preload_libraries and restart the server.";
		return;
	}
	diagnosis_if(found, DIAGNOSIS_WARN, attempt_is_shared() ? NULL :
				 "attempt_slots = -1: who guesses can take his failures back by a rollback");
	found->remedy = "Set enclave.attempt_slots to 0 and restart the server.";
}

static void
add_full(StringInfo list, const char *table, int64 times)
{
	if (times > 0)
		appendStringInfo(list, "%s%s: no place " INT64_FORMAT " times", list->len == 0 ? "" : "; ",
						 table, times);
}

static void
shared_memory(Diagnosis *found)
{
	CounterUsage attempts;
	CounterUsage quotas;
	WindowsUsage windows;
	StringInfoData list;

	if (!attempt_is_shared())
		return;
	counters_usage(COUNTERS_ATTEMPTS, &attempts);
	counters_usage(COUNTERS_USES, &quotas);
	windows_usage(GetCurrentTimestamp(), &windows);
	initStringInfo(&list);
	add_full(&list, "failed logins", attempts.refused);
	add_full(&list, "requests", quotas.refused);
	add_full(&list, "named limits", windows.spilled);
	diagnosis_if(found, DIAGNOSIS_WARN, list.len == 0 ? NULL : list.data);
	found->remedy = "Look at enclave.audit(event => 'auth.login.*') for who guesses, raise enclave.attempt_slots, give named limits shorter windows; a restart counts anew.";
}

static void
worker(Diagnosis *found)
{
	QueueUsage	usage;
	int64		lost;

	if (!queue_exists())
		return;
	queue_usage(&usage);
	lost = queue_lost(&usage);
	diagnosis_if(found, DIAGNOSIS_WARN, lost == 0 ? NULL :
				 psprintf("since the server's start " INT64_FORMAT " failed logins and events were not written", lost));
	found->remedy = "The server's log says why; raise max_worker_processes if no background worker could be started.";
}

static void
version(Diagnosis *found)
{
	const char *installed = inspect_version();

	found->detail = psprintf("library %s, SQL %s", ENCLAVE_VERSION, installed);
	if (strcmp(installed, ENCLAVE_VERSION) != 0)
		found->status = DIAGNOSIS_FAIL;
	found->remedy = "Bring the SQL up to date by ALTER EXTENSION; if the library is the older, restart the server.";
}

typedef struct LogSetting
{
	const char *name;
	const char *quiet;			/* the value that writes nothing */
} LogSetting;

/* What shows a statement's literals or its parameters, unless they are redacted. */
static void
log_secrets(Diagnosis *found)
{
	static const LogSetting loud[] = {
		{"log_statement", "none"},
		{"log_min_duration_statement", "-1"},
		{"log_min_duration_sample", "-1"},
		{"log_transaction_sample_rate", "0"},
		{"log_parameter_max_length_on_error", "0"},
		{"auto_explain.log_min_duration", "-1"},
		{"debug_print_parse", "off"},
		{"debug_print_rewritten", "off"},
		{"debug_print_plan", "off"},
	};
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < (int) lengthof(loud); i++)
	{
		const char *value = value_of(loud[i].name);

		if (value[0] != '\0' && strcmp(value, loud[i].quiet) != 0)
			appendStringInfo(&names, "%s%s = %s", names.len == 0 ? "" : ", ", loud[i].name, value);
	}
	if (settings_preloaded && settings_redact_log)
	{
		found->detail = names.len == 0 ? NULL : psprintf("redacted: %s", names.data);
		return;
	}
	if (settings_preloaded)
	{
		diagnosis_if(found, DIAGNOSIS_WARN, names.len == 0 ? "redact_log is off" :
					 psprintf("redact_log is off, with %s", names.data));
		found->remedy = "Set enclave.redact_log = on and reload the server.";
		return;
	}
	diagnosis_if(found, DIAGNOSIS_WARN, names.len == 0 ? NULL : names.data);
	found->remedy = "Preload the library, which redacts what is logged; or take these back, or bind passwords without a type and tokens never as literals: what is written by them stands in the server's log.";
}

static void
pg_stat_statements(Diagnosis *found)
{
	const char *utility = value_of("pg_stat_statements.track_utility");

	found->detail = utility[0] == '\0' ? "not loaded: which statements take the time cannot be seen" :
		NULL;
	if (strcmp(utility, "on") == 0)
		diagnosis_if(found, DIAGNOSIS_WARN, "it keeps utility statements with their literals");
	found->remedy = "Set pg_stat_statements.track_utility = off.";
}

/* Whether everything in listen_addresses is this machine. */
static bool
listens_here_only(void)
{
	static const char *const here[] = {"", "localhost", "127.0.0.1", "::1"};
	char	   *rest = pstrdup(value_of("listen_addresses"));
	char	   *address;

	while ((address = strsep(&rest, ",")) != NULL)
	{
		bool		known = false;
		size_t		length;

		address += strspn(address, " ");
		length = strcspn(address, " ");
		for (int i = 0; i < (int) lengthof(here); i++)
			known = known || (strlen(here[i]) == length && strncmp(address, here[i], length) == 0);
		if (!known)
			return false;
	}
	return true;
}

static void
tls(Diagnosis *found)
{
	if (strcmp(value_of("ssl"), "on") != 0 && !listens_here_only())
		diagnosis_if(found, DIAGNOSIS_FAIL, "passwords and tokens cross the network in the clear");
	found->remedy = "Set ssl = on with a certificate, and use hostssl in pg_hba.conf; or listen on this machine only.";
}

static void
autovacuum(Diagnosis *found)
{
	bool		on = strcmp(value_of("autovacuum"), "on") == 0 &&
		strcmp(value_of("track_counts"), "on") == 0;

	diagnosis_if(found, DIAGNOSIS_WARN, on ? NULL : "what prune() removes keeps its room");
	found->remedy = "Set autovacuum = on and track_counts = on.";
}

const DiagnosisCheck diagnose_server_checks[] = {
	{"preload", preload},
	{"version", version},
	{"shared_memory", shared_memory},
	{"worker", worker},
	{"log_secrets", log_secrets},
	{"pg_stat_statements", pg_stat_statements},
	{"tls", tls},
	{"autovacuum", autovacuum},
	{NULL, NULL}
};
