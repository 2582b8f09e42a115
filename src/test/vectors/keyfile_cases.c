/*
 * keyfile_cases.c
 *		A file of master keys is understood as a whole or not at all (security.md 20).
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/keyfile.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

/* 32 bytes: 00 01 .. 1f, and 32 of ff: with both digits that base64url spells otherwise. */
#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define FULL "//////////////////////////////////////////8="
#define PLUS "+vr6+vr6+vr6+vr6+vr6+vr6+vr6+vr6+vr6+vr6+vo="

typedef struct Case
{
	const char *name;
	KeyfileStatus status;
	int			number;			/* of keys, or the line with the fault */
	const char *text;
} Case;

static const Case cases[] = {
	{"one key", KEYFILE_OK, 1, "a:" KEY "\n"},
	{"one key without a line end", KEYFILE_OK, 1, "a:" KEY},
	{"two keys, a comment and empty lines", KEYFILE_OK, 2, "# x\n\n2026-11:" KEY "\n\nb_c.D:" FULL "\n\n"},
	{"the digits of base64", KEYFILE_OK, 1, "a:" PLUS "\n"},
	{"an id of 32 characters", KEYFILE_OK, 1, "abcdefghijklmnopqrstuvwxyz012345:" KEY},
	{"nothing", KEYFILE_EMPTY, 0, ""},
	{"comments only", KEYFILE_EMPTY, 2, "# a\n# b\n"},
	{"no id", KEYFILE_NO_ID, 1, ":" KEY},
	{"no colon", KEYFILE_NO_ID, 1, KEY},
	{"an id alone", KEYFILE_NO_ID, 1, "a"},
	{"a blank in front", KEYFILE_NO_ID, 1, " a:" KEY},
	{"a blank in the id", KEYFILE_NO_ID, 1, "a b:" KEY},
	{"an id of 33 characters", KEYFILE_NO_ID, 1, "abcdefghijklmnopqrstuvwxyz0123456:" KEY},
	{"an id that is not ASCII", KEYFILE_NO_ID, 2, "a:" KEY "\n\xc3\xbc:" KEY},
	{"no key", KEYFILE_NO_KEY, 1, "a:"},
	{"a blank before the key", KEYFILE_NO_KEY, 1, "a: " KEY},
	{"a blank behind the key", KEYFILE_NO_KEY, 1, "a:" KEY " "},
	{"a line end of Windows", KEYFILE_NO_KEY, 1, "a:" KEY "\r\n"},
	{"no padding", KEYFILE_NO_KEY, 1, "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"},
	{"base64url", KEYFILE_NO_KEY, 1, "a:__________________________________________8="},
	{"bits left over", KEYFILE_NO_KEY, 1, "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9="},
	{"31 bytes", KEYFILE_NO_KEY, 2, "a:" KEY "\nb:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="},
	{"33 bytes", KEYFILE_NO_KEY, 1, "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"},
	{"hexadecimal digits", KEYFILE_NO_KEY, 1, "a:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},
	{"an id twice", KEYFILE_TWICE, 3, "a:" KEY "\nb:" KEY "\na:" FULL},
};

static void
check(const Case *one)
{
	char	   *exact = tap_exact_copy(one->text, strlen(one->text));
	Keyfile		file;
	int			line;
	KeyfileStatus status = keyfile_parse(exact, strlen(one->text), &file, &line);

	tap_ok(status == one->status && (status == KEYFILE_OK ? file.count == one->number :
									 file.count == 0 && line == one->number),
		   "key file %s: %s", status == KEYFILE_OK ? "taken" : "refused", one->name);
	free(exact);
}

void
keyfile_cases_run(void)
{
	char		many[KEYFILE_LENGTH_MAX] = "";
	char		id[2] = "a";
	Keyfile		file;
	int			line;
	size_t		i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(&cases[i]);

	tap_ok(keyfile_parse(cases[2].text, strlen(cases[2].text), &file, &line) == KEYFILE_OK &&
		   strcmp(file.keys[0].id, "2026-11") == 0 && strcmp(file.keys[1].id, "b_c.D") == 0 &&
		   tap_is_hex(file.keys[0].bytes, 32, "000102030405060708090a0b0c0d0e0f"
					  "101112131415161718191a1b1c1d1e1f") &&
		   tap_is_hex(file.keys[1].bytes, 32, "ffffffffffffffffffffffffffffffff"
					  "ffffffffffffffffffffffffffffffff"), "the keys are those of the file, in its order");
	for (i = 0; i <= KEYFILE_KEYS_MAX; i++, id[0]++)
	{
		tap_ok(i == 0 || keyfile_parse(many, strlen(many), &file, &line) == KEYFILE_OK,
			   "%d keys are taken", (int) i);
		(void) strcat(many, id);
		(void) strcat(many, ":" KEY "\n");
	}
	tap_ok(keyfile_parse(many, strlen(many), &file, &line) == KEYFILE_TOO_MANY && line == 17 &&
		   file.count == 0, "one more than 16 is not");
	tap_ok(keyfile_parse("a:\0x\n", 5, &file, &line) == KEYFILE_NO_KEY &&
		   keyfile_parse("\0\n", 2, &file, &line) == KEYFILE_NO_ID, "nor is a NUL");
}
