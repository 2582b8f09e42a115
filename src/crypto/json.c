/*
 * json.c
 *		A strict reader of JSON.
 *
 * Every function that reads leaves `at` behind what it took, or sets a status
 * and returns false; nothing looks at or beyond `end`.  Recursion is bounded by
 * JSON_DEPTH_MAX.
 */
#include "crypto/json.h"

#include <string.h>

#include "crypto/json_string.h"

typedef struct Reader
{
	const char *at;
	const char *end;
	JsonDocument *document;
	JsonStatus	status;
} Reader;

static bool read_value(Reader *reader, int depth);

static bool
refuse(Reader *reader, JsonStatus status)
{
	if (reader->status == JSON_OK)
		reader->status = status;
	return false;
}

static void
skip_blanks(Reader *reader)
{
	while (reader->at < reader->end &&
		   (*reader->at == ' ' || *reader->at == '\t' ||
			*reader->at == '\n' || *reader->at == '\r'))
		reader->at++;
}

static bool
take(Reader *reader, char c)
{
	if (reader->at == reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

/* A new node that begins here, or NULL when there are too many. */
static JsonNode *
add_node(Reader *reader, JsonType type)
{
	JsonDocument *document = reader->document;
	JsonNode   *node;

	if (document->count == JSON_NODES_MAX)
	{
		(void) refuse(reader, JSON_TOO_LARGE);
		return NULL;
	}
	node = &document->nodes[document->count++];
	node->type = type;
	node->start = (uint32_t) (reader->at - document->text);
	return node;
}

/* The node ends here, and so does what is in it. */
static bool
end_node(Reader *reader, JsonNode *node)
{
	node->end = (uint32_t) (reader->at - reader->document->text);
	node->next = reader->document->count;
	return true;
}

static bool
read_string(Reader *reader)
{
	JsonNode   *node;

	if (!take(reader, '"'))
		return refuse(reader, JSON_INVALID);
	node = add_node(reader, JSON_STRING);
	if (node == NULL)
		return false;
	while (reader->at < reader->end && *reader->at != '"')
	{
		JsonStatus	status;

		/* nearly all of them: the quick way over what stands for itself */
		if ((unsigned char) *reader->at >= 0x20 && (unsigned char) *reader->at < 0x80 &&
			*reader->at != '\\')
		{
			reader->at++;
			continue;
		}
		if (json_string_next(&reader->at, reader->end, &status) < 0)
			return refuse(reader, status);
	}
	(void) end_node(reader, node);
	return take(reader, '"') || refuse(reader, JSON_INVALID);
}

static bool
read_digits(Reader *reader)
{
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return reader->at > start || refuse(reader, JSON_INVALID);
}

static bool
read_number(Reader *reader)
{
	JsonNode   *node = add_node(reader, JSON_NUMBER);

	if (node == NULL)
		return false;
	(void) take(reader, '-');
	if (!take(reader, '0') && !read_digits(reader))
		return false;
	if (take(reader, '.') && !read_digits(reader))
		return false;
	if (take(reader, 'e') || take(reader, 'E'))
	{
		if (!take(reader, '+'))
			(void) take(reader, '-');
		if (!read_digits(reader))
			return false;
	}
	return end_node(reader, node);
}

static bool
read_word(Reader *reader, const char *word, JsonType type)
{
	size_t		length = strlen(word);
	JsonNode   *node;

	if ((size_t) (reader->end - reader->at) < length ||
		memcmp(reader->at, word, length) != 0)
		return refuse(reader, JSON_INVALID);
	node = add_node(reader, type);
	if (node == NULL)
		return false;
	reader->at += length;
	return end_node(reader, node);
}

/* Whether a member before the newest name, the last node, has that name. */
static bool
is_duplicate(const JsonDocument *document, const JsonNode *object)
{
	const JsonNode *newest = &document->nodes[document->count - 1];
	const JsonNode *name = object + 1;

	while (name < newest)
	{
		if (json_string_same(document, name, newest))
			return true;
		name = &document->nodes[name[1].next];
	}
	return false;
}

static bool
read_container(Reader *reader, JsonType type, int depth)
{
	char		closing = type == JSON_OBJECT ? '}' : ']';
	JsonNode   *node;

	if (depth == JSON_DEPTH_MAX)
		return refuse(reader, JSON_TOO_DEEP);
	node = add_node(reader, type);
	if (node == NULL)
		return false;
	reader->at++;
	skip_blanks(reader);
	if (take(reader, closing))
		return end_node(reader, node);
	do
	{
		skip_blanks(reader);
		if (type == JSON_OBJECT)
		{
			if (!read_string(reader))
				return false;
			if (is_duplicate(reader->document, node))
				return refuse(reader, JSON_DUPLICATE);
			skip_blanks(reader);
			if (!take(reader, ':'))
				return refuse(reader, JSON_INVALID);
			skip_blanks(reader);
		}
		if (!read_value(reader, depth + 1))
			return false;
		skip_blanks(reader);
	} while (take(reader, ','));
	if (!take(reader, closing))
		return refuse(reader, JSON_INVALID);
	return end_node(reader, node);
}

static bool
read_value(Reader *reader, int depth)
{
	switch (reader->at == reader->end ? '\0' : *reader->at)
	{
		case '{':
			return read_container(reader, JSON_OBJECT, depth);
		case '[':
			return read_container(reader, JSON_ARRAY, depth);
		case '"':
			return read_string(reader);
		case 't':
			return read_word(reader, "true", JSON_TRUE);
		case 'f':
			return read_word(reader, "false", JSON_FALSE);
		case 'n':
			return read_word(reader, "null", JSON_NULL);
		default:
			return read_number(reader);
	}
}

/* An object, of which only the value of one member is kept. */
static bool
read_member(Reader *reader, const char *name)
{
	JsonDocument *document = reader->document;
	uint32_t	kept = 0;

	if (!take(reader, '{'))
		return refuse(reader, JSON_INVALID);
	skip_blanks(reader);
	if (take(reader, '}'))
		return true;
	do
	{
		bool		wanted;

		skip_blanks(reader);
		if (!read_string(reader))
			return false;
		wanted = json_string_is(document, &document->nodes[kept], name);
		if (wanted && kept > 0)
			return refuse(reader, JSON_DUPLICATE);
		document->count = kept;
		skip_blanks(reader);
		if (!take(reader, ':'))
			return refuse(reader, JSON_INVALID);
		skip_blanks(reader);
		if (!read_value(reader, 1))
			return false;
		if (wanted)
			kept = document->count;
		document->count = kept;
		skip_blanks(reader);
	} while (take(reader, ','));
	return take(reader, '}') || refuse(reader, JSON_INVALID);
}

/* The whole text, or one member of it. */
static JsonStatus
parse(const char *text, size_t length, size_t length_max, const char *name, JsonDocument *out)
{
	Reader		reader;

	out->text = text;
	out->count = 0;
	reader.at = reader.end = text;
	reader.document = out;
	reader.status = JSON_OK;
	if (length > length_max)
		return JSON_TOO_LARGE;
	if (length > 0)
		reader.end = text + length;
	skip_blanks(&reader);
	if (name == NULL ? read_value(&reader, 0) : read_member(&reader, name))
	{
		skip_blanks(&reader);
		if (reader.at != reader.end)
			(void) refuse(&reader, JSON_INVALID);
	}
	if (reader.status != JSON_OK)
		out->count = 0;
	return reader.status;
}

JsonStatus
json_parse(const char *text, size_t length, JsonDocument *out)
{
	return parse(text, length, JSON_LENGTH_MAX, NULL, out);
}

JsonStatus
json_parse_member(const char *text, size_t length, const char *name, JsonDocument *out)
{
	return parse(text, length, JSON_OBJECT_LENGTH_MAX, name, out);
}

/* ------------------------------------------------------------------------
 * Looking at what was read
 * ------------------------------------------------------------------------ */

const JsonNode *
json_root(const JsonDocument *document)
{
	return document->count == 0 ? NULL : &document->nodes[0];
}

const JsonNode *
json_first(const JsonDocument *document, const JsonNode *container)
{
	if (container == NULL || container->type < JSON_ARRAY ||
		container + 1 == &document->nodes[container->next])
		return NULL;
	return container + 1;
}

const JsonNode *
json_after(const JsonDocument *document, const JsonNode *container,
		   const JsonNode *child)
{
	return child->next == container->next ? NULL : &document->nodes[child->next];
}

const JsonNode *
json_member(const JsonDocument *document, const JsonNode *object, const char *name)
{
	const JsonNode *found;

	if (object == NULL || object->type != JSON_OBJECT)
		return NULL;
	for (found = json_first(document, object); found != NULL;
		 found = json_after(document, object, found + 1))
		if (json_string_is(document, found, name))
			return found + 1;
	return NULL;
}

bool
json_integer(const JsonDocument *document, const JsonNode *node, int64_t *out)
{
	const char *at;
	const char *end;
	bool		negative;
	int64_t		value = 0;

	if (node == NULL || node->type != JSON_NUMBER)
		return false;
	at = document->text + node->start;
	end = document->text + node->end;
	negative = *at == '-';
	for (at += negative; at < end; at++)
	{
		/* downwards, where there is one integer more */
		if (*at < '0' || *at > '9' ||
			__builtin_mul_overflow(value, 10, &value) ||
			__builtin_sub_overflow(value, *at - '0', &value))
			return false;
	}
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return false;
	*out = value;
	return true;
}
