/*
 * keywrap_cases.c
 *		A stolen or edited row opens nothing: secrets at rest (security.md 20).
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/keywrap.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

#define SECRET_LENGTH 48
#define SEALED_MAX (SECRET_LENGTH + KEYWRAP_OVERHEAD)

static bool
fixed_random(void *buffer, size_t length)
{
	static const uint8_t nonce[] = {0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca,
	0xf8, 0x88};

	if (length > sizeof(nonce))
		return false;
	memcpy(buffer, nonce, length);
	return true;
}

static bool
no_random(void *buffer, size_t length)
{
	memset(buffer, 'x', length);
	return false;
}

static KeywrapKey
key_of(const char *id, int fill)
{
	KeywrapKey	key;

	memset(&key, 0, sizeof(key));
	memcpy(key.id, id, strlen(id));
	memset(key.bytes, fill, sizeof(key.bytes));
	return key;
}

static KeywrapStatus
opens(const KeywrapKey *key, const char *data, const uint8_t *sealed, size_t length,
	  uint8_t *out, size_t *out_length)
{
	uint8_t    *exact = (uint8_t *) tap_exact_copy((const char *) sealed, length);
	KeywrapStatus status = keywrap_open(key, data, strlen(data), exact, length, out, out_length);

	free(exact);
	return status;
}

/* The answer is that of node's crypto, which was told the layout. */
static void
check_answer(const uint8_t *sealed, size_t length)
{
	tap_ok(tap_is_hex(sealed, length,
					  "01016bcafebabefacedbaddecaf888"
					  "d130fdbd742d2aa86aec3b79c6e28345066a8affa40fea64f902f92c51c914a0"
					  "aa21ee9fad974bbd43b9a5834e1a633dce423bfd33919e7ff1330159684e1166"),
		   "a sealed secret is AES-256-GCM in the documented layout");
}

static void
check_spoiled(const KeywrapKey *key, const uint8_t *sealed, size_t length)
{
	uint8_t		changed[SEALED_MAX + 1];
	uint8_t		out[SEALED_MAX + 1];
	size_t		out_length;
	bool		right = true;
	size_t		i;
	int			bit;

	for (i = 0; i < length; i++)
		for (bit = 0; bit < 8; bit++)
		{
			memcpy(changed, sealed, length);
			changed[i] ^= (uint8_t) (1 << bit);
			right = right && opens(key, "row 1", changed, length, out, &out_length) != KEYWRAP_OK &&
				out_length == 0;
		}
	tap_ok(right, "each of the %d bits of a sealed secret, changed, keeps it shut",
		   (int) length * 8);
	right = true;
	for (i = 0; i < length; i++)
		right = right && opens(key, "row 1", sealed, i, out, &out_length) != KEYWRAP_OK;
	memcpy(changed, sealed, length);
	changed[length] = 0;
	tap_ok(right && opens(key, "row 1", changed, length + 1, out, &out_length) == KEYWRAP_FORGED,
		   "cut short anywhere, or longer by a byte, it stays shut");
	memset(out, 0, sizeof(out));
	memcpy(changed, sealed, length);
	changed[length - 1] ^= 1;
	(void) opens(key, "row 1", changed, length, out, &out_length);
	for (i = 0, right = true; i < SECRET_LENGTH; i++)
		right = right && out[i] != 'S';
	tap_ok(right, "and nothing of it is left behind");
}

void
keywrap_cases_run(void)
{
	KeywrapKey	key = key_of("k", 7);
	KeywrapKey	other_id = key_of("k2", 7);
	KeywrapKey	other_bytes = key_of("k", 8);
	KeywrapKey	nameless = key_of("", 7);
	KeywrapKey	longest = key_of("0123456789abcdef0123456789abcdef", 9);
	uint8_t		secret[SECRET_LENGTH];
	uint8_t		sealed[SEALED_MAX];
	uint8_t		out[SEALED_MAX];
	char		id[KEYWRAP_ID_MAX + 1];
	size_t		length;
	size_t		out_length;

	memset(secret, 'S', sizeof(secret));
	tap_ok(keywrap_seal(&key, "row 1", 5, secret, sizeof(secret), fixed_random, sealed,
						&length) == KEYWRAP_OK && keywrap_id(sealed, length, id) &&
		   strcmp(id, "k") == 0 &&
		   opens(&key, "row 1", sealed, length, out, &out_length) == KEYWRAP_OK &&
		   out_length == sizeof(secret) && memcmp(out, secret, sizeof(secret)) == 0,
		   "a secret is sealed, named by its key's id, and opened");
	check_answer(sealed, length);
	tap_ok(opens(&key, "row 2", sealed, length, out, &out_length) == KEYWRAP_FORGED &&
		   opens(&key, "", sealed, length, out, &out_length) == KEYWRAP_FORGED &&
		   out_length == 0, "moved to another row it does not open");
	tap_ok(opens(&other_id, "row 1", sealed, length, out, &out_length) == KEYWRAP_OTHER_KEY &&
		   opens(&other_bytes, "row 1", sealed, length, out, &out_length) == KEYWRAP_FORGED,
		   "another master key, or another of the same id, does not open it");
	check_spoiled(&key, sealed, length);
	tap_ok(keywrap_seal(&key, "x", 1, secret, 0, fixed_random, sealed, &length) == KEYWRAP_OK &&
		   opens(&key, "x", sealed, length, out, &out_length) == KEYWRAP_OK && out_length == 0,
		   "an empty secret is sealed and opened");
	tap_ok(keywrap_seal(&longest, NULL, 0, secret, sizeof(secret), fixed_random, sealed,
						&length) == KEYWRAP_OK && length == SEALED_MAX &&
		   keywrap_open(&longest, NULL, 0, sealed, length, out, &out_length) == KEYWRAP_OK,
		   "the longest id adds KEYWRAP_OVERHEAD bytes");
	tap_ok(keywrap_seal(&key, "x", 1, secret, sizeof(secret), no_random, sealed, &length) ==
		   KEYWRAP_FAILED && length == 0 &&
		   keywrap_seal(&nameless, "x", 1, secret, sizeof(secret), fixed_random, sealed,
						&length) == KEYWRAP_FAILED &&
		   keywrap_seal(&key, "x", 1, secret, KEYWRAP_SECRET_MAX + 1, fixed_random, sealed,
						&length) == KEYWRAP_FAILED,
		   "nothing is sealed without randomness, without an id, or over its length");
	tap_ok(!keywrap_id(NULL, 0, id) && id[0] == '\0' &&
		   !keywrap_id((const uint8_t *) "\1\xff", 2, id) &&
		   !keywrap_id((const uint8_t *) "\2\1k", 3, id), "what is nothing of ours has no id");
}
