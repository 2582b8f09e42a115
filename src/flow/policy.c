/*
 * policy.c
 *		The password policy.
 *
 * A password is compared as a whole (NIST SP 800-63B-4, section 3.1.1.2): a
 * long passphrase is not refused for a common word in it.  Comparison is
 * without regard to case, ASCII only.
 */
#include "compat.h"

#include "flow/policy.h"

#include <ctype.h>
#include <wctype.h>

#include "crypto/wipe.h"
#include "flow/common_passwords.h"
#include "flow/fault.h"
#include "flow/patterns.h"
#include "mb/pg_wchar.h"
#include "settings.h"

static const char *const rule_names[POLICY_RULES] = {
	"password_too_short",
	"password_too_long",
	"password_no_upper",
	"password_no_lower",
	"password_no_digit",
	"password_no_special",
	"password_common",
	"password_repeated",
	"password_sequence",
	"password_identity",
};

/* A stretch of the address or name counts from this many bytes on. */
#define IDENTITY_LENGTH_MIN 4

static void
note(uint32 *broken, PolicyRule rule, bool is_broken)
{
	if (is_broken)
		*broken |= UINT32_C(1) << rule;
}

/*
 * Letters beyond ASCII are looked up in the locale where the database is in
 * UTF-8, which is what its wide characters then are.
 */
static void
check_classes(const Secret *secret, uint32 *broken)
{
	bool		upper = false;
	bool		lower = false;
	bool		digit = false;
	bool		special = false;

	for (size_t i = 0; i < secret->length; i++)
	{
		unsigned char c = (unsigned char) secret->bytes[i];

		upper = upper || (c >= 'A' && c <= 'Z');
		lower = lower || (c >= 'a' && c <= 'z');
		digit = digit || (c >= '0' && c <= '9');
		special = special || (c < 0x80 && ispunct(c));
		if (GetDatabaseEncoding() == PG_UTF8 && c >= 0xc0)
		{
			wint_t		wide = (wint_t) utf8_to_unicode((unsigned char *) secret->bytes + i);

			upper = upper || iswupper(wide);
			lower = lower || iswlower(wide);
		}
	}
	note(broken, POLICY_NO_UPPER, settings_password_require_upper && !upper);
	note(broken, POLICY_NO_LOWER, settings_password_require_lower && !lower);
	note(broken, POLICY_NO_DIGIT, settings_password_require_digit && !digit);
	note(broken, POLICY_NO_SPECIAL, settings_password_require_special && !special);
}

static char *
fold(const char *bytes, size_t length)
{
	char	   *folded = palloc(length + 1);

	for (size_t i = 0; i < length; i++)
		folded[i] = (char) pg_ascii_tolower((unsigned char) bytes[i]);
	folded[length] = '\0';
	return folded;
}

/*
 * Whether the password is this word with too little around it.  The word is
 * folded here; the rest must make a password of its own.
 */
static bool
is_mostly(const char *folded, size_t length, const char *word, size_t word_length)
{
	char	   *folded_word;
	bool		found;

	if (word_length < IDENTITY_LENGTH_MIN)
		return false;
	folded_word = fold(word, word_length);
	found = strstr(folded, folded_word) != NULL &&
		length - word_length < SETTINGS_PASSWORD_LENGTH_MIN;
	pfree(folded_word);
	return found;
}

static bool
is_made_of_identity(const char *folded, size_t length, const char *email, const char *name)
{
	const char *at = email == NULL ? NULL : strrchr(email, '@');
	const char *word = name;

	if (at != NULL &&
		(is_mostly(folded, length, email, strlen(email)) ||
		 is_mostly(folded, length, email, (size_t) (at - email)) ||
		 is_mostly(folded, length, at + 1, strlen(at + 1))))
		return true;
	if (name != NULL && is_mostly(folded, length, name, strlen(name)))
		return true;
	while (word != NULL && *word != '\0')
	{
		size_t		word_length = strcspn(word, " ");

		if (is_mostly(folded, length, word, word_length))
			return true;
		word += word_length + strspn(word + word_length, " ");
	}
	return false;
}

uint32
policy_check(const Secret *secret, const char *email, const char *name)
{
	uint32		broken = 0;
	size_t		length = secret->length;
	char	   *folded;

	if (settings_password_min_length > settings_password_max_length)
		fault_configuration("enclave.password_min_length",
							"it is above enclave.password_max_length",
							"Lower the one or raise the other.");
	note(&broken, POLICY_TOO_LONG,
		 secret->too_long || secret->characters > settings_password_max_length);
	if (broken != 0)
		return broken;			/* nothing else is worth the time */

	note(&broken, POLICY_TOO_SHORT, secret->characters < settings_password_min_length);
	check_classes(secret, &broken);

	folded = fold(length == 0 ? "" : secret->bytes, length);
	if (settings_password_check_common && length > 0)
	{
		note(&broken, POLICY_COMMON, common_passwords_contain(folded, length));
		note(&broken, POLICY_REPEATED, patterns_is_repetition(folded, length));
		note(&broken, POLICY_SEQUENCE, patterns_is_runs(folded, length));
	}
	note(&broken, POLICY_IDENTITY,
		 settings_password_check_identity && is_made_of_identity(folded, length, email, name));
	wipe_memory(folded, length);
	pfree(folded);
	return broken;
}

const char *
policy_rule_name(PolicyRule rule)
{
	return rule_names[rule];
}

static char *
allowed(PolicyRule rule)
{
	switch (rule)
	{
		case POLICY_TOO_SHORT:
			return psprintf("Give %d characters or more.", settings_password_min_length);
		case POLICY_TOO_LONG:
			return psprintf("Give %d characters or fewer.", settings_password_max_length);
		case POLICY_NO_UPPER:
			return "Give an upper-case letter too.";
		case POLICY_NO_LOWER:
			return "Give a lower-case letter too.";
		case POLICY_NO_DIGIT:
			return "Give a digit too.";
		case POLICY_NO_SPECIAL:
			return "Give a punctuation mark too.";
		case POLICY_COMMON:
			return "Choose another: this one is among those that attackers try first.";
		case POLICY_REPEATED:
			return "Choose another: this one repeats a few characters.";
		case POLICY_SEQUENCE:
			return "Choose another: this one follows the alphabet, the digits or the keyboard.";
		case POLICY_IDENTITY:
		case POLICY_RULES:
			break;
	}
	return "Choose another: this one is made of the address or the name.";
}

void
policy_require(const Secret *secret, const char *email, const char *name)
{
	uint32		broken = policy_check(secret, email, name);

	for (int rule = 0; rule < POLICY_RULES; rule++)
		if (broken & (UINT32_C(1) << rule))
			fault_validation(rule_names[rule], allowed((PolicyRule) rule));
}
