/*
 * quotation.c
 *		Quotation marks in prose.
 *
 * Prose may hold SQL that is itself quoted, without any escape, and be cut off
 * within it.  So nothing between the first mark and the last is looked at, and
 * the last is believed to close the quotation only where there is nothing else
 * that it could do: all marks are of one kind, none touches a word on both
 * sides, none has a backslash before it, and their number is even.
 */
#include "flow/quotation.h"

#include <string.h>

#include "flow/suspect.h"

typedef enum Mark
{
	MARK_NONE = 0,
	MARK_SINGLE = 1,
	MARK_DOUBLE = 2,
	MARK_FOREIGN = 4,
	MARK_OTHER = 8				/* a dollar quote, a comment, a backtick */
} Mark;

static unsigned char
byte_at(const char *text, size_t length, size_t at)
{
	return at < length ? (unsigned char) text[at] : 0;
}

/* The marks of other languages: guillemets, raised and lowered commas, corners. */
static size_t
foreign_mark(const char *text, size_t length, size_t at)
{
	unsigned char first = byte_at(text, length, at);
	unsigned char second = byte_at(text, length, at + 1);
	unsigned char third = byte_at(text, length, at + 2);

	if (first == 0xc2 && (second == 0xab || second == 0xbb))
		return 2;
	if (first == 0xe2 && second == 0x80 &&
		((third >= 0x98 && third <= 0x9f) || third == 0xb9 || third == 0xba))
		return 3;
	if (first == 0xe3 && second == 0x80 && third >= 0x8a && third <= 0x8f)
		return 3;
	/* in Latin-1; in UTF-8 it never stands behind an ASCII character */
	if ((first == 0xab || first == 0xbb) && (at == 0 || (text[at - 1] & 0x80) == 0))
		return 1;
	return 0;
}

/* The mark at a place and its size in bytes. */
static Mark
mark_at(const char *text, size_t length, size_t at, size_t *size)
{
	unsigned char next = byte_at(text, length, at + 1);

	*size = 1;
	switch (text[at])
	{
		case '\'':
			return MARK_SINGLE;
		case '"':
			return MARK_DOUBLE;
		case '`':
			return MARK_OTHER;
		case '$':
			return next >= '0' && next <= '9' ? MARK_NONE : MARK_OTHER;
		case '-':
			return next == '-' ? MARK_OTHER : MARK_NONE;
		case '/':
			return next == '*' ? MARK_OTHER : MARK_NONE;
		default:
			break;
	}
	if ((text[at] & 0x80) == 0)
		return MARK_NONE;
	*size = foreign_mark(text, length, at);
	return *size > 0 ? MARK_FOREIGN : MARK_NONE;
}

static bool
is_plain_mark(const char *text, size_t length, size_t at, size_t size)
{
	if (at == 0)
		return true;
	if (text[at - 1] == '\\')
		return false;
	return !suspect_is_word(text[at - 1]) || at + size >= length ||
		!suspect_is_word(text[at + size]);
}

Quotation
quotation_find(const char *text, size_t length, size_t from)
{
	Quotation	found = {length, length, false};
	bool		is_plain = true;
	size_t		count = 0;
	unsigned int kinds = 0;

	for (size_t at = from; at < length; at++)
	{
		size_t		size;
		Mark		mark = mark_at(text, length, at, &size);

		if (mark == MARK_NONE)
			continue;
		if (count == 0)
			found.start = at;
		found.end = at + size;
		count++;
		kinds |= mark;
		is_plain = is_plain && is_plain_mark(text, length, at, size);
		at += size - 1;
	}
	found.is_closed = is_plain && count % 2 == 0 &&
		(kinds == MARK_SINGLE || kinds == MARK_DOUBLE || kinds == MARK_FOREIGN);
	return found;
}

bool
quotation_has_mark(const char *text, size_t length, size_t from)
{
	size_t		size;

	for (size_t at = from; at < length; at++)
		if (mark_at(text, length, at, &size) != MARK_NONE)
			return true;
	return false;
}
