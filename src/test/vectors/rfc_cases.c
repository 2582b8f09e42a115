/*
 * rfc_cases.c
 *		Argon2 with every input: RFC 9106, section 5, and the known answers of
 *		the reference implementation for version 0x10 (its kats/).
 */
#include <string.h>

#include "crypto/password.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

typedef struct Answer
{
	PhcKind		kind;
	uint32_t	version;
	const char *source;
	const char *tag;
} Answer;

static const Answer answers[] = {
	{PHC_ARGON2D, 19, "RFC 9106, 5.1: Argon2d v0x13",
	"512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb"},
	{PHC_ARGON2I, 19, "RFC 9106, 5.2: Argon2i v0x13",
	"c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"},
	{PHC_ARGON2ID, 19, "RFC 9106, 5.3: Argon2id v0x13",
	"0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"},
	{PHC_ARGON2D, 16, "kats/argon2d_v16",
	"96a9d4e5a1734092c85e29f410a45914a5dd1f5cbf08b2670da68a0285abf32b"},
	{PHC_ARGON2I, 16, "kats/argon2i_v16",
	"87aeedd6517ab830cd9765cd8231abb2e647a5dee08f7c05e02fcb763335d0fd"},
	{PHC_ARGON2ID, 16, "kats/argon2id_v16",
	"b64615f07789b66b645b67ee9ed3b377ae350b6bfcbb0fc95141ea8f322613c0"},
};

/* The parameters that all six share. */
static PhcHash
shared_hash(const Answer *answer)
{
	PhcHash		hash;

	memset(&hash, 0, sizeof(hash));
	hash.kind = answer->kind;
	hash.version = answer->version;
	hash.cost.memory_kib = 32;
	hash.cost.iterations = 3;
	hash.cost.lanes = 4;
	hash.salt_length = 16;
	memset(hash.salt, 2, hash.salt_length);
	hash.tag_length = 32;
	return hash;
}

void
rfc_cases_run(void)
{
	uint8_t		password[32];
	uint8_t		secret[8];
	uint8_t		data[12];
	PasswordInput input = {password, 32, secret, 8, data, 12};
	size_t		i;

	memset(password, 1, sizeof(password));
	memset(secret, 3, sizeof(secret));
	memset(data, 4, sizeof(data));

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
	{
		const char *error = NULL;
		PhcHash		hash = shared_hash(&answers[i]);
		uint8_t		tag[32];

		tap_ok(password_derive(&input, &hash, 32, tag, &error) == PASSWORD_OK &&
			   tap_is_hex(tag, sizeof(tag), answers[i].tag),
			   "%s, with secret and associated data", answers[i].source);
	}
}
