/*
 * main.c
 *		Vectors and promises of src/crypto, and of what else needs no server.
 *
 *		vectors [--quick | --large]
 *
 * --quick leaves out hashes of 64 MiB and more, and what else is slow (for
 * valgrind); --large adds the reference implementation's two hashes of 1 GiB.
 * Prints TAP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

int
main(int argc, char **argv)
{
	uint32_t	too_much_kib = 1048576;
	bool		quick = false;

	if (argc == 2 && strcmp(argv[1], "--quick") == 0)
	{
		too_much_kib = 65536;
		quick = true;
	}
	else if (argc == 2 && strcmp(argv[1], "--large") == 0)
		too_much_kib = UINT32_MAX;
	else if (argc != 1)
	{
		(void) fprintf(stderr, "usage: %s [--quick | --large]\n", argv[0]);
		return EXIT_FAILURE;
	}

	digest_cases_run();
	token_cases_run();
	token_random_cases_run();
	phc_cases_run();
	rfc_cases_run();
	reference_cases_run(too_much_kib);
	password_cases_run();
	memory_cases_run();
	common_password_cases_run();
	redact_cases_run();
	base64url_cases_run();
	json_cases_run();
	keywrap_cases_run();
	keyfile_cases_run();
	jose_rfc_cases_run(quick);
	jwk_cases_run();
	jws_attack_cases_run();
	jws_mutation_cases_run(quick);
	claims_cases_run();
	refresh_chain_cases_run();
	return tap_finish();
}
