/*
 * json_string.c
 *		Strings of a JSON document, their escapes undone.
 */
#include "crypto/json_string.h"

#include <string.h>

#include "crypto/utf8.h"

/* The value of four hexadecimal digits, or -1. */
static int32_t
hex4(const char *at, const char *end)
{
	int32_t		value = 0;
	int			i;

	if (end - at < 4)
		return -1;
	for (i = 0; i < 4; i++)
	{
		char		c = at[i];

		if (c >= '0' && c <= '9')
			value = value * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			value = value * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return value;
}

int32_t
json_string_next(const char **at, const char *end, JsonStatus *status)
{
	static const char escapes[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	const char *escape;
	int32_t		high;
	int32_t		low;
	int			length;

	*status = JSON_INVALID;
	if ((uint8_t) (*at)[0] < 0x20)
		return -1;
	if ((*at)[0] != '\\')
	{
		const uint8_t *byte = (const uint8_t *) *at;

		length = utf8_length(*at, end);
		*at += length;
		switch (length)
		{
			case 1:
				return byte[0];
			case 2:
				return (byte[0] & 0x1F) << 6 | (byte[1] & 0x3F);
			case 3:
				return (byte[0] & 0x0F) << 12 | (byte[1] & 0x3F) << 6 | (byte[2] & 0x3F);
			case 4:
				return (byte[0] & 0x07) << 18 | (byte[1] & 0x3F) << 12 |
					(byte[2] & 0x3F) << 6 | (byte[3] & 0x3F);
			default:
				*status = JSON_NOT_UTF8;
				return -1;
		}
	}

	if (end - *at < 2)
		return -1;
	if ((*at)[1] != 'u')
	{
		escape = (*at)[1] == '\0' ? NULL : strchr(escapes, (*at)[1]);
		*at += 2;
		return escape == NULL ? -1 : meanings[escape - escapes];
	}

	high = hex4(*at + 2, end);
	if (high < 0)
		return -1;
	*at += 6;
	if (high < 0xD800 || high > 0xDFFF)
		return high;
	*status = JSON_NOT_UTF8;
	if (high > 0xDBFF || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
		return -1;
	low = hex4(*at + 2, end);
	if (low < 0xDC00 || low > 0xDFFF)
		return -1;
	*at += 6;
	return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/* The next character of a string that was read, or -1 at its end. */
static int32_t
step(const JsonDocument *document, const JsonNode *node, const char **at)
{
	JsonStatus	status;
	const char *end = document->text + node->end;

	return *at == end ? -1 : json_string_next(at, end, &status);
}

/* Whether a string stands for itself, byte for byte: it has no escape. */
static bool
is_plain(const JsonDocument *document, const JsonNode *node)
{
	return memchr(document->text + node->start, '\\', node->end - node->start) == NULL;
}

static bool
has_bytes(const JsonDocument *document, const JsonNode *node, const char *bytes, size_t length)
{
	return node->end - node->start == length &&
		memcmp(document->text + node->start, bytes, length) == 0;
}

bool
json_string_same(const JsonDocument *document, const JsonNode *a, const JsonNode *b)
{
	const char *at_a = document->text + a->start;
	const char *at_b = document->text + b->start;
	int32_t		character;

	if (is_plain(document, a) && is_plain(document, b))
		return has_bytes(document, a, at_b, b->end - b->start);
	do
	{
		character = step(document, a, &at_a);
		if (step(document, b, &at_b) != character)
			return false;
	} while (character >= 0);
	return true;
}

/* With the two others that Unicode folds to ASCII: the long s and the kelvin. */
static int32_t
folded(int32_t character)
{
	if (character == 0x017F)
		return 's';
	if (character == 0x212A)
		return 'k';
	return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

static bool
is_text(const JsonDocument *document, const JsonNode *node, const char *text, bool fold)
{
	const char *at;

	if (node == NULL || node->type != JSON_STRING)
		return false;
	if (!fold && (node->end - node->start < strlen(text) || is_plain(document, node)))
		return has_bytes(document, node, text, strlen(text));
	at = document->text + node->start;
	for (;; text++)
	{
		int32_t		character = step(document, node, &at);

		if (character < 0 || *text == '\0')
			return character < 0 && *text == '\0';
		if (character != *text && !(fold && folded(character) == folded(*text)))
			return false;
	}
}

bool
json_string_is(const JsonDocument *document, const JsonNode *node, const char *text)
{
	return is_text(document, node, text, false);
}

bool
json_string_is_folded(const JsonDocument *document, const JsonNode *node, const char *text)
{
	return is_text(document, node, text, true);
}

bool
json_string_copy(const JsonDocument *document, const JsonNode *node, char *out,
			   size_t size, size_t *length)
{
	size_t		made = 0;
	bool		fits = node != NULL && node->type == JSON_STRING && size > 0;

	if (fits)
	{
		const char *at = document->text + node->start;
		int32_t		character;

		while (fits && (character = step(document, node, &at)) >= 0)
		{
			char		bytes[4];
			size_t		count = utf8_put(character, bytes);

			fits = character > 0 && count < size - made;
			if (fits)
				memcpy(out + made, bytes, count);
			made += fits ? count : 0;
		}
	}
	if (!fits)
		made = 0;
	if (size > 0)
		out[made] = '\0';
	if (length != NULL)
		*length = made;
	return fits;
}
