/*
 * jws_mutation_cases.c
 *		A token has one spelling: with any byte changed, dropped or doubled, cut
 *		short at either end, or with anything added, it is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/jws.h"
#include "test/vectors/jose_samples.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

static uint8_t payload[JWS_PAYLOAD_MAX];

static bool
taken(const char *text, size_t length, const Jwk *key)
{
	size_t		given;

	return jose_samples_verify(text, length, key, payload, &given) == JOSE_OK || given != 0;
}

/* How many of these are taken: every byte changed in this many ways. */
static int
changed(const char *token, size_t length, const Jwk *key, int ways)
{
	static const char near[] = ".=-_AB09+/ \n\t\r%\"\\";
	char	   *copy = strdup(token);
	int			count = 0;
	size_t		i;
	int			way;

	if (copy == NULL)
		abort();
	for (i = 0; i < length; i++)
	{
		for (way = 1; way < ways; way++)
		{
			/* all bytes, or each bit and what a decoder could be lenient with */
			copy[i] = ways == 256 ? (char) (token[i] ^ way) :
				way <= 8 ? (char) (token[i] ^ 1 << (way - 1)) : near[(way - 9) % 18];
			count += copy[i] != token[i] && taken(copy, length, key);
		}
		copy[i] = token[i];
	}
	free(copy);
	return count;
}

/* How many are taken: every byte dropped, doubled, swapped; cut, and added to. */
static int
moved(const char *token, size_t length, const Jwk *key)
{
	char	   *copy = malloc(length + 2);
	int			count = 0;
	size_t		i;

	if (copy == NULL)
		abort();
	for (i = 0; i < length; i++)
	{
		memcpy(copy, token, i);
		memcpy(copy + i, token + i + 1, length - i - 1);
		count += taken(copy, length - 1, key);

		memcpy(copy, token, i + 1);
		memcpy(copy + i + 1, token + i, length - i);
		count += taken(copy, length + 1, key);

		if (i + 1 < length && token[i] != token[i + 1])
		{
			memcpy(copy, token, length);
			copy[i] = token[i + 1];
			copy[i + 1] = token[i];
			count += taken(copy, length, key);
		}
		count += taken(token, i, key) + taken(token + i + 1, length - i - 1, key);
	}
	for (i = 0; i < 256; i++)
	{
		memcpy(copy, token, length);
		copy[length] = (char) i;
		count += taken(copy, length + 1, key);
		memcpy(copy + 1, token, length);
		copy[0] = (char) i;
		count += taken(copy, length + 1, key);
	}
	free(copy);
	return count;
}

static void
check(const JoseSample *sample, int ways)
{
	Jwk		   *key = jose_samples_key(sample->jwk, JWK_TO_VERIFY, sample->algorithm);
	size_t		length = strlen(sample->compact);

	tap_ok(taken(sample->compact, length, key), "%s: the token that is spoiled is good",
		   sample->source);
	tap_ok(changed(sample->compact, length, key, ways) == 0,
		   "%s: with any of its %d bytes changed in %d ways it is refused", sample->source,
		   (int) length, ways - 1);
	tap_ok(moved(sample->compact, length, key) == 0,
		   "%s: with a byte dropped, doubled, swapped or added, or cut short, it is refused",
		   sample->source);
	jwk_free(key);
}

void
jws_mutation_cases_run(bool quick)
{
	int			i;

	for (i = 0; i <= SAMPLE_PS384; i++)
	{
		if (i == SAMPLE_PS384 - 1)
			continue;			/* RS256 again */
		if (quick && i != SAMPLE_HS256)
			tap_skip("time", "%s: spoiled in every way", jose_samples[i].source);
		else
			check(&jose_samples[i], i == SAMPLE_HS256 && !quick ? 256 : 27);
	}
}
