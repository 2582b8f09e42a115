/*
 * suites.h
 *		The suites of the vector program, each named after its file.
 */
#ifndef ENCLAVE_TEST_SUITES_H
#define ENCLAVE_TEST_SUITES_H

#include <stdbool.h>
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
extern void base64url_cases_run(void);
extern void json_cases_run(void);
extern void keywrap_cases_run(void);
extern void keyfile_cases_run(void);
extern void jwk_cases_run(void);
extern void claims_cases_run(void);
extern void refresh_chain_cases_run(void);

/* `quick` leaves out what takes minutes under valgrind. */
extern void jose_rfc_cases_run(bool quick);
extern void jws_attack_cases_run(void);
extern void jws_mutation_cases_run(bool quick);

#endif							/* ENCLAVE_TEST_SUITES_H */
