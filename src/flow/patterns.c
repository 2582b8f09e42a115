/*
 * patterns.c
 *		Repetitions, sequences and keyboard runs.
 */
#include "flow/patterns.h"

#include <string.h>

#define UNIT_CHARACTERS_MAX 7
#define UNIT_LENGTH_MAX 28		/* of four bytes each */
#define RUN_LENGTH_MIN 3

/* Rows and columns of the common keyboards, the alphabet and the digits. */
static const char *const paths[] = {
	"abcdefghijklmnopqrstuvwxyz",
	"01234567890",
	"`1234567890-=",
	"~!@#$%^&*()_+",
	"qwertyuiop[]\\",
	"asdfghjkl;'",
	"zxcvbnm,./",
	"qwertzuiop",
	"yxcvbnm",
	"azertyuiop",
	"qsdfghjklm",
	"wxcvbn",
	"1qaz",
	"2wsx",
	"3edc",
	"4rfv",
	"5tgb",
	"6yhn",
	"7ujm",
	"8ik,",
	"9ol.",
	"0p;/",
};

/* In UTF-8; other encodings of the server have at most as many. */
static size_t
count_characters(const char *text, size_t length)
{
	size_t		count = 0;

	for (size_t i = 0; i < length; i++)
		if (((unsigned char) text[i] & 0xc0) != 0x80)
			count++;
	return count;
}

bool
patterns_is_repetition(const char *lower, size_t length)
{
	for (size_t unit = 1; unit <= UNIT_LENGTH_MAX && unit * 2 <= length; unit++)
		if (memcmp(lower, lower + unit, length - unit) == 0)
			return count_characters(lower, unit) <= UNIT_CHARACTERS_MAX;
	return false;
}

/* How far a text follows a path from its first character, in one direction. */
static size_t
follow(const char *text, size_t length, const char *path, bool forwards)
{
	size_t		path_length = strlen(path);
	const char *found = strchr(path, text[0]);
	size_t		place;
	size_t		run = 1;

	if (found == NULL)
		return 0;
	place = (size_t) (found - path);
	while (run < length)
	{
		if (forwards ? place + 1 >= path_length : place == 0)
			break;
		place = forwards ? place + 1 : place - 1;
		if (path[place] != text[run])
			break;
		run++;
	}
	return run;
}

static size_t
longest_run(const char *text, size_t length)
{
	size_t		longest = 1;

	while (longest < length && text[longest] == text[0])
		longest++;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
	{
		size_t		forwards = follow(text, length, paths[i], true);
		size_t		backwards = follow(text, length, paths[i], false);

		longest = forwards > longest ? forwards : longest;
		longest = backwards > longest ? backwards : longest;
	}
	return longest;
}

bool
patterns_is_runs(const char *lower, size_t length)
{
	size_t		at = 0;

	while (at < length)
	{
		size_t		run = longest_run(lower + at, length - at);

		if (run < RUN_LENGTH_MIN)
			return false;
		at += run;
	}
	return length > 0;
}
