/*
 * token_cases.c
 *		Tokens that come in: which are ours, foreign or refused.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/token.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

typedef struct Known
{
	TokenPurpose purpose;
	const char *text;
} Known;

/* Checksums by zlib's crc32 in Python, independently of our code. */
static const Known known[] = {
	{TOKEN_ACCESS, "eat_0123456789ABCDEFGHIJKLMNOPQRSTUV2gKjii"},
	{TOKEN_REFRESH, "ert_789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd37Jl1X"},
	{TOKEN_SESSION, "ess_EFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqr2p8LnR"},
	{TOKEN_PASSWORD_RESET, "epr_LMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234560PZxYe"},
	{TOKEN_EMAIL_VERIFICATION, "eev_STUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ABCDEF3qm3Fc"},
	{TOKEN_EMAIL_CHANGE, "eec_Zabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ39yM8k"},
	{TOKEN_MAGIC_LINK, "eml_ghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh02wxSp"},
	{TOKEN_TEAM_INVITATION, "eti_nopqrstuvwxyz0123456789ABCDEFGHI2v7ot4"},
	{TOKEN_ACCESS, "eat_00000000000000000000000000004902000xkV"},
	{TOKEN_ACCESS, "eat_0000000000000000000000000000000021jpdr"},
	{TOKEN_ACCESS, "eat_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz12fe3l"},
};

/* Without a NUL: what is judged here has a length instead. */
static void
copy(char *to, const char *from, size_t length)
{
	memcpy(to, from, length);
}

/* Append the checksum of the first `length` characters. */
static void
put_checksum(char *text, size_t length)
{
	static const char digits[] =
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	uint32_t	crc = token_checksum(text, length);
	size_t		i;

	for (i = TOKEN_CHECKSUM_LENGTH; i-- > 0; crc /= 62)
		text[length + i] = digits[crc % 62];
}

static TokenForm
classify(const char *text, size_t length, TokenPurpose *purpose)
{
	char	   *exact = tap_exact_copy(text, length);
	TokenForm	form = token_classify(exact, length, purpose);

	free(exact);
	return form;
}

static bool
is(TokenForm form, const char *text, size_t length)
{
	const TokenPurpose untouched = (TokenPurpose) 99;
	TokenPurpose purpose = untouched;

	return classify(text, length, &purpose) == form &&
		(form == TOKEN_FORM_OURS || purpose == untouched);
}

static void
check_known(void)
{
	size_t		i;

	tap_ok(token_checksum("123456789", 9) == UINT32_C(0xCBF43926) &&
		   token_checksum("", 0) == 0, "CRC-32/ISO-HDLC has its check value");
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		TokenPurpose purpose = (TokenPurpose) 99;

		tap_ok(classify(known[i].text, strlen(known[i].text), &purpose) ==
			   TOKEN_FORM_OURS && purpose == known[i].purpose,
			   "ours, by a checksum computed elsewhere: %s", known[i].text);
	}
}

static void
check_spoiled(void)
{
	const char *good = known[0].text;
	const size_t length = strlen(good);
	char		text[TOKEN_SIZE];
	bool		right = true;
	size_t		i;
	int			c;

	for (i = 0; i < length; i++)
		right = right && is(TOKEN_FORM_REFUSED, good, i) &&
			!is(TOKEN_FORM_OURS, good + i + 1, length - i - 1);
	tap_ok(right, "a token cut short, at either end and anywhere, is not ours");

	copy(text, good, length);
	right = true;
	for (c = 0; c < 256; c++)
	{
		text[length] = (char) c;
		right = right && is(TOKEN_FORM_REFUSED, text, length + 1);
	}
	tap_ok(right, "a token with any byte appended is refused");

	right = true;
	for (i = 0; i < length; i++)
	{
		copy(text, good, length);
		for (c = 0; c < 256; c++)
		{
			text[i] = (char) c;
			if (text[i] == good[i])
				continue;
			right = right && !is(TOKEN_FORM_OURS, text, length) &&
				(i < TOKEN_PREFIX_LENGTH || is(TOKEN_FORM_REFUSED, text, length));
		}
	}
	tap_ok(right, "a token with any one of %d bytes changed in any way is refused",
		   (int) length);

	right = true;
	for (i = TOKEN_PREFIX_LENGTH; i + 1 < length; i++)
	{
		if (good[i] == good[i + 1])
			continue;
		copy(text, good, length);
		text[i] = good[i + 1];
		text[i + 1] = good[i];
		right = right && is(TOKEN_FORM_REFUSED, text, length);
	}
	tap_ok(right, "a token with two neighbours swapped is refused");
}

/* A right checksum does not help a wrong length or character. */
static void
check_frame(void)
{
	char		text[128];
	bool		right = true;
	size_t		random;

	memset(text, 'x', sizeof(text));
	copy(text, "eat_", TOKEN_PREFIX_LENGTH);
	for (random = 0; random < 100; random++)
	{
		put_checksum(text, TOKEN_PREFIX_LENGTH + random);
		right = right && is(random >= TOKEN_RANDOM_MIN && random <= TOKEN_RANDOM_MAX ?
							TOKEN_FORM_OURS : TOKEN_FORM_REFUSED, text,
							TOKEN_PREFIX_LENGTH + random + TOKEN_CHECKSUM_LENGTH);
		text[TOKEN_PREFIX_LENGTH + random] = 'x';
	}
	tap_ok(right, "ours have 32 to 64 random digits, whatever their checksum");

	memset(text, 'x', sizeof(text));
	copy(text, "eat_xxx-", 8);
	put_checksum(text, 36);
	tap_ok(is(TOKEN_FORM_REFUSED, text, 42),
		   "a character that is no digit is refused with a right checksum");
}

static void
check_foreign(void)
{
	char		text[TOKEN_FOREIGN_MAX + 1];
	bool		right = true;
	int			c;

	memset(text, 'x', sizeof(text));
	tap_ok(is(TOKEN_FORM_REFUSED, text, TOKEN_FOREIGN_MIN - 1) &&
		   is(TOKEN_FORM_FOREIGN, text, TOKEN_FOREIGN_MIN) &&
		   is(TOKEN_FORM_FOREIGN, text, TOKEN_FOREIGN_MAX) &&
		   is(TOKEN_FORM_REFUSED, text, TOKEN_FOREIGN_MAX + 1),
		   "foreign tokens have 20 to 512 characters");
	for (c = 0; c < 256; c++)
	{
		text[7] = (char) c;
		right = right && is(c >= 0x21 && c <= 0x7e ? TOKEN_FORM_FOREIGN :
							TOKEN_FORM_REFUSED, text, 32);
	}
	tap_ok(right, "foreign tokens have printable ASCII and no blank");
	tap_ok(is(TOKEN_FORM_FOREIGN, "EAT_xxxxxxxxxxxxxxxxxxxx", 24) &&
		   is(TOKEN_FORM_FOREIGN, "eatxxxxxxxxxxxxxxxxxxxxx", 24) &&
		   is(TOKEN_FORM_FOREIGN, "ezz_xxxxxxxxxxxxxxxxxxxx", 24),
		   "what only resembles a prefix of ours is foreign");
}

static void
check_refused(void)
{
	TokenPurpose purpose;

	tap_ok(token_classify(NULL, 0, &purpose) == TOKEN_FORM_REFUSED &&
		   is(TOKEN_FORM_REFUSED, "", 0) && is(TOKEN_FORM_REFUSED, "eat_", 4) &&
		   is(TOKEN_FORM_REFUSED, "e", 1), "empty and short texts are refused");
	tap_ok(is(TOKEN_FORM_REFUSED, "eat_0123456789ABCDEFGHIJ\0", 25),
		   "a NUL is refused");
	tap_ok(token_classify("eat_", (size_t) 1 << 30, &purpose) == TOKEN_FORM_REFUSED &&
		   token_classify("abcd", (size_t) 1 << 30, &purpose) == TOKEN_FORM_REFUSED &&
		   token_classify("abcd", SIZE_MAX, &purpose) == TOKEN_FORM_REFUSED,
		   "a text of 1 GiB is refused by its length, unread");
}

static void
check_digest(void)
{
	TokenDigest digest;

	tap_ok(token_digest(known[0].text, strlen(known[0].text), &digest) &&
		   tap_is_hex(digest.bytes, sizeof(digest.bytes),
					  "7540a6687c9fa59f05e89bef2a9758f1ea6029989016c34e4b38e4b9638b67db"),
		   "what is stored is SHA-256 of the whole token");
}

void
token_cases_run(void)
{
	check_known();
	check_spoiled();
	check_frame();
	check_foreign();
	check_refused();
	check_digest();
}
