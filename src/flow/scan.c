/*
 * scan.c
 *		Where literals, names and comments of SQL begin and end.
 *
 * The rules are those of the server's scan.l, and one more: what an
 * application makes by pasting a password with an apostrophe into a statement
 * is ambiguous.  It shows by a quotation mark that touches a word, by a word
 * after a literal that cannot follow one, or by the end of the text within a
 * literal.  A backslash before a closing quote is ambiguous too, since the
 * setting standard_conforming_strings decides what it means.
 */
#include "flow/scan.h"

#include <string.h>

#include "flow/suspect.h"

#define LONGEST_WORD 12

/* What may follow a literal on its line. */
static const char *const followers[] = {
	"and", "as", "asc", "between", "by", "case", "collate", "cross", "day", "desc", "else",
	"end", "escape", "except", "fetch", "filter", "for", "from", "full", "group", "having",
	"hour", "ilike", "in", "inner", "intersect", "into", "is", "isnull", "join", "language",
	"left", "like", "limit", "minute", "month", "natural", "not", "notnull", "nulls", "offset",
	"on", "operator", "or", "order", "overlaps", "returning", "right", "second", "set",
	"similar", "then", "to", "uescape", "union", "using", "values", "when", "where", "window",
	"with", "year",
};

size_t
scan_find(const char *text, size_t length, size_t at, const char *bytes, size_t size)
{
	while (at < length && length - at >= size)
	{
		const char *found = memchr(text + at, bytes[0], length - at - size + 1);

		if (found == NULL)
			return SCAN_NONE;
		at = (size_t) (found - text);
		if (memcmp(found, bytes, size) == 0)
			return at;
		at++;
	}
	return SCAN_NONE;
}

static bool
is_word_at(const char *text, size_t length, size_t at)
{
	return at < length && suspect_is_word(text[at]);
}

/* Whether a literal that begins at a quote has nothing but its prefix before it. */
static bool
is_prefixed_well(const char *text, size_t at, size_t from, bool *escapes)
{
	char		letter;

	*escapes = false;
	if (at == from)
		return true;
	letter = text[at - 1];
	if (letter == '&' && at - from >= 2 && strchr("uU", text[at - 2]) != NULL)
		return at - from == 2 || !suspect_is_word(text[at - 3]);
	if (!suspect_is_word(letter))
		return true;
	*escapes = letter == 'e' || letter == 'E';
	return strchr("eEbBxXnN", letter) != NULL &&
		(at - from == 1 || !suspect_is_word(text[at - 2]));
}

/* Behind the closing quote; SCAN_NONE if there is none, or it may be another. */
static size_t
end_of_literal(const char *text, size_t length, size_t at, bool escapes)
{
	at++;
	while (at < length)
	{
		bool		is_doubled = at + 1 < length && text[at + 1] == '\'';

		if (text[at] == '\'' && !escapes && text[at - 1] == '\\')
			return SCAN_NONE;
		if ((escapes && text[at] == '\\') || (text[at] == '\'' && is_doubled))
			at += 2;
		else if (text[at] == '\'')
			return at + 1;
		else
			at++;
	}
	return SCAN_NONE;
}

/* Whether the statement can go on like this behind a literal. */
static bool
is_followed_well(const char *text, size_t length, size_t at)
{
	char		word[LONGEST_WORD];
	size_t		size = 0;

	if (is_word_at(text, length, at))
		return false;
	while (at < length && (text[at] == ' ' || text[at] == '\t'))
		at++;
	if (at < length && (text[at] == '\'' || text[at] == '"'))
		return false;
	while (is_word_at(text, length, at))
	{
		if (size == sizeof(word) - 1)
			return false;
		word[size++] = suspect_fold(text[at]);
		at++;
	}
	word[size] = '\0';
	if (size == 0)
		return true;
	for (size_t i = 0; i < sizeof(followers) / sizeof(followers[0]); i++)
		if (strcmp(word, followers[i]) == 0)
			return true;
	return false;
}

static size_t
scan_literal(const char *text, size_t length, size_t at, size_t from)
{
	bool		escapes;
	size_t		end;

	if (!is_prefixed_well(text, at, from, &escapes))
		return SCAN_NONE;
	end = end_of_literal(text, length, at, escapes);
	return end != SCAN_NONE && is_followed_well(text, length, end) ? end : SCAN_NONE;
}

/* An identifier in double quotes. */
static size_t
scan_name(const char *text, size_t length, size_t at, size_t from)
{
	size_t		end = at + 1;

	if (at > from && suspect_is_word(text[at - 1]))
		return SCAN_NONE;
	for (;;)
	{
		while (end < length && text[end] != '"')
			end++;
		if (end >= length)
			return SCAN_NONE;
		end++;
		if (end >= length || text[end] != '"')
			return is_word_at(text, length, end) ? SCAN_NONE : end;
		end++;
	}
}

/* Behind the opening $tag$ at a dollar sign; `at` itself if there is none. */
static size_t
end_of_tag(const char *text, size_t length, size_t at, size_t from)
{
	size_t		end = at + 1;

	if (at > from && suspect_is_word(text[at - 1]))
		return at;
	if (end < length && text[end] >= '0' && text[end] <= '9')
		return at;
	while (end < length && text[end] != '$' && suspect_is_word(text[end]))
		end++;
	return end < length && text[end] == '$' ? end + 1 : at;
}

static size_t
scan_dollar(const char *text, size_t length, size_t at, size_t tag_end)
{
	size_t		end = scan_find(text, length, tag_end, text + at, tag_end - at);

	return end == SCAN_NONE ? SCAN_NONE : end + tag_end - at;
}

static size_t
scan_comment(const char *text, size_t length, size_t at)
{
	size_t		depth = 0;

	while (at + 1 < length)
	{
		if (text[at] == '/' && text[at + 1] == '*')
		{
			depth++;
			at += 2;
		}
		else if (text[at] == '*' && text[at + 1] == '/')
		{
			depth--;
			at += 2;
			if (depth == 0)
				return at;
		}
		else
			at++;
	}
	return SCAN_NONE;
}

static size_t
end_of_line(const char *text, size_t length, size_t at)
{
	while (at < length && text[at] != '\n' && text[at] != '\r')
		at++;
	return at;
}

bool
scan_sql(const char *text, size_t length, size_t at, size_t from, ScanItem *item)
{
	for (; at < length; at++)
	{
		size_t		left = length - at;
		size_t		tag_end = at;

		item->start = at;
		if (text[at] == '\'')
		{
			item->kind = SCAN_LITERAL;
			item->end = scan_literal(text, length, at, from);
		}
		else if (text[at] == '"')
		{
			item->kind = SCAN_NAME;
			item->end = scan_name(text, length, at, from);
		}
		else if (left >= 2 && memcmp(text + at, "--", 2) == 0)
		{
			item->kind = SCAN_LINE_COMMENT;
			item->end = end_of_line(text, length, at);
		}
		else if (left >= 2 && memcmp(text + at, "/*", 2) == 0)
		{
			item->kind = SCAN_COMMENT;
			item->end = scan_comment(text, length, at);
		}
		else if (text[at] == '$' && (tag_end = end_of_tag(text, length, at, from)) > at)
		{
			item->kind = SCAN_LITERAL;
			item->end = scan_dollar(text, length, at, tag_end);
		}
		else
			continue;
		if (item->end == SCAN_NONE)
			item->kind = SCAN_AMBIGUOUS;
		return true;
	}
	return false;
}

size_t
scan_escaped(const char *text, size_t length, size_t at)
{
	for (at++; at < length; at++)
	{
		if (text[at] == '\\')
			at++;
		else if (text[at] == '"')
			return at + 1;
	}
	return SCAN_NONE;
}
