/*
 * base62.c
 *		Numbers in the digits 0-9A-Za-z.
 */
#include "crypto/base62.h"

#include <string.h>

#include "crypto/wipe.h"

const char	base62_digits[] =
"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

void
base62_from_block(const uint8_t *block, char *out)
{
	uint8_t		rest[BASE62_BLOCK_LENGTH];
	int			i;

	memcpy(rest, block, sizeof(rest));
	for (i = BASE62_BLOCK_DIGITS - 1; i >= 0; i--)
	{
		unsigned int remainder = 0;
		size_t		n;

		for (n = 0; n < sizeof(rest); n++)
		{
			unsigned int part = remainder << 8 | rest[n];

			rest[n] = (uint8_t) (part / BASE62_BASE);
			remainder = part % BASE62_BASE;
		}
		out[i] = base62_digits[remainder];
	}
	wipe_memory(rest, sizeof(rest));
}

/* block = block * 62 + value; false when it does not fit. */
static bool
append_digit(uint8_t *block, unsigned int value)
{
	unsigned int carry = value;
	int			n;

	for (n = BASE62_BLOCK_LENGTH - 1; n >= 0; n--)
	{
		unsigned int part = block[n] * BASE62_BASE + carry;

		block[n] = (uint8_t) part;
		carry = part >> 8;
	}
	return carry == 0;
}

bool
base62_to_block(const char *text, uint8_t *block)
{
	int			i;

	memset(block, 0, BASE62_BLOCK_LENGTH);
	for (i = 0; i < BASE62_BLOCK_DIGITS; i++)
	{
		const char *digit = text[i] == '\0' ? NULL : strchr(base62_digits, text[i]);

		if (digit == NULL || !append_digit(block, (unsigned int) (digit - base62_digits)))
		{
			wipe_memory(block, BASE62_BLOCK_LENGTH);
			return false;
		}
	}
	return true;
}
