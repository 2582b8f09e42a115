/*
 * common_passwords.c
 *		Passwords that everybody tries first.
 *
 * The list is one text and not an array of pointers: a table of 18,000 pointers
 * would be relocated, and so made private, in every server process.
 */
#include "flow/common_passwords.h"

#include <string.h>

/* Bytewise order, a prefix before what it begins. */
static int
compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t		common = a_length < b_length ? a_length : b_length;
	int			order = memcmp(a, b, common);

	if (order != 0)
		return order;
	return (a_length > b_length) - (a_length < b_length);
}

bool
common_passwords_contain(const char *lower, size_t length)
{
	size_t		low = 0;
	size_t		high = common_passwords_size;

	if (length == 0)
		return false;

	/* Both ends stand at the start of an entry or at the end of the list. */
	while (low < high)
	{
		size_t		start = low + (high - low) / 2;
		size_t		end;
		int			order;

		while (start > low && common_passwords_text[start - 1] != '\n')
			start--;
		end = start;
		while (common_passwords_text[end] != '\n')
			end++;

		order = compare(lower, length, common_passwords_text + start, end - start);
		if (order == 0)
			return true;
		if (order < 0)
			high = start;
		else
			low = end + 1;
	}
	return false;
}
