/*
 * memory_cases.c
 *		Threads and memory of a hash (security.md 1 and 2).
 */
#include <errno.h>
#include <string.h>

#include <argon2.h>
#include <sys/mman.h>

#include "crypto/password.h"
#include "test/vectors/probes.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

static bool
zero_random(void *buffer, size_t length)
{
	memset(buffer, 0, length);
	return true;
}

/* The probe must see threads where there are some, or its silence is nothing. */
static void
check_probe(void)
{
	uint8_t		tag[32];
	uint8_t		salt[16] = {0};
	argon2_context context;
	int			result;

	memset(&context, 0, sizeof(context));
	context.out = tag;
	context.outlen = sizeof(tag);
	context.salt = salt;
	context.saltlen = sizeof(salt);
	context.t_cost = 1;
	context.m_cost = 64;
	context.lanes = 4;
	context.threads = 4;
	context.version = ARGON2_VERSION_13;
	probes_start();
	result = argon2_ctx(&context, Argon2_id);
	probes_stop();
	tap_ok(result == ARGON2_OK && probes.threads > 0,
		   "libargon2 left to itself makes threads, and the probe sees them");
}

static void
check_lanes(void)
{
	const char *error = NULL;
	HashCost	cost = {1024, 2, 4};
	char		phc[PHC_LENGTH_MAX + 1];
	PasswordStatus hashed;
	PasswordStatus verified;

	probes_start();
	hashed = password_hash("password", 8, &cost, 1024, zero_random, phc, &error);
	verified = password_verify("password", 8, phc, strlen(phc), 1024, &error);
	probes_stop();
	tap_ok(hashed == PASSWORD_OK && verified == PASSWORD_OK && probes.hashes == 2 &&
		   probes.hash_lanes == 4 && probes.hash_threads == 1 && probes.threads == 0,
		   "four lanes are computed in the calling thread: no thread is made");
}

static void
check_memory(void)
{
	const char *error = NULL;
	HashCost	cost = {19456, 2, 1};
	unsigned char resident;
	PasswordStatus status;
	char		phc[PHC_LENGTH_MAX + 1];

	probes_start();
	status = password_hash("password", 8, &cost, 19456, zero_random, phc, &error);
	probes_stop();
	tap_ok(status == PASSWORD_OK && probes.maps == 1 &&
		   probes.mapped >= (size_t) 19456 * 1024,
		   "a hash takes its memory from mmap, once");
	tap_ok(probes.huge_pages == 1, "its memory is aligned to 2 MiB and asks for huge pages");
	tap_ok(probes.no_dumps == 1, "its memory is kept out of core files");
	tap_ok(!probes.dirty, "its memory is wiped before it is given back");
	tap_ok(probes.mapped == probes.unmapped && probes.block != NULL &&
		   mincore(probes.block, 4096, &resident) == -1 && errno == ENOMEM,
		   "all of its memory is given back");
}

static void
check_no_memory(void)
{
	const char *error = NULL;
	HashCost	cost = {19456, 2, 1};
	char		phc[PHC_LENGTH_MAX + 1] = "x";
	PasswordStatus hashed;
	PasswordStatus decoy;

	probes_start();
	probes.fail_mmap = true;
	hashed = password_hash("password", 8, &cost, 19456, zero_random, phc, &error);
	decoy = password_decoy("password", 8, &cost, 19456, &error);
	probes_stop();
	tap_ok(hashed == PASSWORD_FAILED && phc[0] == '\0' && decoy == PASSWORD_FAILED &&
		   error != NULL && probes.tag.wiped,
		   "without memory the answer is FAILED, and no hash");
}

/* Sizes around the step of the mapping: nothing is lost or taken twice. */
static void
check_sizes(void)
{
	static const uint32_t sizes[] = {8, 1024, 2040, 2048, 2056, 4096, 4104};
	bool		right = true;
	size_t		i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
	{
		HashCost	cost = {sizes[i], 1, 1};
		const char *error = NULL;

		probes_start();
		right = right && password_decoy("password", 8, &cost, 4104, &error) ==
			PASSWORD_MISMATCH;
		probes_stop();
		right = right && probes.mapped == probes.unmapped && !probes.dirty &&
			probes.huge_pages == 1;
	}
	tap_ok(right, "memory of 8 KiB to just over 4 MiB is all given back, wiped");
}

void
memory_cases_run(void)
{
	check_probe();
	check_lanes();
	check_memory();
	check_no_memory();
	check_sizes();
}
