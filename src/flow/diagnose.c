/*
 * diagnose.c
 *		What is wrong with this installation.
 */
#include "compat.h"

#include "flow/diagnose.h"

#include "flow/diagnosis.h"
#include "store/access_grants.h"
#include "utils/builtins.h"

static void
grants(Diagnosis *found)
{
	diagnosis_if(found, DIAGNOSIS_FAIL, access_grants_differences());
	found->remedy = "Call enclave.renew_grants() for what is missing. Use grant_access()"
		" and revoke_access() rather than GRANT and REVOKE. Delete the rows of a role that is gone"
		" from enclave.access_grants.";
}

static void
public_rights(Diagnosis *found)
{
	diagnosis_if(found, DIAGNOSIS_FAIL, access_grants_of_public());
	found->remedy = "REVOKE ALL on these objects FROM PUBLIC.";
}

static const DiagnosisCheck rights_checks[] = {
	{"grants", grants},
	{"public_rights", public_rights},
	{NULL, NULL}
};

static Datum
text_or_null(const char *value, bool *isnull)
{
	*isnull = value == NULL;
	return value == NULL ? (Datum) 0 : CStringGetTextDatum(value);
}

static void
run_check(const DiagnosisCheck *check, Tuplestorestate *into, TupleDesc descriptor)
{
	static const char *const status_names[] = {"ok", "warn", "fail"};
	Diagnosis	found = {DIAGNOSIS_OK, NULL, NULL};
	Datum		values[4];
	bool		nulls[4];

	check->look(&found);
	values[0] = text_or_null(check->name, &nulls[0]);
	values[1] = text_or_null(status_names[found.status], &nulls[1]);
	values[2] = text_or_null(found.detail, &nulls[2]);
	values[3] = text_or_null(found.status == DIAGNOSIS_OK ? NULL : found.remedy, &nulls[3]);
	tuplestore_putvalues(into, descriptor, values, nulls);
}

void
diagnose_everything(Tuplestorestate *into, TupleDesc descriptor)
{
	const DiagnosisCheck *groups[] = {
		rights_checks, diagnose_server_checks, diagnose_settings_checks, diagnose_keys_checks,
		diagnose_data_checks
	};

	for (int group = 0; group < (int) lengthof(groups); group++)
		for (int i = 0; groups[group][i].name != NULL; i++)
			run_check(&groups[group][i], into, descriptor);
}
