/*
 * redact.c
 *		The text of a message as the log may show it.
 *
 * Where the shape of a text is known, and it keeps to it, what stands between
 * its literals is kept.  A slip of the reader would turn this inside out, and
 * show the literals.  So whatever could be read in two ways, or is cut off, is
 * not read at all: from the first quotation mark on everything is replaced.
 *
 *		SQL		alone, or after words of the server that we know; bound values
 *				and plans as text are of the same shape
 *		JSON	plans as JSON and YAML
 *		nodes	what debug_print_parse and its like print
 *		prose	all else, in any language, with SQL in it or not
 *
 * Numbers stay, and so do words that nobody quoted.
 */
#include "flow/redact.h"

#include <string.h>

#include "flow/quotation.h"
#include "flow/scan.h"
#include "flow/shape.h"
#include "flow/suspect.h"

#define MARK "[REDACTED]"

/* A text, and the result so far. */
typedef struct Work
{
	const char *text;
	size_t		length;
	char	   *out;
	size_t		size;
	size_t		used;
} Work;

static void
put(Work *work, const char *bytes, size_t length)
{
	if (work->used < work->size)
	{
		size_t		left = work->size - work->used;

		memcpy(work->out + work->used, bytes, length < left ? length : left);
	}
	work->used += length;
}

static void
put_mark(Work *work, const char *before, const char *after)
{
	put(work, before, strlen(before));
	put(work, MARK, strlen(MARK));
	put(work, after, strlen(after));
}

/* Text as it is, but for tokens that stand in it without quotation marks. */
static void
put_plain(Work *work, size_t from, size_t to)
{
	size_t		kept = from;

	for (size_t at = from; at < to; at++)
	{
		size_t		token = suspect_token(work->text, work->length, at);

		if (token > 0)
		{
			put(work, work->text + kept, at + 4 - kept);
			put_mark(work, "", "");
			kept = at + token;
			at = kept - 1;
		}
	}
	if (kept < to)
		put(work, work->text + kept, to - kept);
}

/* ----------------------------------------------------------------
 * One function for each shape; false if the text does not keep to it, which
 * nodes and prose cannot but do
 * ---------------------------------------------------------------- */

static bool
redact_sql(Work *work, size_t from)
{
	size_t		kept = from;
	ScanItem	item;

	while (scan_sql(work->text, work->length, kept, from, &item))
	{
		put_plain(work, kept, item.start);
		switch (item.kind)
		{
			case SCAN_LITERAL:
				put_mark(work, "'", "'");
				break;
			case SCAN_NAME:
				if (suspect_is_own_name(work->text + item.start + 1, item.end - item.start - 2))
					put(work, work->text + item.start, item.end - item.start);
				else
					put_mark(work, "\"", "\"");
				break;
			case SCAN_LINE_COMMENT:
				put_mark(work, "-- ", "");
				break;
			case SCAN_COMMENT:
				put_mark(work, "/* ", " */");
				break;
			case SCAN_AMBIGUOUS:
				return false;
		}
		kept = item.end;
	}
	put_plain(work, kept, work->length);
	return true;
}

/* A string of JSON without any mark of SQL is a key or the name of something. */
static bool
redact_json(Work *work, size_t from)
{
	size_t		kept = from;

	for (size_t at = from; at < work->length; at++)
	{
		size_t		end;

		if (work->text[at] != '"')
			continue;
		end = scan_escaped(work->text, work->length, at);
		if (end == SCAN_NONE)
			return false;
		if (quotation_has_mark(work->text, end - 1, at + 1))
		{
			put_plain(work, kept, at);
			put_mark(work, "\"", "\"");
			kept = end;
		}
		at = end - 1;
	}
	put_plain(work, kept, work->length);
	return true;
}

/* Behind the bytes of a constant that begins at a place; that place if it has none. */
static size_t
end_of_constant(const Work *work, size_t at)
{
	static const char constant[] = ":constvalue";
	size_t		left = work->length - at;
	size_t		end;

	if (left < strlen(constant) || memcmp(work->text + at, constant, strlen(constant)) != 0)
		return at;
	end = scan_find(work->text, work->length, at, "]", 1);
	/* NULL is <> */
	if (scan_find(work->text, end == SCAN_NONE ? work->length : end, at, "<", 1) != SCAN_NONE)
		return at;
	return end == SCAN_NONE ? work->length : end + 1;
}

/* Strings, with backslashes within and without, and the bytes of constants. */
static void
redact_nodes(Work *work, size_t from)
{
	size_t		kept = from;
	size_t		at = from;

	while (at < work->length)
	{
		size_t		end = end_of_constant(work, at);
		bool		is_constant = end > at;

		if (work->text[at] == '"')
			end = scan_escaped(work->text, work->length, at);
		if (end == at)
		{
			at += work->text[at] == '\\' ? 2 : 1;
			continue;
		}
		put_plain(work, kept, at);
		put_mark(work, is_constant ? ":constvalue " : "\"", is_constant ? "" : "\"");
		kept = at = end < work->length ? end : work->length;
	}
	put_plain(work, kept, work->length);
}

/* From the first quotation mark to the last, or to the end. */
static void
redact_prose(Work *work, size_t from, bool is_doubtful)
{
	Quotation	quotation = quotation_find(work->text, work->length, from);

	put_plain(work, from, quotation.start);
	if (quotation.start == work->length)
		return;
	put_mark(work, "", "");
	if (!is_doubtful && quotation.is_closed)
		put_plain(work, quotation.end, work->length);
}

bool
redact_is_due(RedactField field, const char *text, size_t length)
{
	Shape		shape = shape_of(field == REDACT_QUERY, text, length);

	return suspect_text(text + shape.words, length - shape.words);
}

size_t
redact_text(RedactField field, const char *text, size_t length, char *out, size_t size)
{
	Work		work = {text, length, out, size, 0};
	size_t		head;
	bool		keeps = false;
	Shape		shape = shape_of(field == REDACT_QUERY, text, length);

	put_plain(&work, 0, shape.body);
	head = work.used;
	switch (shape.kind)
	{
		case SHAPE_SQL:
			keeps = redact_sql(&work, shape.body);
			break;
		case SHAPE_JSON:
			keeps = redact_json(&work, shape.body);
			break;
		case SHAPE_NODES:
			redact_nodes(&work, shape.body);
			return work.used;
		case SHAPE_PROSE:
			redact_prose(&work, shape.body, false);
			return work.used;
	}
	if (!keeps)
	{
		work.used = head;
		redact_prose(&work, shape.body, true);
	}
	return work.used;
}
