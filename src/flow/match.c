/*
 * match.c
 *		Names of events, and patterns over them.
 */
#include "compat.h"

#include "flow/match.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* A word cannot be empty, so no dot stands at an end or beside another. */
static bool
is_name(const char *text, size_t length)
{
	if (length == 0 || length > MATCH_LENGTH_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_letter(text[i]) &&
			(text[i] != '.' || i == 0 || text[i - 1] == '.' || i == length - 1))
			return false;
	return true;
}

static bool
ends_with_star(const char *text, size_t length)
{
	return length > 2 && text[length - 2] == '.' && text[length - 1] == '*';
}

bool
match_is_name(const char *text)
{
	return is_name(text, strlen(text));
}

bool
match_is_pattern(const char *text)
{
	size_t		length = strlen(text);

	if (strcmp(text, "*") == 0)
		return true;
	return is_name(text, ends_with_star(text, length) ? length - 2 : length);
}

bool
match_event(const char *pattern, const char *event)
{
	size_t		length = strlen(pattern);

	if (strcmp(pattern, "*") == 0)
		return true;
	if (ends_with_star(pattern, length))
		return strncmp(pattern, event, length - 1) == 0;
	return strcmp(pattern, event) == 0;
}
