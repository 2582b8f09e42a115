/*
 * base64url_cases.c
 *		Base64url has one spelling: RFC 4648, section 10, and what is near to it.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/base64url.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

static const struct
{
	const char *bytes;
	const char *text;
}			known[] = {
	{"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"},
	{"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"},
	{"\xfb\xff\xbf", "-_-_"},	/* the two digits that are not base64's */
};

static const struct
{
	const char *name;
	const char *text;
}			hostile[] = {
	{"padding", "Zg=="}, {"padding of one", "Zm8="}, {"padding alone", "="},
	{"the digit +", "+_-_"}, {"the digit /", "-/-_"}, {"a blank in front", " Zm9v"},
	{"a blank behind", "Zm9v "}, {"a line break", "Zm9v\n"}, {"CR LF within", "Zm\r\n9v"},
	{"a tab", "Zm\t9v"}, {"percent-encoding", "Zm9v%3D"}, {"a dot", "Zm9v."},
	{"a digit too many", "Zm9vY"}, {"one digit", "Z"}, {"bits left over of four", "Zh"},
	{"bits left over of two", "Zm9"}, {"a byte of 0x80", "Zm9\x80"}, {"a byte of 0xFF", "\xffm9v"},
	{"UTF-8", "Zm\xc3\xa9v"}, {"a hyphen of typographers", "\xe2\x80\x90m9v"},
};

static bool
decodes(const char *text, size_t length, uint8_t *out, size_t size, size_t *written)
{
	char	   *exact = tap_exact_copy(text, length);
	bool		decoded = base64url_decode(exact, length, out, size, written);

	free(exact);
	return decoded;
}

static void
check_known(void)
{
	uint8_t		bytes[16];
	char		text[16];
	size_t		length;
	size_t		i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		size_t		size = strlen(known[i].bytes);

		tap_ok(base64url_encode((const uint8_t *) known[i].bytes, size, text, sizeof(text)) &&
			   strcmp(text, known[i].text) == 0 && strlen(text) == BASE64URL_LENGTH(size) &&
			   decodes(text, strlen(text), bytes, sizeof(bytes), &length) && length == size &&
			   memcmp(bytes, known[i].bytes, size) == 0 &&
			   BASE64URL_BYTES(strlen(text)) == size,
			   "base64url of %d bytes, there and back", (int) size);
	}
}

/* One spelling: of all two- and three-digit texts those that come back the same. */
static void
check_spellings(void)
{
	int			taken = 0;
	bool		same = true;
	int			a;
	int			b;
	int			c;

	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++)
			for (c = -1; c < 256; c++)
			{
				char		text[3] = {(char) a, (char) b, (char) c};
				char		back[4];
				uint8_t		bytes[2];
				size_t		length;

				if (!base64url_decode(text, c < 0 ? 2 : 3, bytes, sizeof(bytes), &length))
					continue;
				taken++;
				same = same && base64url_encode(bytes, length, back, sizeof(back)) &&
					memcmp(back, text, strlen(back)) == 0;
			}
	tap_ok(taken == 256 + 65536 && same,
		   "one and two bytes have one text each, of all texts of two and three bytes");
}

static void
check_room(void)
{
	uint8_t		bytes[6];
	char		text[8];
	size_t		length;
	bool		right = true;
	size_t		size;

	for (size = 0; size < sizeof(bytes); size++)
		right = right && !decodes("Zm9vYmFy", 8, bytes, size, &length) && length == 0;
	tap_ok(right && decodes("Zm9vYmFy", 8, bytes, 6, &length) && length == 6,
		   "nothing is decoded into a buffer too small for it");
	right = true;
	for (size = 0; size < sizeof(text); size++)
	{
		char	   *exact = tap_exact_copy(text, size);

		right = right && !base64url_encode((const uint8_t *) "foobar", 6, exact, size) &&
			(size == 0 || exact[0] == '\0');
		free(exact);
	}
	tap_ok(right && !base64url_encode(bytes, SIZE_MAX, text, sizeof(text)),
		   "nothing is encoded into a buffer too small for it");
	memset(bytes, 'x', sizeof(bytes));
	tap_ok(!decodes("Zm9vYmF!", 8, bytes, sizeof(bytes), &length) && bytes[0] != 'f',
		   "what was decoded before a wrong digit is wiped");
	tap_ok(base64url_decode(NULL, 0, bytes, 0, &length) && length == 0, "no text is no bytes");
}

void
base64url_cases_run(void)
{
	uint8_t		bytes[16];
	size_t		length;
	size_t		i;

	check_known();
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		tap_ok(!decodes(hostile[i].text, strlen(hostile[i].text), bytes, sizeof(bytes),
						&length) && length == 0, "base64url refused: %s", hostile[i].name);
	tap_ok(!decodes("Zm\0v", 4, bytes, sizeof(bytes), &length), "base64url refused: a NUL");
	check_spellings();
	check_room();
}
