/*
 * keyfile.c
 *		The file of master keys.
 */
#include "crypto/keyfile.h"

#include <string.h>

#include "crypto/base64url.h"
#include "crypto/wipe.h"

#define KEY_LENGTH 32

/* Of 32 bytes in base64: without the one "=" that fills it up. */
#define DIGITS BASE64URL_LENGTH(KEY_LENGTH)

static bool
is_id_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '.' || c == '_' || c == '-';
}

/* base64 is base64url with other digits for 62 and 63. */
static bool
read_key(const char *text, size_t length, uint8_t *out)
{
	char		digits[DIGITS];
	size_t		written;
	size_t		i;
	bool		good = length == DIGITS + 1 && text[DIGITS] == '=';

	for (i = 0; good && i < DIGITS; i++)
	{
		good = text[i] != '-' && text[i] != '_';
		digits[i] = (char) (text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
	}
	good = good && base64url_decode(digits, DIGITS, out, KEY_LENGTH, &written);
	wipe_memory(digits, sizeof(digits));
	return good;
}

static bool
is_known(const Keyfile *file, const char *id)
{
	int			i;

	for (i = 0; i < file->count; i++)
		if (strcmp(file->keys[i].id, id) == 0)
			return true;
	return false;
}

static KeyfileStatus
read_line(const char *text, size_t length, Keyfile *out)
{
	KeywrapKey *key;
	size_t		id = 0;

	while (id < length && is_id_character(text[id]))
		id++;
	if (id == 0 || id > KEYWRAP_ID_MAX || id == length || text[id] != ':')
		return KEYFILE_NO_ID;
	if (out->count == KEYFILE_KEYS_MAX)
		return KEYFILE_TOO_MANY;
	key = &out->keys[out->count];
	memcpy(key->id, text, id);
	key->id[id] = '\0';
	if (is_known(out, key->id))
		return KEYFILE_TWICE;
	if (!read_key(text + id + 1, length - id - 1, key->bytes))
		return KEYFILE_NO_KEY;
	out->count++;
	return KEYFILE_OK;
}

KeyfileStatus
keyfile_parse(const char *text, size_t length, Keyfile *out, int *line)
{
	KeyfileStatus status = KEYFILE_OK;
	size_t		at = 0;

	out->count = 0;
	for (*line = 1; at < length && status == KEYFILE_OK; (*line)++)
	{
		const char *newline = memchr(text + at, '\n', length - at);
		size_t		end = newline == NULL ? length : (size_t) (newline - text);

		if (end > at && text[at] != '#')
			status = read_line(text + at, end - at, out);
		at = end + 1;
	}
	(*line)--;
	if (status == KEYFILE_OK && out->count == 0)
		status = KEYFILE_EMPTY;
	if (status != KEYFILE_OK)
		out->count = 0;
	return status;
}

const char *
keyfile_trouble(KeyfileStatus status)
{
	switch (status)
	{
		case KEYFILE_EMPTY:
			return "it holds no key";
		case KEYFILE_TOO_MANY:
			return "it holds more than 16 keys";
		case KEYFILE_NO_ID:
			return "a line is not id:key";
		case KEYFILE_NO_KEY:
			return "a key is not 32 bytes in base64";
		case KEYFILE_TWICE:
			return "an id stands there twice";
		default:
			return "it cannot be read";
	}
}
