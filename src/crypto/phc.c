/*
 * phc.c
 *		The text form of an Argon2 hash.
 *
 * The reader walks a cursor and never looks past its end, so that neither a
 * missing NUL nor one in the middle matters.  Base64 is our own because
 * OpenSSL's decoder wants padding, skips blanks and takes any trailing bits.  It
 * has neither table nor branch on a tag's value.
 */
#include "crypto/phc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/wipe.h"

typedef struct Cursor
{
	const char *at;
	const char *end;
} Cursor;

static const char *const kind_names[] = {
	[PHC_ARGON2D] = "$argon2d$",
	[PHC_ARGON2I] = "$argon2i$",
	[PHC_ARGON2ID] = "$argon2id$",
};

#define KINDS ((int) (sizeof(kind_names) / sizeof(kind_names[0])))

/* Step over `literal` if it comes next. */
static bool
take_literal(Cursor *cursor, const char *literal)
{
	size_t		length = strlen(literal);

	if ((size_t) (cursor->end - cursor->at) < length ||
		memcmp(cursor->at, literal, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

/* Step over a decimal number in its one shortest spelling. */
static bool
take_number(Cursor *cursor, uint32_t *number)
{
	const char *start = cursor->at;
	uint64_t	value = 0;

	while (cursor->at < cursor->end &&
		   *cursor->at >= '0' && *cursor->at <= '9')
	{
		value = value * 10 + (uint64_t) (*cursor->at - '0');
		if (value > UINT32_MAX)
			return false;
		cursor->at++;
	}
	if (cursor->at == start || (*start == '0' && cursor->at - start > 1))
		return false;
	*number = (uint32_t) value;
	return true;
}

/* The value of a base64 digit, or -1. */
static int
sextet_of(char c)
{
	return -1
		+ (c >= 'A' && c <= 'Z') * (c - 'A' + 1)
		+ (c >= 'a' && c <= 'z') * (c - 'a' + 27)
		+ (c >= '0' && c <= '9') * (c - '0' + 53)
		+ (c == '+') * 63
		+ (c == '/') * 64;
}

/* The base64 digit of 0 .. 63; each term is the step between two ranges. */
static char
digit_of(unsigned int sextet)
{
	return (char) ((int) sextet + 'A'
				   + (sextet > 25) * ('a' - 'Z' - 1)
				   + (sextet > 51) * ('0' - 'z' - 1)
				   + (sextet > 61) * ('+' - '9' - 1)
				   + (sextet > 62) * ('/' - '+' - 1));
}

/*
 * Step over base64 digits up to the first other character, into `bytes`, which
 * has room for `max`.
 */
static bool
take_base64(Cursor *cursor, uint8_t *bytes, size_t min, size_t max,
			size_t *length)
{
	unsigned int pending = 0;	/* bits read and not yet stored, right-aligned */
	unsigned int pending_bits = 0;
	size_t		stored = 0;

	for (; cursor->at < cursor->end; cursor->at++)
	{
		int			sextet = sextet_of(*cursor->at);

		if (sextet < 0)
			break;
		pending = pending << 6 | (unsigned int) sextet;
		pending_bits += 6;
		if (pending_bits >= 8)
		{
			if (stored == max)
				return false;
			pending_bits -= 8;
			bytes[stored++] = (uint8_t) (pending >> pending_bits);
			pending &= (1U << pending_bits) - 1;
		}
	}
	*length = stored;

	/* Six bits left over are a digit too many; a one among them, a variant. */
	return pending_bits < 6 && pending == 0 && stored >= min;
}

/* Append `length` bytes as base64 and a NUL; the caller has made room. */
static char *
put_base64(char *out, const uint8_t *bytes, size_t length)
{
	unsigned int pending = 0;
	unsigned int pending_bits = 0;
	size_t		i;

	for (i = 0; i < length; i++)
	{
		pending = (pending << 8 | bytes[i]) & 0xFFFF;
		pending_bits += 8;
		while (pending_bits >= 6)
		{
			pending_bits -= 6;
			*out++ = digit_of(pending >> pending_bits & 0x3F);
		}
	}
	if (pending_bits > 0)
		*out++ = digit_of(pending << (6 - pending_bits) & 0x3F);
	*out = '\0';
	return out;
}

static bool
take_kind(Cursor *cursor, PhcKind *kind)
{
	int			i;

	for (i = 0; i < KINDS; i++)
	{
		if (take_literal(cursor, kind_names[i]))
		{
			*kind = (PhcKind) i;
			return true;
		}
	}
	return false;
}

/* Everything between the kind and the salt. */
static const char *
take_parameters(Cursor *cursor, PhcHash *out)
{
	HashCost   *cost = &out->cost;

	out->version = PHC_VERSION_10;
	if (take_literal(cursor, "v=") &&
		(!take_number(cursor, &out->version) || !take_literal(cursor, "$")))
		return "malformed argon2 version";
	if (out->version != PHC_VERSION_10 && out->version != PHC_VERSION_13)
		return "unknown argon2 version";

	if (!take_literal(cursor, "m=") || !take_number(cursor, &cost->memory_kib) ||
		!take_literal(cursor, ",t=") || !take_number(cursor, &cost->iterations) ||
		!take_literal(cursor, ",p=") || !take_number(cursor, &cost->lanes) ||
		!take_literal(cursor, "$"))
		return "malformed argon2 parameters";
	if (cost->iterations < 1 || cost->lanes < 1 || cost->lanes > PHC_LANES_MAX ||
		cost->memory_kib < (uint64_t) 8 * cost->lanes)
		return "argon2 parameters out of range";
	return NULL;
}

/* The whole hash; what is wrong with it, or NULL. */
static const char *
take_hash(Cursor *cursor, PhcHash *out)
{
	const char *wrong;

	if (!take_kind(cursor, &out->kind))
		return "not an argon2 hash";
	wrong = take_parameters(cursor, out);
	if (wrong != NULL)
		return wrong;
	if (!take_base64(cursor, out->salt, PHC_SALT_MIN, PHC_SALT_MAX,
					 &out->salt_length) ||
		!take_literal(cursor, "$"))
		return "malformed argon2 salt";
	if (!take_base64(cursor, out->tag, PHC_TAG_MIN, PHC_TAG_MAX,
					 &out->tag_length) ||
		cursor->at != cursor->end)
		return "malformed argon2 tag";
	return NULL;
}

bool
phc_parse(const char *text, size_t length, PhcHash *out, const char **error)
{
	const char *wrong = "password hash too long";

	memset(out, 0, sizeof(*out));
	if (length <= PHC_LENGTH_MAX)
	{
		/* An empty text may be NULL, to which nothing may be added. */
		Cursor		cursor = {length > 0 ? text : "", ""};

		cursor.end = cursor.at + length;
		wrong = take_hash(&cursor, out);
	}
	if (wrong == NULL)
		return true;

	wipe_memory(out, sizeof(*out));
	*error = wrong;
	return false;
}

bool
phc_format(const PhcHash *hash, char *out, size_t size)
{
	char		text[PHC_LENGTH_MAX + 1];
	char	   *at;
	size_t		length;
	bool		fits;

	if (size > 0)
		out[0] = '\0';
	if ((int) hash->kind < 0 || (int) hash->kind >= KINDS ||
		(hash->version != PHC_VERSION_10 && hash->version != PHC_VERSION_13) ||
		hash->salt_length < PHC_SALT_MIN || hash->salt_length > PHC_SALT_MAX ||
		hash->tag_length < PHC_TAG_MIN || hash->tag_length > PHC_TAG_MAX)
		return false;

	/* Within PHC_LENGTH_MAX by the checks above, so it cannot be cut short. */
	at = text + snprintf(text, sizeof(text),
						 "%sv=%" PRIu32 "$m=%" PRIu32 ",t=%" PRIu32 ",p=%" PRIu32 "$",
						 kind_names[hash->kind], hash->version,
						 hash->cost.memory_kib, hash->cost.iterations,
						 hash->cost.lanes);
	at = put_base64(at, hash->salt, hash->salt_length);
	*at++ = '$';
	at = put_base64(at, hash->tag, hash->tag_length);

	length = (size_t) (at - text);
	fits = length < size;
	if (fits)
		memcpy(out, text, length + 1);
	wipe_memory(text, sizeof(text));
	return fits;
}
