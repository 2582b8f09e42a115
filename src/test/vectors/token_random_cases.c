/*
 * token_random_cases.c
 *		Tokens that go out: unbiased digits, and sources that fail.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/token.h"
#include "test/vectors/probes.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

static const char digits[] =
"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* State of the sources below; each test sets it. */
static unsigned int drawn;		/* bytes so far */
static int	calls;
static int	good_calls;			/* then a source fails, or gets good */

static void
watch(const void *buffer, size_t length)
{
	probes.random.start = buffer;
	probes.random.length = length;
	probes.random.wiped = false;
}

/* Every byte value in turn. */
static bool
counting_random(void *buffer, size_t length)
{
	size_t		i;

	for (i = 0; i < length; i++)
		((uint8_t *) buffer)[i] = (uint8_t) drawn++;
	watch(buffer, length);
	return true;
}

static bool
failing_random(void *buffer, size_t length)
{
	(void) counting_random(buffer, length);
	return calls++ < good_calls;
}

/* Nothing but 62 and 63, in all four shapes, at first. */
static bool
rejected_random(void *buffer, size_t length)
{
	static const uint8_t rejected[] = {0x3E, 0x3F, 0x7E, 0x7F, 0xBE, 0xBF, 0xFE, 0xFF};
	size_t		i;

	if (calls++ >= good_calls)
		return counting_random(buffer, length);
	for (i = 0; i < length; i++)
		((uint8_t *) buffer)[i] = rejected[i % sizeof(rejected)];
	return true;
}

static void
rewind_sources(int first_calls)
{
	drawn = 0;
	calls = 0;
	good_calls = first_calls;
}

static void
check_bias(void)
{
	char		text[TOKEN_TEXT_MAX + 1];
	int			counts[256] = {0};
	bool		right;
	size_t		i;

	rewind_sources(0);
	probes_start();
	right = token_random_text(248, counting_random, text);
	probes_stop();
	for (i = 0; right && i < 248; i++)
		counts[(unsigned char) text[i]]++;
	for (i = 0; i < 62; i++)
		right = right && counts[(unsigned char) digits[i]] == 4;
	tap_ok(right && strlen(text) == 248,
		   "of all 256 byte values each of the 62 digits is made by four: no bias");
	tap_ok(probes.random.wiped, "the random bytes behind a text are wiped");

	rewind_sources(1);
	tap_ok(token_random_text(62, rejected_random, text) && strcmp(text, digits) == 0,
		   "values of 62 and 63 are passed over, not wrapped around");
}

static void
check_failures(void)
{
	char		text[TOKEN_TEXT_MAX + 1];
	const char *error = NULL;
	bool		made;
	bool		right = true;
	size_t		i;

	rewind_sources(0);
	tap_ok(!token_random_text(32, failing_random, text) && text[0] == '\0' &&
		   !token_generate(TOKEN_ACCESS, 32, failing_random, text, &error) &&
		   text[0] == '\0' && error != NULL, "no token without randomness");

	memset(text, 0, sizeof(text));
	rewind_sources(1);
	probes_start();
	made = token_random_text(200, failing_random, text);
	probes_stop();
	for (i = 0; i < sizeof(text); i++)
		right = right && text[i] == '\0';
	tap_ok(!made && right && probes.random.wiped,
		   "randomness that ends half-way leaves no half of a token");

	rewind_sources(1000000);
	tap_ok(!token_random_text(TOKEN_TEXT_MAX, rejected_random, text) && calls < 1000,
		   "a source that yields only rejected values fails, and does not hang");
}

static void
check_lengths(void)
{
	static const size_t lengths[] = {1, 2, 31, 32, 61, 62, 63, 64, 65, 4095, 4096};
	char	   *exact;
	bool		right = true;
	size_t		i;

	rewind_sources(0);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
	{
		exact = malloc(lengths[i] + 1);
		if (exact == NULL)
			abort();
		right = right && token_random_text(lengths[i], counting_random, exact) &&
			strlen(exact) == lengths[i] && strspn(exact, digits) == lengths[i];
		free(exact);
	}
	tap_ok(right, "a random text of 1 .. %d digits has just that many", TOKEN_TEXT_MAX);

	exact = tap_exact_copy("x", 1);
	right = !token_random_text(0, counting_random, exact) && exact[0] == '\0' &&
		!token_random_text(TOKEN_TEXT_MAX + 1, counting_random, exact) &&
		!token_random_text(SIZE_MAX, counting_random, exact);
	free(exact);
	tap_ok(right, "a random text of 0 or more than %d digits is not made", TOKEN_TEXT_MAX);
}

static void
check_generate(void)
{
	const char *error = NULL;
	char		text[TOKEN_SIZE];
	bool		right = true;
	int			made = 0;
	int			purpose;
	size_t		length;

	rewind_sources(0);
	for (purpose = TOKEN_ACCESS; purpose <= TOKEN_TEAM_INVITATION; purpose++)
	{
		for (length = TOKEN_RANDOM_MIN; length <= TOKEN_RANDOM_MAX; length++)
		{
			TokenPurpose seen = (TokenPurpose) 99;

			right = right &&
				token_generate((TokenPurpose) purpose, length, counting_random,
							   text, &error) &&
				strlen(text) == TOKEN_PREFIX_LENGTH + length + TOKEN_CHECKSUM_LENGTH &&
				token_classify(text, strlen(text), &seen) == TOKEN_FORM_OURS &&
				seen == (TokenPurpose) purpose;
			made++;
		}
	}
	tap_ok(right && error == NULL && made == 8 * 33,
		   "all %d tokens of 8 purposes and 33 lengths are ours", made);

	rewind_sources(0);
	tap_ok(token_generate(TOKEN_ACCESS, 32, counting_random, text, &error) &&
		   strcmp(text, "eat_0123456789ABCDEFGHIJKLMNOPQRSTUV2gKjii") == 0,
		   "a token of known bytes is the one computed elsewhere");
	tap_ok(!token_generate(TOKEN_ACCESS, 31, counting_random, text, &error) &&
		   text[0] == '\0' &&
		   !token_generate(TOKEN_ACCESS, 65, counting_random, text, &error) &&
		   !token_generate(TOKEN_ACCESS, SIZE_MAX, counting_random, text, &error),
		   "tokens of fewer than 32 or more than 64 random digits are not made");
	tap_ok(!token_generate((TokenPurpose) 8, 32, counting_random, text, &error) &&
		   !token_generate((TokenPurpose) -1, 32, counting_random, text, &error),
		   "tokens without a known purpose are not made");
}

void
token_random_cases_run(void)
{
	check_bias();
	check_failures();
	check_lengths();
	check_generate();
}
