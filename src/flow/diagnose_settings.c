/*
 * diagnose_settings.c
 *		The checks of doctor() that look at the extension's own settings.
 */
#include "compat.h"

#include "flow/diagnosis.h"
#include "flow/hashing.h"
#include "flow/isolate.h"
#include "flow/locate.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "portability/instr_time.h"
#include "settings.h"
#include "store/access_grants.h"
#include "store/applied_preset.h"
#include "utils/builtins.h"

/* OWASP's weakest advice for Argon2id: 19 MiB twice, 46 MiB once. */
#define COST_MIN_KIB (INT64CONST(19456) * 2)

/* Longer than a second, and people notice. */
#define LATENCY_MAX_MS 1000

/* What NIST SP 800-63B-4 asks where the password is the only factor. */
#define NIST_LENGTH_MIN 15

static void
hash_cost(Diagnosis *found)
{
	if ((int64) settings_argon2_memory * settings_argon2_iterations < COST_MIN_KIB)
		diagnosis_if(found, DIAGNOSIS_FAIL,
					 psprintf("%d kB, %d passes: a stolen hash is cheap to guess at",
							  settings_argon2_memory, settings_argon2_iterations));
	found->remedy = "Set enclave.argon2_memory to 19456kB and enclave.argon2_iterations to 2, at least.";
}

static void
hash_once(void *milliseconds)
{
	Secret	   *secret = secret_copy(CStringGetTextDatum("not anybody's"));
	instr_time	before;
	instr_time	after;

	INSTR_TIME_SET_CURRENT(before);
	(void) hashing_verify(secret, NULL);
	INSTR_TIME_SET_CURRENT(after);
	INSTR_TIME_SUBTRACT(after, before);
	*(double *) milliseconds = INSTR_TIME_GET_MILLISEC(after);
	secret_wipe(secret);
}

static void
hash_latency(Diagnosis *found)
{
	double		milliseconds = 0;
	ErrorData  *error = isolate_run(hash_once, &milliseconds);

	/* slow once may be a machine that stalled: then it is asked again */
	if (error == NULL && milliseconds > LATENCY_MAX_MS)
	{
		double		again = 0;

		error = isolate_run(hash_once, &again);
		milliseconds = Min(milliseconds, again);
	}
	if (error != NULL)
	{
		diagnosis_if(found, DIAGNOSIS_FAIL, error->message);
		found->remedy = error->hint;
		return;
	}
	found->detail = psprintf("a login computes for %.0f ms", milliseconds);
	if (milliseconds > LATENCY_MAX_MS)
		found->status = DIAGNOSIS_WARN;
	found->remedy = "Lower enclave.argon2_memory or enclave.argon2_iterations, or give the server a faster processor.";
}

static void
add(StringInfo list, bool deviates, const char *what)
{
	if (deviates)
		appendStringInfo(list, "%s%s", list->len == 0 ? "" : "; ", what);
}

static void
standards(Diagnosis *found)
{
	StringInfoData list;

	initStringInfo(&list);
	add(&list, settings_password_min_length < NIST_LENGTH_MIN,
		"password_min_length: NIST SP 800-63B-4 asks for 15 without a second factor");
	add(&list, settings_password_require_upper || settings_password_require_lower ||
		settings_password_require_digit || settings_password_require_special,
		"password_require_*: NIST and ASVS advise against classes of characters");
	add(&list, !settings_password_check_common,
		"password_check_common: NIST and ASVS ask for a list of common passwords");
	diagnosis_if(found, DIAGNOSIS_WARN, list.len == 0 ? NULL : list.data);
	found->remedy = "Call enclave.apply_preset('production'), or keep them, knowing it.";
}

/* As they hold in this session: a file, a role and a dump left out all show. */
static void
preset(Diagnosis *found)
{
	char	   *name = applied_preset_name();
	SettingsPreset applied;
	StringInfoData list;

	if (name == NULL || !settings_find_preset(name, &applied))
	{
		found->detail = "none was applied";
		return;
	}
	initStringInfo(&list);
	for (int i = 0; i < settings_count(); i++)
	{
		const char *value = settings_preset_value(i, applied);

		add(&list, settings_is_of_database(i) &&
			!settings_has_value(i, value == NULL ? settings_default_value(i) : value),
			settings_name(i));
	}
	diagnosis_if(found, DIAGNOSIS_FAIL, list.len == 0 ? NULL :
				 psprintf("not as in the preset %s: %s", name, list.data));
	found->remedy = "Apply the preset again and let connections be made anew, or take back what overrides it.";
}

/* Strangers call us whose address nobody can tell but the settings. */
static bool
anon_is_given(void)
{
	int			count;
	AccessGrant *grants = access_grants_list(NULL, &count);

	for (int i = 0; i < count; i++)
		if (strcmp(grants[i].level, "anon") == 0)
			return true;
	return false;
}

static void
client_address(Diagnosis *found)
{
	StringInfoData missing;
	List	   *roles = locate_roles();
	ListCell   *cell;

	if (settings_client_address[0] == '\0')
	{
		diagnosis_if(found, DIAGNOSIS_WARN, anon_is_given() ?
					 "level anon is given, and its clients' addresses are unknown: whoever guesses locks the account for its owner too, and nobody is limited over many accounts" : NULL);
		found->remedy = "Set enclave.client_address to connection, or to the setting where a gateway puts the address; or let a back end of level app give it.";
		return;
	}
	if (!locate_asks_setting())
		return;
	initStringInfo(&missing);
	foreach(cell, roles)
	{
		add(&missing, !OidIsValid(get_role_oid(lfirst(cell), true)), lfirst(cell));
	}
	if (missing.len > 0)
		diagnosis_if(found, DIAGNOSIS_WARN,
					 psprintf("client_address_roles names roles that do not exist: %s", missing.data));
	if (roles == NIL)
		diagnosis_if(found, DIAGNOSIS_WARN,
					 "client_address names a setting, and client_address_roles no role that it is believed from");
	found->remedy = "Name in enclave.client_address_roles the roles that the gateways log in as.";
}

const DiagnosisCheck diagnose_settings_checks[] = {
	{"hash_cost", hash_cost},
	{"hash_latency", hash_latency},
	{"standards", standards},
	{"preset", preset},
	{"client_address", client_address},
	{NULL, NULL}
};
