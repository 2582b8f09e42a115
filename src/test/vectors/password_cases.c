/*
 * password_cases.c
 *		Hashing, verifying, renewing, decoys and the limits of cost.
 */
#include <string.h>

#include "crypto/password.h"
#include "test/vectors/probes.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

static const HashCost cheap = {64, 1, 1};

typedef struct CostCase
{
	HashCost	cost;
	uint32_t	max_memory_kib;
	bool		allowed;
	const char *name;
} CostCase;

static const CostCase cost_cases[] = {
	{{19456, 2, 1}, 1048576, true, "the default"},
	{{65536, 3, 4}, 1048576, true, "production"},
	{{8, 1, 1}, 8, true, "the least of all"},
	{{7, 1, 1}, 1048576, false, "m below 8"},
	{{31, 1, 4}, 1048576, false, "m below 8 p"},
	{{32, 1, 4}, 1048576, true, "m of 8 p"},
	{{64, 0, 1}, 1048576, false, "no iterations"},
	{{64, 64, 1}, 1048576, true, "64 iterations"},
	{{64, 65, 1}, 1048576, false, "65 iterations"},
	{{64, UINT32_MAX, 1}, 1048576, false, "2^32 - 1 iterations"},
	{{4096, 1, 0}, 1048576, false, "no lanes"},
	{{4096, 1, 255}, 1048576, true, "255 lanes"},
	{{4096, 1, 256}, 1048576, false, "256 lanes"},
	{{4096, 1, UINT32_C(0x20000001)}, 1048576, false, "8 p wrapping to 8"},
	{{1024, 1, 1}, 1024, true, "m at the caller's limit"},
	{{1025, 1, 1}, 1024, false, "m above the caller's limit"},
	{{64, 1, 1}, 0, false, "no memory allowed"},
	{{1048576, 8, 1}, UINT32_MAX, true, "m times t at the limit"},
	{{1048577, 8, 1}, UINT32_MAX, false, "m times t above the limit"},
	{{UINT32_C(0x80000000), 2, 1}, UINT32_MAX, false, "m times t wrapping to 0"},
	{{UINT32_MAX, 64, 1}, UINT32_MAX, false, "all at their most"},
};

/* The salt of these tests: 0, 1, 2, ... */
static bool
known_random(void *buffer, size_t length)
{
	size_t		i;

	for (i = 0; i < length; i++)
		((uint8_t *) buffer)[i] = (uint8_t) i;
	probes.random.start = buffer;
	probes.random.length = length;
	probes.random.wiped = false;
	return true;
}

static bool
failing_random(void *buffer, size_t length)
{
	memset(buffer, 0x5A, length);
	return false;
}

static PasswordStatus
verify(const char *password, size_t length, const char *phc)
{
	const char *error = NULL;

	return password_verify(password, length, phc, strlen(phc), 1048576, &error);
}

static void
check_costs(void)
{
	size_t		i;

	for (i = 0; i < sizeof(cost_cases) / sizeof(cost_cases[0]); i++)
	{
		const CostCase *test = &cost_cases[i];
		const char *error = NULL;
		char		phc[PHC_LENGTH_MAX + 1] = "x";
		bool		right;

		right = password_cost_allowed(&test->cost, test->max_memory_kib,
									  &error) == test->allowed &&
			(error == NULL) == test->allowed;
		if (!test->allowed)
		{
			probes_start();
			right = right &&
				password_hash("password", 8, &test->cost, test->max_memory_kib,
							  known_random, phc, &error) == PASSWORD_UNSUPPORTED &&
				password_decoy("password", 8, &test->cost, test->max_memory_kib,
							   &error) == PASSWORD_UNSUPPORTED &&
				phc[0] == '\0' && probes.hashes == 0 && probes.maps == 0;
			probes_stop();
		}
		tap_ok(right, "cost %s: %s", test->allowed ? "allowed" : "refused, no memory taken",
			   test->name);
	}
}

static void
check_hash(void)
{
	static const char expected[] =
	"$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$";
	const char *error = NULL;
	char		phc[PHC_LENGTH_MAX + 1];
	PasswordStatus status;

	probes_start();
	status = password_hash("password", 8, &cheap, 64, known_random, phc, &error);
	probes_stop();
	tap_ok(status == PASSWORD_OK && strncmp(phc, expected, strlen(expected)) == 0 &&
		   strlen(phc) == strlen(expected) + 43,
		   "a hash is Argon2id v0x13 with 16 bytes of salt and 32 of tag");
	tap_ok(probes.tag.wiped && probes.random.wiped,
		   "password_hash wipes its copies of salt and tag");
	tap_ok(error == NULL, "no error is set on success");

	tap_ok(verify("password", 8, phc) == PASSWORD_OK, "the password verifies");
	tap_ok(verify("passwore", 8, phc) == PASSWORD_MISMATCH &&
		   verify("passwor", 7, phc) == PASSWORD_MISMATCH &&
		   verify("password\0", 9, phc) == PASSWORD_MISMATCH &&
		   verify(NULL, 0, phc) == PASSWORD_MISMATCH,
		   "another, a shorter, a longer by NUL and no password do not");

	tap_ok(password_hash("password", 8, &cheap, 64, failing_random, phc, &error) ==
		   PASSWORD_FAILED && phc[0] == '\0' && error != NULL,
		   "no hash is made without randomness");
	error = NULL;
	tap_ok(password_hash(NULL, 8, &cheap, 64, known_random, phc, &error) ==
		   PASSWORD_UNSUPPORTED && phc[0] == '\0' && error != NULL,
		   "no hash is made of a password that is not there");
}

/* No truncation (security.md 4): each of 512 bytes counts, NUL included. */
static void
check_long_passwords(void)
{
	const char *error = NULL;
	char		phc[PHC_LENGTH_MAX + 1];
	char		password[512];
	int			told = 0;
	size_t		i;

	memset(password, 0, sizeof(password));
	(void) password_hash(password, sizeof(password), &cheap, 64, known_random, phc,
						 &error);
	for (i = 0; i < sizeof(password); i++)
	{
		password[i] = 1;
		told += verify(password, sizeof(password), phc) == PASSWORD_MISMATCH;
		password[i] = 0;
	}
	tap_ok(told == 512 && verify(password, sizeof(password), phc) == PASSWORD_OK,
		   "every byte of a password of 512 counts, also after a NUL");
}

static void
check_verify_wipes(void)
{
	static const char truncated[] = "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$";
	const char *error = NULL;
	char		phc[PHC_LENGTH_MAX + 1];
	bool		right = true;
	size_t		length;

	(void) password_hash("password", 8, &cheap, 64, known_random, phc, &error);
	probes_start();
	right = verify("password", 8, phc) == PASSWORD_OK;
	probes_stop();
	tap_ok(right && probes.tag.wiped && probes.hash_flags == 0,
		   "password_verify wipes the tag it computed and spares the caller's password");

	/* Each of the 43 digits of the tag is compared; the last has four bits. */
	right = true;
	for (length = sizeof(truncated) - 1; length < strlen(phc); length++)
	{
		char		kept = phc[length];

		phc[length] = kept == 'A' ? 'E' : 'A';
		right = right && verify("password", 8, phc) == PASSWORD_MISMATCH;
		phc[length] = kept;
	}
	tap_ok(right, "a stored tag that differs in any digit does not verify");

	/* A shortened tag is a hash of its own: H' depends on the length. */
	right = true;
	for (length = sizeof(truncated) - 1; length < strlen(phc); length++)
		right = right && password_verify("password", 8, phc, length, 64, &error) !=
			PASSWORD_OK;
	tap_ok(right, "no stored tag cut short verifies");
}

static bool
renews(const char *phc, uint32_t memory_kib, uint32_t iterations, uint32_t lanes)
{
	HashCost	cost = {memory_kib, iterations, lanes};

	return password_needs_rehash(phc, strlen(phc), &cost);
}

static void
check_rehash(void)
{
	static const char hash[] = "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw"
	"$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

	tap_ok(!renews(hash, 64, 2, 1), "a hash of the present cost stays");
	tap_ok(renews(hash, 65, 2, 1) && renews(hash, 63, 2, 1) &&
		   renews(hash, 64, 1, 1) && renews(hash, 64, 3, 1) && renews(hash, 64, 2, 2),
		   "a hash of another m, t or p is renewed, dearer ones too");
	tap_ok(renews("$argon2i$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw"
				  "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 64, 2, 1) &&
		   renews("$argon2id$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw"
				  "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 64, 2, 1),
		   "Argon2i and version 16 are renewed");
	tap_ok(renews("$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0O"
				  "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 64, 2, 1) &&
		   renews("$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw"
				  "$AAAAAAAAAAAAAAAAAAAAAA", 64, 2, 1),
		   "a salt of 15 bytes and a tag of 16 are renewed");
	tap_ok(!renews("$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODxAR"
				   "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 64, 2, 1),
		   "a longer salt stays");
	tap_ok(renews("", 64, 2, 1) && renews("$2b$12$x", 64, 2, 1),
		   "what is no Argon2 hash is renewed");
}

static void
check_decoy(void)
{
	const HashCost cost = {256, 2, 4};
	const char *error = NULL;
	PasswordStatus status;

	probes_start();
	status = password_decoy("password", 8, &cost, 256, &error);
	probes_stop();
	tap_ok(status == PASSWORD_MISMATCH && error == NULL &&
		   password_decoy("", 0, &cost, 256, &error) == PASSWORD_MISMATCH,
		   "a decoy is never right");
	tap_ok(probes.hashes == 1 && probes.hash_lanes == 4 && probes.tag.length == 32 &&
		   probes.tag.wiped && probes.mapped >= (size_t) 256 * 1024,
		   "a decoy does the work of one verification, at the present cost");
}

void
password_cases_run(void)
{
	check_costs();
	check_hash();
	check_long_passwords();
	check_verify_wipes();
	check_rehash();
	check_decoy();
}
