/*
 * token.c
 *		Opaque tokens.
 */
#include "crypto/token.h"

#include <string.h>

#include "crypto/base62.h"
#include "crypto/digest.h"
#include "crypto/wipe.h"

/* Bytes taken from a RandomSource at a time. */
#define BLOCK_LENGTH 64

static const char *const prefixes[] = {
	[TOKEN_ACCESS] = "eat_",
	[TOKEN_REFRESH] = "ert_",
	[TOKEN_SESSION] = "ess_",
	[TOKEN_PASSWORD_RESET] = "epr_",
	[TOKEN_EMAIL_VERIFICATION] = "eev_",
	[TOKEN_EMAIL_CHANGE] = "eec_",
	[TOKEN_MAGIC_LINK] = "eml_",
	[TOKEN_TEAM_INVITATION] = "eti_",
};

#define PURPOSES ((int) (sizeof(prefixes) / sizeof(prefixes[0])))

/*
 * CRC-32/ISO-HDLC: polynomial 0x04C11DB7, here reflected, all ones before and
 * inverted after.  Half a byte at a time: sixteen entries, and no zlib.
 */
uint32_t
token_checksum(const char *text, size_t length)
{
	static const uint32_t steps[16] = {
		0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC,
		0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
		0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
		0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
	};
	uint32_t	crc = UINT32_MAX;
	size_t		i;

	for (i = 0; i < length; i++)
	{
		crc ^= (uint8_t) text[i];
		crc = crc >> 4 ^ steps[crc & 0xF];
		crc = crc >> 4 ^ steps[crc & 0xF];
	}
	return ~crc;
}

/* Write the checksum of `length` characters, without NUL. */
static void
put_checksum(const char *text, size_t length, char *out)
{
	uint32_t	crc = token_checksum(text, length);
	int			i;

	for (i = TOKEN_CHECKSUM_LENGTH - 1; i >= 0; i--)
	{
		out[i] = base62_digits[crc % BASE62_BASE];
		crc /= BASE62_BASE;
	}
}

/* Not isalnum(), which knows more letters in some locales. */
static bool
is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z');
}

bool
token_random_text(size_t length, RandomSource random, char *out)
{
	uint8_t		block[BLOCK_LENGTH];
	size_t		made = 0;
	size_t		blocks_left;

	out[0] = '\0';
	if (length < 1 || length > TOKEN_TEXT_MAX)
		return false;

	/*
	 * A block of good bytes gives 62 digits of 64; one that gives no more than
	 * 32 does not occur.  A broken source must not keep us here for ever.
	 */
	blocks_left = 4 + length / (BLOCK_LENGTH / 2);

	while (made < length && blocks_left-- > 0 && random(block, sizeof(block)))
	{
		size_t		i;

		for (i = 0; i < sizeof(block) && made < length; i++)
		{
			unsigned int candidate = block[i] & 0x3F;

			/* To wrap 62 and 63 around would favour the first two digits. */
			if (candidate < BASE62_BASE)
				out[made++] = base62_digits[candidate];
		}
	}
	wipe_memory(block, sizeof(block));

	if (made < length)
	{
		wipe_memory(out, made);
		out[0] = '\0';
		return false;
	}
	out[length] = '\0';
	return true;
}

void
token_frame(TokenPurpose purpose, size_t random_length, char *out)
{
	size_t		checksum_at = TOKEN_PREFIX_LENGTH + random_length;

	memcpy(out, prefixes[purpose], TOKEN_PREFIX_LENGTH);
	put_checksum(out, checksum_at, out + checksum_at);
	out[checksum_at + TOKEN_CHECKSUM_LENGTH] = '\0';
}

bool
token_generate(TokenPurpose purpose, size_t random_length, RandomSource random,
			   char *out, const char **error)
{
	out[0] = '\0';
	if ((int) purpose < 0 || (int) purpose >= PURPOSES)
	{
		*error = "unknown token purpose";
		return false;
	}
	if (random_length < TOKEN_RANDOM_MIN || random_length > TOKEN_RANDOM_MAX)
	{
		*error = "token length out of range";
		return false;
	}
	if (!token_random_text(random_length, random, out + TOKEN_PREFIX_LENGTH))
	{
		*error = "no randomness for a token";
		return false;
	}
	token_frame(purpose, random_length, out);
	return true;
}

/* Whether a text with a prefix of ours is flawless after it. */
static bool
is_intact(const char *text, size_t length)
{
	const size_t frame = TOKEN_PREFIX_LENGTH + TOKEN_CHECKSUM_LENGTH;
	char		checksum[TOKEN_CHECKSUM_LENGTH];
	size_t		checksum_at;
	size_t		i;

	if (length < frame + TOKEN_RANDOM_MIN || length > frame + TOKEN_RANDOM_MAX)
		return false;
	for (i = TOKEN_PREFIX_LENGTH; i < length; i++)
	{
		if (!is_digit(text[i]))
			return false;
	}
	checksum_at = length - TOKEN_CHECKSUM_LENGTH;
	put_checksum(text, checksum_at, checksum);
	return memcmp(text + checksum_at, checksum, TOKEN_CHECKSUM_LENGTH) == 0;
}

/* Whether a text without a prefix of ours can be a token at all. */
static bool
is_plausible(const char *text, size_t length)
{
	size_t		i;

	if (length < TOKEN_FOREIGN_MIN || length > TOKEN_FOREIGN_MAX)
		return false;
	for (i = 0; i < length; i++)
	{
		if (text[i] < 0x21 || text[i] > 0x7e)
			return false;
	}
	return true;
}

TokenForm
token_classify(const char *text, size_t length, TokenPurpose *purpose)
{
	int			i;

	for (i = 0; length >= TOKEN_PREFIX_LENGTH && i < PURPOSES; i++)
	{
		if (memcmp(text, prefixes[i], TOKEN_PREFIX_LENGTH) != 0)
			continue;
		if (!is_intact(text, length))
			return TOKEN_FORM_REFUSED;
		*purpose = (TokenPurpose) i;
		return TOKEN_FORM_OURS;
	}
	return is_plausible(text, length) ? TOKEN_FORM_FOREIGN : TOKEN_FORM_REFUSED;
}

bool
token_digest(const char *text, size_t length, TokenDigest *out)
{
	return digest_sha256(text, length, out);
}
