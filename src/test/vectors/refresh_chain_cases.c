/*
 * refresh_chain_cases.c
 *		Refresh tokens: successors are the same for everybody, and nobody makes
 *		up a token of a family.
 */
#include <string.h>

#include "crypto/base62.h"
#include "crypto/refresh_chain.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

static const TokenDigest secret = {{1, 2, 3}};
static const TokenDigest other_secret = {{1, 2, 4}};

static uint8_t seed;

/* Different at each call, and the same in each run. */
static bool
counted_bytes(void *buffer, size_t length)
{
	size_t		i;

	for (i = 0; i < length; i++)
		((uint8_t *) buffer)[i] = (uint8_t) (seed + i * 7);
	seed += 31;
	return true;
}

static bool
no_bytes(void *buffer, size_t length)
{
	(void) buffer;
	(void) length;
	return false;
}

static void
begin(int64_t family, size_t random_length, char *out)
{
	tap_ok(refresh_chain_begin(&secret, family, random_length, counted_bytes, out),
		   "a first token of %d digits", (int) random_length);
}

static bool
is_ours(const char *text)
{
	TokenPurpose purpose;

	return token_classify(text, strlen(text), &purpose) == TOKEN_FORM_OURS &&
		purpose == TOKEN_REFRESH;
}

static bool
is_at(const char *text, int64_t family, uint32_t generation)
{
	RefreshPlace place;

	return refresh_chain_read(&secret, text, strlen(text), &place) &&
		place.family == family && place.generation == generation;
}

static void
walk(size_t random_length)
{
	const int64_t family = INT64_C(0x0123456789abcdef);
	char		token[TOKEN_SIZE];
	char		next[TOKEN_SIZE];
	char		again[TOKEN_SIZE];
	bool		good = true;
	uint32_t	i;

	begin(family, random_length, token);
	for (i = 0; good && i < 300; i++)
	{
		good = is_ours(token) && is_at(token, family, i) &&
			strlen(token) == TOKEN_PREFIX_LENGTH + random_length + TOKEN_CHECKSUM_LENGTH &&
			refresh_chain_next(&secret, token, strlen(token), next) &&
			refresh_chain_next(&secret, token, strlen(token), again) &&
			strcmp(next, again) == 0 && strcmp(next, token) != 0;
		memcpy(token, next, sizeof(token));
	}
	tap_ok(good, "300 successors of %d digits: each the same twice, each knows its place",
		   (int) random_length);
}

/* No two digits of two tokens have to do with one another, the family's least of all. */
static void
tells_nothing(void)
{
	char		tokens[2][TOKEN_SIZE];
	int			same = 0;
	size_t		i;

	begin(1, TOKEN_RANDOM_MIN, tokens[0]);
	tap_ok(refresh_chain_next(&secret, tokens[0], strlen(tokens[0]), tokens[1]), "a successor");
	for (i = TOKEN_PREFIX_LENGTH; i < strlen(tokens[0]); i++)
		same += tokens[0][i] == tokens[1][i];
	tap_ok(same <= 5, "a token and its successor have no part in common (%d digits)", same);
}

/* The attack: end somebody's family by a token that nobody made. */
static void
forgeries(void)
{
	char		token[TOKEN_SIZE];
	char		forged[TOKEN_SIZE];
	RefreshPlace place;
	int			hits = 0;
	size_t		i;
	int			d;

	begin(7, TOKEN_RANDOM_MIN, token);
	for (i = 0; i < BASE62_BLOCK_DIGITS; i++)
		for (d = 0; d < BASE62_BASE; d++)
		{
			memcpy(forged, token, sizeof(forged));
			forged[TOKEN_PREFIX_LENGTH + i] = base62_digits[d];
			token_frame(TOKEN_REFRESH, TOKEN_RANDOM_MIN, forged);
			if (strcmp(forged, token) != 0 &&
				refresh_chain_read(&secret, forged, strlen(forged), &place) &&
				place.family >= 0 && place.family < 1000000)
				hits++;
		}
	tap_ok(hits == 0, "no digit of the block can be changed and still name a family");
	tap_ok(!refresh_chain_read(&other_secret, token, strlen(token), &place) || place.family != 7,
		   "another secret reads another family");
}

static void
successors_differ(void)
{
	char		token[TOKEN_SIZE];
	char		changed[TOKEN_SIZE];
	char		first[TOKEN_SIZE];
	char		second[TOKEN_SIZE];

	begin(7, TOKEN_RANDOM_MIN, token);
	memcpy(changed, token, sizeof(changed));
	changed[TOKEN_PREFIX_LENGTH + TOKEN_RANDOM_MIN - 1] =
		changed[TOKEN_PREFIX_LENGTH + TOKEN_RANDOM_MIN - 1] == '0' ? '1' : '0';
	token_frame(TOKEN_REFRESH, TOKEN_RANDOM_MIN, changed);
	tap_ok(refresh_chain_next(&secret, token, strlen(token), first) &&
		   refresh_chain_next(&secret, changed, strlen(changed), second) &&
		   strcmp(first, second) != 0,
		   "the successor depends on the last digit too");
	tap_ok(refresh_chain_next(&other_secret, token, strlen(token), second) &&
		   strcmp(first, second) != 0,
		   "and on the secret");
}

static void
refusals(void)
{
	char		out[TOKEN_SIZE] = "x";
	char		too_great[TOKEN_SIZE];
	RefreshPlace place;

	tap_ok(!refresh_chain_begin(&secret, 1, TOKEN_RANDOM_MIN - 1, counted_bytes, out) &&
		   out[0] == '\0', "no token of 31 digits");
	tap_ok(!refresh_chain_begin(&secret, 1, TOKEN_RANDOM_MAX + 1, counted_bytes, out) &&
		   out[0] == '\0', "nor of 65");
	tap_ok(!refresh_chain_begin(&secret, 1, TOKEN_RANDOM_MIN, no_bytes, out) && out[0] == '\0',
		   "nor without randomness");
	memset(too_great, 'z', sizeof(too_great));
	token_frame(TOKEN_REFRESH, TOKEN_RANDOM_MIN, too_great);
	tap_ok(!refresh_chain_read(&secret, too_great, strlen(too_great), &place),
		   "digits that are more than a block are refused");
	tap_ok(!refresh_chain_next(&secret, too_great, strlen(too_great), out) && out[0] == '\0',
		   "and have no successor");
}

static void
base62(void)
{
	static const uint8_t blocks[3][BASE62_BLOCK_LENGTH] = {
		{0},
		{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
		{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 62},
	};

	/* by Python's divmod, independently of our code */
	static const char *const texts[3] = {
		"0000000000000000000000",
		"7n42DGM5Tflk9n8mt7Fhc7",
		"0000000000000000000010",
	};
	uint8_t		back[BASE62_BLOCK_LENGTH];
	char		text[BASE62_BLOCK_DIGITS + 1] = "";
	int			i;

	for (i = 0; i < 3; i++)
	{
		base62_from_block(blocks[i], text);
		tap_ok(strcmp(text, texts[i]) == 0 && base62_to_block(text, back) &&
			   memcmp(back, blocks[i], sizeof(back)) == 0, "base62 %s", texts[i]);
	}
	tap_ok(!base62_to_block("7n42DGM5Tflk9n8mt7Fhc8", back), "2^128 does not fit");
	tap_ok(!base62_to_block("0000000000000000000-10", back), "a character that is no digit");
}

void
refresh_chain_cases_run(void)
{
	base62();
	walk(TOKEN_RANDOM_MIN);
	walk(40);
	walk(TOKEN_RANDOM_MAX);
	tells_nothing();
	forgeries();
	successors_differ();
	refusals();
}
