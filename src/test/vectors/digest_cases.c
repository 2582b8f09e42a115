/*
 * digest_cases.c
 *		SHA-256: the examples of FIPS 180-4 (NIST's "SHA256.pdf" and CAVP).
 *		HMAC-SHA-256: RFC 4231, sections 4.2 to 4.4.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "crypto/digest.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

static void
check(const char *name, const char *text, size_t length, const char *hex)
{
	TokenDigest digest;

	tap_ok(digest_sha256(text, length, &digest) &&
		   tap_is_hex(digest.bytes, sizeof(digest.bytes), hex),
		   "SHA-256 of %s (FIPS 180-4)", name);
}

static void
check_reuse(void)
{
	static const char empty[] =
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	TokenDigest first;
	TokenDigest again;
	bool		same = true;
	int			i;

	tap_ok(digest_sha256(NULL, 0, &first) &&
		   tap_is_hex(first.bytes, sizeof(first.bytes), empty),
		   "SHA-256 of no bytes at a NULL pointer");

	(void) digest_sha256("token", 5, &first);
	for (i = 0; i < 1000 && same; i++)
	{
		TokenDigest other;

		same = digest_sha256("other", 5, &other) && !digest_equal(&first, &other) &&
			digest_sha256("token", 5, &again) && digest_equal(&first, &again);
	}
	tap_ok(same, "the kept context carries nothing from one digest to the next");
	tap_ok(ERR_peek_error() == 0, "the OpenSSL error queue stays empty");
}

/* HMAC pads a key with zeros (RFC 2104, section 2), and so do we here to 32. */
static void
check_hmac(const char *section, const char *text, size_t length, int fill, size_t key_length,
		   const char *key_text, const char *hex)
{
	TokenDigest key;
	TokenDigest mac;

	memset(&key, 0, sizeof(key));
	if (key_text != NULL)
		memcpy(key.bytes, key_text, key_length);
	else
		memset(key.bytes, fill, key_length);
	tap_ok(digest_hmac(&key, text, length, &mac) &&
		   tap_is_hex(mac.bytes, sizeof(mac.bytes), hex),
		   "HMAC-SHA-256 of RFC 4231, section %s", section);
}

static void
check_hmacs(void)
{
	char		dd[50];

	memset(dd, 0xdd, sizeof(dd));
	check_hmac("4.2", "Hi There", 8, 0x0b, 20, NULL,
			   "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	check_hmac("4.3", "what do ya want for nothing?", 28, 0, 4, "Jefe",
			   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	check_hmac("4.4", dd, sizeof(dd), 0xaa, 20, NULL,
			   "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
}

static void
check_equal(void)
{
	TokenDigest a;
	TokenDigest b;
	int			bit;
	int			told = 0;

	memset(&a, 0xA5, sizeof(a));
	b = a;
	tap_ok(digest_equal(&a, &b), "equal digests are equal");
	for (bit = 0; bit < TOKEN_DIGEST_LENGTH * 8; bit++)
	{
		b = a;
		b.bytes[bit / 8] ^= (uint8_t) (1 << bit % 8);
		told += !digest_equal(&a, &b);
	}
	tap_ok(told == TOKEN_DIGEST_LENGTH * 8,
		   "each of the %d bits tells two digests apart", TOKEN_DIGEST_LENGTH * 8);
}

void
digest_cases_run(void)
{
	static const char two_blocks[] =
	"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	size_t		million = 1000000;
	char	   *many = malloc(million);

	if (many == NULL)
		abort();
	memset(many, 'a', million);

	check("the empty string", "", 0,
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check("\"abc\"", "abc", 3,
		  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check("a message of 448 bits", two_blocks, strlen(two_blocks),
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	check("a million times \"a\"", many, million,
		  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	check_reuse();
	check_hmacs();
	check_equal();
	free(many);
}
