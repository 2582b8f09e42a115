/*
 * hashing.c
 *		The crypto room's hashing, under the settings and with PostgreSQL's
 *		errors and interrupts.
 */
#include "compat.h"

#include "flow/hashing.h"

#include "crypto/password.h"
#include "flow/fault.h"
#include "miscadmin.h"
#include "settings.h"

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

char *
hashing_hash(const Secret *secret)
{
	HashCost	cost = present_cost_or_raise();
	char	   *phc = palloc(PHC_LENGTH_MAX + 1);
	const char *error = NULL;
	PasswordStatus status;

	CHECK_FOR_INTERRUPTS();
	status = password_hash(secret->bytes, secret->length, &cost,
						   (uint32_t) settings_max_hash_memory, pg_strong_random, phc, &error);
	if (status != PASSWORD_OK)
		raise_failed(error);
	CHECK_FOR_INTERRUPTS();
	return phc;
}

/* Nobody's password is empty, NULL, or longer than any setting allows. */
static bool
is_usable(const Secret *secret)
{
	return secret->length > 0 && !secret->too_long;
}

bool
hashing_verify(const Secret *secret, const char *hash)
{
	/* Asked for a known user too, or the error would tell who is unknown. */
	HashCost	cost = present_cost_or_raise();
	uint32_t	max_memory = (uint32_t) settings_max_hash_memory;
	const char *error = NULL;
	PasswordStatus status;

	CHECK_FOR_INTERRUPTS();
	if (hash == NULL || !is_usable(secret))
		status = password_decoy(secret->bytes, secret->length, &cost, max_memory, &error);
	else
		status = password_verify(secret->bytes, secret->length, hash, strlen(hash), max_memory,
								 &error);
	CHECK_FOR_INTERRUPTS();

	if (status == PASSWORD_UNSUPPORTED)
		fault_unsupported_hash(error);
	if (status == PASSWORD_FAILED)
		raise_failed(error);
	return status == PASSWORD_OK;
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
