/*
 * suites.h
 *		The suites of the vector program, each named after its file.
 */
#ifndef ENCLAVE_TEST_SUITES_H
#define ENCLAVE_TEST_SUITES_H

#include <stdint.h>

/* Leaves out hashes of `too_much_kib` and more. */
extern void reference_cases_run(uint32_t too_much_kib);
extern void rfc_cases_run(void);
extern void phc_cases_run(void);
extern void password_cases_run(void);
extern void memory_cases_run(void);
extern void digest_cases_run(void);
extern void token_cases_run(void);
extern void token_random_cases_run(void);
extern void common_password_cases_run(void);
extern void redact_cases_run(void);

#endif							/* ENCLAVE_TEST_SUITES_H */
