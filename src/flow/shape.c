/*
 * shape.c
 *		What the text of a message looks like.
 *
 * The server's words are known in English only.  In another language a report
 * is prose, which hides as much and keeps less.
 */
#include "flow/shape.h"

#include <string.h>

#include "flow/quotation.h"
#include "flow/scan.h"

static bool
begins(const char *text, size_t length, size_t at, const char *words)
{
	size_t		size = strlen(words);

	return at <= length && length - at >= size && memcmp(text + at, words, size) == 0;
}

/* Where the text goes on after the words, which stand at or after a place; 0 if nowhere. */
static size_t
after(const char *text, size_t length, size_t at, const char *words)
{
	size_t		found = scan_find(text, length, at, words, strlen(words));

	return found == SCAN_NONE ? 0 : found + strlen(words);
}

static bool
is_nodes(const char *text, size_t length)
{
	size_t		at = 0;

	while (at < length && (text[at] == ' ' || text[at] == '\n' || text[at] == '('))
		at++;
	return at + 1 < length && text[at] == '{' && text[at + 1] >= 'A' && text[at + 1] <= 'Z';
}

/* A plan's statement comes first, if it does not come as JSON or YAML. */
static ShapeKind
kind_of_plan(const char *text, size_t length, size_t at)
{
	if (at < length && (text[at] == '{' || text[at] == '['))
		return SHAPE_JSON;
	return begins(text, length, at, "Query Text: \"") ? SHAPE_JSON : SHAPE_SQL;
}

/* "execute s/p: ", where a client has given the names: false if it is no such step. */
static bool
is_step(const char *text, size_t length, size_t at, Shape *shape)
{
	static const char *const steps[] = {"parse ", "bind ", "execute fetch from ", "execute "};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
	{
		if (begins(text, length, at, steps[i]))
		{
			size_t		name = at + strlen(steps[i]);
			size_t		body = after(text, length, name, ": ");

			shape->words = name;
			if (body > 0 && !quotation_has_mark(text, body, name))
			{
				shape->kind = SHAPE_SQL;
				shape->body = body;
			}
			return true;
		}
	}
	return false;
}

Shape
shape_of(bool is_query, const char *text, size_t length)
{
	static const char *const known[] = {"statement: ", "prepare: ", "parameters: ", "Parameters: "};
	Shape		shape = {SHAPE_PROSE, 0, 0};
	size_t		at = 0;

	if (is_query)
	{
		shape.kind = SHAPE_SQL;
		return shape;
	}
	if (is_nodes(text, length))
	{
		shape.kind = SHAPE_NODES;
		return shape;
	}
	if (begins(text, length, 0, "duration: "))
		at = after(text, length, 0, " ms  ");
	if (is_step(text, length, at, &shape))
		return shape;
	if (begins(text, length, at, "plan:\n"))
	{
		shape.body = at + strlen("plan:\n");
		shape.kind = kind_of_plan(text, length, shape.body);
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		if (begins(text, length, at, known[i]))
		{
			shape.body = at + strlen(known[i]);
			shape.kind = SHAPE_SQL;
		}
	}
	return shape;
}
