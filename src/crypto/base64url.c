/*
 * base64url.c
 *		Base64 for URLs, in its one strict spelling.
 *
 * Our own because OpenSSL's decoder has another alphabet, wants padding, skips
 * blanks and takes any trailing bits.
 */
#include "crypto/base64url.h"

#include "crypto/wipe.h"

/* The value of a digit, or -1. */
static int
sextet_of(char c)
{
	return -1
		+ (c >= 'A' && c <= 'Z') * (c - 'A' + 1)
		+ (c >= 'a' && c <= 'z') * (c - 'a' + 27)
		+ (c >= '0' && c <= '9') * (c - '0' + 53)
		+ (c == '-') * 63
		+ (c == '_') * 64;
}

/* So many digits are read at once: compilers make vector instructions of it. */
#define BLOCK 16

/* Their values and 1 more, 0 for what is no digit.  False if any is none. */
static bool
read_block(const char *text, uint8_t *values)
{
	uint8_t		bad = 0;
	int			i;

	for (i = 0; i < BLOCK; i++)
	{
		uint8_t		c = (uint8_t) text[i];
		uint8_t		value = 0;

		value |= (uint8_t) (-(c >= 'A' && c <= 'Z') & (c - 'A' + 1));
		value |= (uint8_t) (-(c >= 'a' && c <= 'z') & (c - 'a' + 27));
		value |= (uint8_t) (-(c >= '0' && c <= '9') & (c - '0' + 53));
		value |= (uint8_t) (-(c == '-') & 63);
		value |= (uint8_t) (-(c == '_') & 64);
		values[i] = value;
		bad |= (uint8_t) (value == 0);
	}
	return bad == 0;
}

/* All whole blocks; how many characters they were, up to the first that is not good. */
static size_t
decode_blocks(const char *text, size_t length, uint8_t *out)
{
	uint8_t		values[BLOCK];
	size_t		done = 0;
	int			i;

	while (length - done >= BLOCK && read_block(text + done, values))
	{
		for (i = 0; i < BLOCK; i += 4)
		{
			uint32_t	bits = (uint32_t) (values[i] - 1) << 18 |
				(uint32_t) (values[i + 1] - 1) << 12 |
				(uint32_t) (values[i + 2] - 1) << 6 | (uint32_t) (values[i + 3] - 1);

			*out++ = (uint8_t) (bits >> 16);
			*out++ = (uint8_t) (bits >> 8);
			*out++ = (uint8_t) bits;
		}
		done += BLOCK;
	}
	if (done > 0)
		wipe_memory(values, sizeof(values));
	return done;
}

/* The digit of 0 .. 63; each term is the step between two ranges. */
static char
digit_of(unsigned int sextet)
{
	return (char) ((int) sextet + 'A'
				   + (sextet > 25) * ('a' - 'Z' - 1)
				   + (sextet > 51) * ('0' - 'z' - 1)
				   + (sextet > 61) * ('-' - '9' - 1)
				   + (sextet > 62) * ('_' - '-' - 1));
}

bool
base64url_decode(const char *text, size_t length, uint8_t *out, size_t size,
				 size_t *written)
{
	unsigned int pending = 0;	/* bits read and not yet stored, right-aligned */
	unsigned int pending_bits = 0;
	size_t		stored = 0;
	bool		good = BASE64URL_BYTES(length) <= size;
	size_t		i = 0;

	if (good)
	{
		i = decode_blocks(text, length, out);
		stored = i / 4 * 3;
	}
	for (; good && i < length; i++)
	{
		int			sextet = sextet_of(text[i]);

		if (sextet < 0)
		{
			good = false;
			break;
		}
		pending = pending << 6 | (unsigned int) sextet;
		pending_bits += 6;
		if (pending_bits >= 8)
		{
			pending_bits -= 8;
			out[stored++] = (uint8_t) (pending >> pending_bits);
			pending &= (1U << pending_bits) - 1;
		}
	}

	/* Six bits left over are a digit too many; a one among them, a variant. */
	good = good && pending_bits < 6 && pending == 0;
	if (!good)
	{
		wipe_memory(out, stored);
		stored = 0;
	}
	*written = stored;
	return good;
}

bool
base64url_encode(const uint8_t *bytes, size_t length, char *out, size_t size)
{
	unsigned int pending = 0;
	unsigned int pending_bits = 0;
	char	   *at = out;
	size_t		i;

	if (size > 0)
		*out = '\0';
	if (length > SIZE_MAX / 4 - 1 || size < BASE64URL_LENGTH(length) + 1)
		return false;

	for (i = 0; i < length; i++)
	{
		pending = pending << 8 | bytes[i];
		pending_bits += 8;
		while (pending_bits >= 6)
		{
			pending_bits -= 6;
			*at++ = digit_of(pending >> pending_bits & 0x3F);
		}
		pending &= (1U << pending_bits) - 1;
	}
	if (pending_bits > 0)
		*at++ = digit_of(pending << (6 - pending_bits) & 0x3F);
	*at = '\0';
	return true;
}
