/*
 * diagnose.c
 *		What is wrong with this installation.
 */
#include "compat.h"

#include "flow/diagnose.h"

#include "store/access_grants.h"
#include "utils/builtins.h"

typedef enum DiagnosisStatus
{
	DIAGNOSIS_OK,
	DIAGNOSIS_WARN,
	DIAGNOSIS_FAIL
} DiagnosisStatus;

typedef struct Diagnosis
{
	DiagnosisStatus status;
	const char *detail;			/* NULL: nothing to say */
	const char *remedy;			/* a sentence; shown unless all is well */
} Diagnosis;

typedef struct DiagnosisCheck
{
	const char *name;
	void		(*look) (Diagnosis *found);
} DiagnosisCheck;

static void
grants(Diagnosis *found)
{
	found->detail = access_grants_differences();
	found->status = found->detail == NULL ? DIAGNOSIS_OK : DIAGNOSIS_FAIL;
	found->remedy = "Call enclave.renew_grants() for what is missing. Use grant_access()"
		" and revoke_access() rather than GRANT and REVOKE. Delete the rows of a role that is gone"
		" from enclave.access_grants.";
}

static void
public_rights(Diagnosis *found)
{
	found->detail = access_grants_of_public();
	found->status = found->detail == NULL ? DIAGNOSIS_OK : DIAGNOSIS_FAIL;
	found->remedy = "REVOKE ALL on these objects FROM PUBLIC.";
}

static const DiagnosisCheck checks[] = {
	{"grants", grants},
	{"public_rights", public_rights},
};

static Datum
text_or_null(const char *value, bool *isnull)
{
	*isnull = value == NULL;
	return value == NULL ? (Datum) 0 : CStringGetTextDatum(value);
}

void
diagnose_everything(Tuplestorestate *into, TupleDesc descriptor)
{
	static const char *const status_names[] = {"ok", "warn", "fail"};

	for (int i = 0; i < (int) lengthof(checks); i++)
	{
		Diagnosis	found = {DIAGNOSIS_OK, NULL, NULL};
		Datum		values[4];
		bool		nulls[4];

		checks[i].look(&found);
		values[0] = text_or_null(checks[i].name, &nulls[0]);
		values[1] = text_or_null(status_names[found.status], &nulls[1]);
		values[2] = text_or_null(found.detail, &nulls[2]);
		values[3] = text_or_null(found.status == DIAGNOSIS_OK ? NULL : found.remedy, &nulls[3]);
		tuplestore_putvalues(into, descriptor, values, nulls);
	}
}
