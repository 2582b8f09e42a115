/*
 * phc_cases.c
 *		The PHC reader against hostile strings: nothing but the one spelling is
 *		taken, and nothing is hashed or allocated for the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/password.h"
#include "test/vectors/probes.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

#define SALT "AAECAwQFBgcICQoLDA0ODw"
#define TAG16 "AAECAwQFBgcICQoLDA0ODw"
#define HASH(parameters) "$argon2id$v=19$" parameters "$" SALT "$" TAG16
#define COST "m=64,t=1,p=1"

typedef struct Hostile
{
	const char *name;
	const char *text;
} Hostile;

static const Hostile hostile[] = {
	{"empty", ""},
	{"only $", "$"},
	{"another algorithm", "$scrypt$ln=16,r=8,p=1$" SALT "$" TAG16},
	{"an algorithm that begins like ours", "$argon2ids$v=19$" COST "$" SALT "$" TAG16},
	{"upper case", "$Argon2id$v=19$" COST "$" SALT "$" TAG16},
	{"blank in front", " " HASH(COST)},
	{"version 17", "$argon2id$v=17$" COST "$" SALT "$" TAG16},
	{"version in hexadecimal", "$argon2id$v=0x13$" COST "$" SALT "$" TAG16},
	{"version with leading zero", "$argon2id$v=019$" COST "$" SALT "$" TAG16},
	{"version empty", "$argon2id$v=$" COST "$" SALT "$" TAG16},
	{"version doubled", "$argon2id$v=19$v=19$" COST "$" SALT "$" TAG16},
	{"version plus 2^32", "$argon2id$v=4294967315$" COST "$" SALT "$" TAG16},
	{"version after the parameters", "$argon2id$" COST "$v=19$" SALT "$" TAG16},
	{"m with leading zero", HASH("m=064,t=1,p=1")},
	{"t with leading zero", HASH("m=64,t=01,p=1")},
	{"p with leading zero", HASH("m=64,t=1,p=01")},
	{"m with sign", HASH("m=+64,t=1,p=1")},
	{"m negative", HASH("m=-64,t=1,p=1")},
	{"m with blank", HASH("m= 64,t=1,p=1")},
	{"m with exponent", HASH("m=1e3,t=1,p=1")},
	{"m empty", HASH("m=,t=1,p=1")},
	{"m 2^32", HASH("m=4294967296,t=1,p=1")},
	{"m 2^32 + 64, which wraps to 64", HASH("m=4294967360,t=1,p=1")},
	{"m 2^64 + 64, which wraps to 64", HASH("m=18446744073709551680,t=1,p=1")},
	{"t 2^32 + 1", HASH("m=64,t=4294967297,p=1")},
	{"p 2^32 + 1", HASH("m=64,t=1,p=4294967297")},
	{"m doubled", HASH("m=64,m=64,t=1,p=1")},
	{"p doubled", HASH("m=64,t=1,p=1,p=1")},
	{"order t, m, p", HASH("t=1,m=64,p=1")},
	{"order m, p, t", HASH("m=64,p=1,t=1")},
	{"m missing", HASH("t=1,p=1")},
	{"t missing", HASH("m=64,p=1")},
	{"p missing", HASH("m=64,t=1")},
	{"keyid", HASH("m=64,t=1,p=1,keyid=AAAA")},
	{"data", HASH("m=64,t=1,p=1,data=AAAA")},
	{"m zero", HASH("m=0,t=1,p=1")},
	{"t zero", HASH("m=64,t=0,p=1")},
	{"p zero", HASH("m=64,t=1,p=0")},
	{"m below 8", HASH("m=7,t=1,p=1")},
	{"m below 8 p", HASH("m=15,t=1,p=2")},
	{"p 2^24 with enough m", HASH("m=4294967295,t=1,p=16777216")},
	{"8 p wrapping to 8", HASH("m=64,t=1,p=536870913")},
	{"salt missing", "$argon2id$v=19$" COST "$$" TAG16},
	{"salt of seven bytes", "$argon2id$v=19$" COST "$AAECAwQFBg$" TAG16},
	{"salt of 65 bytes", "$argon2id$v=19$" COST
		"$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$" TAG16},
	{"salt padded", "$argon2id$v=19$" COST "$" SALT "==$" TAG16},
	{"salt base64url", "$argon2id$v=19$" COST "$AAECAwQFBgcICQoLDA0OD-$" TAG16},
	{"salt with trailing bits", "$argon2id$v=19$" COST "$AAECAwQFBgcICQoLDA0ODx$" TAG16},
	{"salt with trailing bits of two", "$argon2id$v=19$" COST "$AAECAwQFBgcICQl$" TAG16},
	{"salt with one digit too many", "$argon2id$v=19$" COST "$AAECAwQFBgcICQoLA$" TAG16},
	{"salt with a newline", "$argon2id$v=19$" COST "$AAECAwQFBgcI\nCQoLDA0ODw$" TAG16},
	{"salt with a byte of 0xC3", "$argon2id$v=19$" COST "$AAECAwQFBgcI\xc3QoLDA0ODw$" TAG16},
	{"tag missing", "$argon2id$v=19$" COST "$" SALT},
	{"tag empty", "$argon2id$v=19$" COST "$" SALT "$"},
	{"tag of 15 bytes", "$argon2id$v=19$" COST "$" SALT "$AAECAwQFBgcICQoLDA0O"},
	{"tag of 65 bytes", "$argon2id$v=19$" COST "$" SALT
	"$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
	{"tag padded", HASH(COST) "=="},
	{"tag with trailing bits", "$argon2id$v=19$" COST "$" SALT "$AAECAwQFBgcICQoLDA0ODx"},
	{"a third field", HASH(COST) "$" TAG16},
	{"$ at the end", HASH(COST) "$"},
	{"newline at the end", HASH(COST) "\n"},
	{"blank at the end", HASH(COST) " "},
};

/* Well-formed, but nobody may make us pay for them. */
static const Hostile dear[] = {
	{"m=4294967295", HASH("m=4294967295,t=1,p=1")},
	{"t=4294967295", HASH("m=64,t=4294967295,p=1")},
	{"t=65", HASH("m=64,t=65,p=1")},
	{"p=256", HASH("m=4096,t=1,p=256")},
	{"m=1048576,t=64", HASH("m=1048576,t=64,p=1")},
	{"p=16777215", HASH("m=4294967295,t=1,p=16777215")},
	{"m one above the caller's limit", HASH("m=1048577,t=1,p=1")},
	{"m times t above the limit", HASH("m=1048576,t=9,p=1")},
};

/* Verify with exact bounds; true if refused, with a reason, at no cost. */
static bool
refused(const char *text, size_t length)
{
	const char *error = NULL;
	char	   *exact = tap_exact_copy(text, length);
	PasswordStatus status;

	probes_start();
	status = password_verify("password", 8, exact, length, 1048576, &error);
	probes_stop();
	free(exact);
	return status == PASSWORD_UNSUPPORTED && error != NULL &&
		probes.hashes == 0 && probes.maps == 0;
}

static bool
parses(const char *text, size_t length, PhcHash *hash)
{
	const char *error = NULL;
	char	   *exact = tap_exact_copy(text, length);
	bool		parsed = phc_parse(exact, length, hash, &error);

	free(exact);
	return parsed;
}

static void
check_bounds(void)
{
	static const char hash[] = HASH(COST);
	const size_t length = sizeof(hash) - 1;
	const char *error = NULL;
	char		text[sizeof(hash)];
	PhcHash		parsed;
	bool		right = true;
	size_t		i;

	tap_ok(parses(hash, length, &parsed), "the hash that the next cases spoil is good");
	for (i = 0; i < length; i++)
		right = right && refused(hash, i);
	tap_ok(right, "a hash cut short at each of %d bytes is refused", (int) length);

	right = true;
	for (i = 0; i < length; i++)
	{
		memcpy(text, hash, length);
		text[i] = '\0';
		right = right && refused(text, length);
	}
	tap_ok(right, "a NUL at each of %d bytes is refused", (int) length);
	tap_ok(refused(hash, length + 1), "a NUL counted at the end is refused");

	tap_ok(!phc_parse(NULL, 0, &parsed, &error), "no text at all is refused");
	tap_ok(!phc_parse("$", (size_t) 1 << 30, &parsed, &error) &&
		   !phc_parse("$", SIZE_MAX, &parsed, &error),
		   "a hash of 1 GiB is refused unread");

	right = !phc_parse(HASH(COST) "$", length + 1, &parsed, &error);
	for (i = 0; i < sizeof(parsed); i++)
		right = right && ((const uint8_t *) &parsed)[i] == 0;
	tap_ok(right, "nothing is left of a hash refused at its last character");
}

/* Every one-character change of a hash: a different hash, or none. */
static void
check_mutations(void)
{
	static const char hash[] = HASH(COST);
	const size_t length = sizeof(hash) - 1;
	int			taken = 0;
	int			same = 0;
	size_t		i;

	for (i = 0; i < length; i++)
	{
		char		text[sizeof(hash)];
		char		back[PHC_LENGTH_MAX + 1];
		PhcHash		parsed;
		int			c;

		memcpy(text, hash, sizeof(hash));
		for (c = 0; c < 256; c++)
		{
			text[i] = (char) c;
			if (text[i] == hash[i] || !parses(text, length, &parsed))
				continue;
			taken++;
			same += !phc_format(&parsed, back, sizeof(back)) || strcmp(back, text) != 0;
		}
	}
	tap_ok(taken > 0 && same == 0,
		   "whatever is read is written back the same: one spelling for a hash");
}

static void
check_format(void)
{
	static const char old[] = "$argon2i$m=64,t=1,p=1$" SALT "$" TAG16;
	PhcHash		hash;
	char		text[PHC_LENGTH_MAX + 1];
	bool		right = true;
	size_t		size;

	tap_ok(parses(old, sizeof(old) - 1, &hash) && hash.version == 16 &&
		   hash.kind == PHC_ARGON2I, "a hash without v= is version 16");

	memset(&hash, 0xFF, sizeof(hash));
	hash.kind = PHC_ARGON2ID;
	hash.version = PHC_VERSION_13;
	hash.salt_length = PHC_SALT_MAX;
	hash.tag_length = PHC_TAG_MAX;
	tap_ok(phc_format(&hash, text, sizeof(text)) && strlen(text) == PHC_LENGTH_MAX,
		   "the longest hash has PHC_LENGTH_MAX characters");
	for (size = 0; size < sizeof(text); size++)
	{
		char	   *exact = tap_exact_copy(text, size);

		right = right && !phc_format(&hash, exact, size) &&
			(size == 0 || exact[0] == '\0');
		free(exact);
	}
	tap_ok(right, "no hash is written into a buffer of 0 .. %d bytes",
		   PHC_LENGTH_MAX);
	hash.cost.lanes = PHC_LANES_MAX;
	right = phc_format(&hash, text, sizeof(text));
	tap_ok(right && parses(text, strlen(text), &hash) &&
		   hash.salt_length == PHC_SALT_MAX && hash.salt[PHC_SALT_MAX - 1] == 0xFF,
		   "the longest salt and tag are read back");
	hash.tag_length = PHC_TAG_MAX + 1;
	tap_ok(!phc_format(&hash, text, sizeof(text)) && text[0] == '\0',
		   "a tag length beyond the struct is not written");
}

void
phc_cases_run(void)
{
	PhcHash		hash;
	size_t		i;

	/* The reader must refuse these by itself, whatever password.c limits. */
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		tap_ok(!parses(hostile[i].text, strlen(hostile[i].text), &hash) &&
			   refused(hostile[i].text, strlen(hostile[i].text)),
			   "PHC refused, no memory taken: %s", hostile[i].name);
	for (i = 0; i < sizeof(dear) / sizeof(dear[0]); i++)
		tap_ok(parses(dear[i].text, strlen(dear[i].text), &hash) &&
			   refused(dear[i].text, strlen(dear[i].text)),
			   "PHC too dear, no memory taken: %s", dear[i].name);
	check_bounds();
	check_mutations();
	check_format();
}
