/*
 * common_password_cases.c
 *		The list of common passwords (security.md 7).
 */
#include <stdlib.h>
#include <string.h>

#include "flow/common_passwords.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

typedef struct Survey
{
	int			entries;
	int			found;
	int			short_ones;
	int			upper_ones;
	int			disordered;
} Survey;

/* Walk the list as a reader of the file would, and look each entry up. */
static Survey
survey(void)
{
	Survey		seen = {0, 0, 0, 0, 0};
	const char *at = common_passwords_text;
	const char *end = at + common_passwords_size;
	const char *last = NULL;
	size_t		last_length = 0;

	while (at < end)
	{
		const char *newline = memchr(at, '\n', (size_t) (end - at));
		size_t		length;
		size_t		i;

		if (newline == NULL)
			break;
		length = (size_t) (newline - at);
		seen.entries++;
		seen.found += common_passwords_contain(at, length);
		seen.short_ones += length < 8;
		for (i = 0; i < length; i++)
			seen.upper_ones += at[i] >= 'A' && at[i] <= 'Z';
		if (last != NULL)
		{
			int			order = memcmp(last, at,
									   length < last_length ? length : last_length);

			seen.disordered += order > 0 || (order == 0 && last_length >= length);
		}
		last = at;
		last_length = length;
		at = newline + 1;
	}
	return seen;
}

static bool
contains(const char *text)
{
	size_t		length = strlen(text);
	char	   *exact = tap_exact_copy(text, length);
	bool		found = common_passwords_contain(exact, length);

	free(exact);
	return found;
}

void
common_password_cases_run(void)
{
	static const char *const common[] = {
		"!qaz2wsx", "password", "12345678", "123456789", "iloveyou", "qwertyuiop",
		"1q2w3e4r", "zxcvbnmz"
	};
	static const char *const uncommon[] = {
		"", "1", "zzzzzzzzzzzz~", "!", "\n", "password\n", "\npassword",
		"!qaz2wsx\n!qazxsw2", "passwor", "passwordpasswordpassword",
		"correct horse battery staple", "Password"
	};
	Survey		seen = survey();
	bool		right = true;
	size_t		i;

	tap_ok(seen.entries == 17950 && seen.short_ones == 0,
		   "17950 common passwords, well over 3000, of eight characters and more");
	tap_ok(seen.disordered == 0 && seen.upper_ones == 0,
		   "common passwords are sorted, single and in lower case");
	tap_ok(seen.found == seen.entries, "every common password is found");
	for (i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		right = right && contains(common[i]);
	tap_ok(right, "the first, the last and the notorious are found");
	right = true;
	for (i = 0; i < sizeof(uncommon) / sizeof(uncommon[0]); i++)
		right = right && !contains(uncommon[i]);
	tap_ok(right, "prefixes, extensions, newlines and strangers are not found");
	tap_ok(!common_passwords_contain(common_passwords_text, common_passwords_size),
		   "the whole list is not a common password");
}
