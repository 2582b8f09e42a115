/*
 * hashing.c
 *		The crypto room's hashing, under the settings and with PostgreSQL's
 *		errors and interrupts.
 */
#include "compat.h"

#include "flow/hashing.h"

#include <unistd.h>

#include "crypto/password.h"
#include "flow/fault.h"
#include "miscadmin.h"
#include "settings.h"
#include "shmem/gate.h"

static HashCost
present_cost(void)
{
	HashCost	cost;

	cost.memory_kib = (uint32_t) settings_argon2_memory;
	cost.iterations = (uint32_t) settings_argon2_iterations;
	cost.lanes = (uint32_t) settings_argon2_parallelism;
	return cost;
}

static HashCost
present_cost_or_raise(void)
{
	HashCost	cost = present_cost();
	const char *error;

	if (!password_cost_allowed(&cost, (uint32_t) settings_max_hash_memory, &error))
		fault_configuration("enclave.argon2_memory", error,
							"Set enclave.argon2_memory to 8kB a lane at least and "
							"enclave.max_hash_memory at most.");
	return cost;
}

static void
raise_failed(const char *error)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("could not hash a password: %s", error)));
}

int
hashing_places(void)
{
	long		processors;

	if (settings_max_concurrent_hashes > 0)
		return settings_max_concurrent_hashes;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors < 1 ? 1 : (int) processors;
}

/*
 * Between these two nothing raises an error or serves interrupts.  Without shared
 * memory there is no gate.
 */
static bool
enter_gate(void)
{
	CHECK_FOR_INTERRUPTS();
	return !settings_preloaded || gate_enter(hashing_places(), settings_hash_queue_timeout);
}

static void
leave_gate(void)
{
	if (settings_preloaded)
		gate_leave();
}

char *
hashing_try(const Secret *secret)
{
	HashCost	cost = present_cost_or_raise();
	char	   *phc = palloc(PHC_LENGTH_MAX + 1);
	const char *error = NULL;
	PasswordStatus status;

	if (!enter_gate())
		return NULL;
	status = password_hash(secret->bytes, secret->length, &cost,
						   (uint32_t) settings_max_hash_memory, pg_strong_random, phc, &error);
	leave_gate();
	if (status != PASSWORD_OK)
		raise_failed(error);
	CHECK_FOR_INTERRUPTS();
	return phc;
}

char *
hashing_hash(const Secret *secret)
{
	char	   *phc = hashing_try(secret);

	if (phc == NULL)
		fault_busy();
	return phc;
}

/* Nobody's password is empty, NULL, or longer than any setting allows. */
static bool
is_usable(const Secret *secret)
{
	return secret->length > 0 && !secret->too_long;
}

HashingOutcome
hashing_compare(const Secret *secret, const char *hash)
{
	/* Asked for a known user too, or the error would tell who is unknown. */
	HashCost	cost = present_cost_or_raise();
	uint32_t	max_memory = (uint32_t) settings_max_hash_memory;
	const char *error = NULL;
	PasswordStatus status;

	if (!enter_gate())
		return HASHING_BUSY;
	if (hash == NULL || !is_usable(secret))
		status = password_decoy(secret->bytes, secret->length, &cost, max_memory, &error);
	else
		status = password_verify(secret->bytes, secret->length, hash, strlen(hash), max_memory,
								 &error);
	leave_gate();

	if (status == PASSWORD_UNSUPPORTED)
		fault_unsupported_hash(error);
	if (status == PASSWORD_FAILED)
		raise_failed(error);
	return status == PASSWORD_OK ? HASHING_RIGHT : HASHING_WRONG;
}

bool
hashing_verify(const Secret *secret, const char *hash)
{
	HashingOutcome outcome = hashing_compare(secret, hash);

	if (outcome == HASHING_BUSY)
		fault_busy();
	CHECK_FOR_INTERRUPTS();
	return outcome == HASHING_RIGHT;
}

bool
hashing_is_outdated(const char *hash)
{
	HashCost	cost = present_cost();

	return password_needs_rehash(hash, strlen(hash), &cost);
}

void
hashing_check_supported(const char *hash)
{
	PhcHash		parsed;
	const char *error = NULL;

	if (!phc_parse(hash, strlen(hash), &parsed, &error) ||
		!password_cost_allowed(&parsed.cost, (uint32_t) settings_max_hash_memory, &error))
		fault_unsupported_hash(error);
}
