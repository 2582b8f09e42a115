/*
 * diagnosis.h
 *		The checks of doctor(), for diagnose.c alone.
 *
 * Each is one look at one thing.  It begins as "ok", without a detail.
 */
#ifndef ENCLAVE_FLOW_DIAGNOSIS_H
#define ENCLAVE_FLOW_DIAGNOSIS_H

#include "compat.h"

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

/* The table of each file ends with a name that is NULL. */
extern const DiagnosisCheck diagnose_data_checks[];
extern const DiagnosisCheck diagnose_keys_checks[];
extern const DiagnosisCheck diagnose_server_checks[];
extern const DiagnosisCheck diagnose_settings_checks[];

/* A status, if there is a detail. */
static inline void
diagnosis_if(Diagnosis *found, DiagnosisStatus status, const char *detail)
{
	found->detail = detail;
	found->status = detail == NULL ? DIAGNOSIS_OK : status;
}

#endif							/* ENCLAVE_FLOW_DIAGNOSIS_H */
