/*
 * suspect.c
 *		Whether a text for the log may hold a secret.
 *
 * The rule is kept wide: what is suspected in vain loses its literals in the
 * log, what is missed is a password there.  So it does not read SQL: a name in
 * a comment, in a literal or in prose counts like any other.
 */
#include "flow/suspect.h"

#include <string.h>

/* How far a parenthesis is looked for; whoever hides it further off is suspect. */
#define LOOK_AHEAD 256

/*
 * A token has 32 random letters and digits and more after its prefix, and six of
 * a checksum.  Cut off so short that it is not seen, it keeps 77 bits secret.
 */
#define TOKEN_IN_WORD 24
#define TOKEN_IN_TEXT 20
#define TOKEN_IN_LITERAL 1

/* Functions of the scripts, a space between; the build takes them from there. */
static const char names[] = ENCLAVE_NAMES;

static const char prefixes[] = "eat ert ess epr eev eec eml eti";

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char
suspect_fold(char byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return (char) (byte - 'A' + 'a');
	return byte;
}

bool
suspect_is_word(char byte)
{
	return is_letter_or_digit(byte) || byte == '_' || byte == '$' || (byte & 0x80) != 0;
}

/* Whether the text goes on, in any case, with a word in lower case. */
static bool
goes_on(const char *text, size_t length, size_t at, const char *lower)
{
	size_t		i;

	for (i = 0; lower[i] != '\0'; i++)
		if (at + i >= length || suspect_fold(text[at + i]) != lower[i])
			return false;
	return true;
}

/* Whether a word stands in a list of words with a space between. */
static bool
is_listed(const char *list, const char *word, size_t length)
{
	const char *at = list;

	while (*at != '\0')
	{
		size_t		size = strcspn(at, " ");
		size_t		i = 0;

		while (i < size && i < length && suspect_fold(word[i]) == at[i])
			i++;
		if (i == size && i == length)
			return true;
		at += size;
		at += *at == ' ';
	}
	return false;
}

bool
suspect_is_own_name(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (suspect_fold(word[i]) != word[i])
			return false;
	return is_listed(names, word, length) || is_listed("enclave", word, length);
}

/* Whether the word that ends here is called: also if it, or the text, is quoted. */
static bool
is_called(const char *text, size_t length, size_t end)
{
	size_t		at = end;
	size_t		depth = 0;

	at += at < length && text[at] == '\\';
	at += at < length && text[at] == '"';
	while (at < length && at < end + LOOK_AHEAD)
	{
		bool		two = at + 1 < length;

		if (two && text[at] == '/' && text[at + 1] == '*')
		{
			depth++;
			at += 2;
		}
		else if (depth > 0 && two && text[at] == '*' && text[at + 1] == '/')
		{
			depth--;
			at += 2;
		}
		else if (depth > 0 || is_space(text[at]))
			at++;
		else if (two && text[at] == '-' && text[at + 1] == '-')
		{
			while (at < length && at < end + LOOK_AHEAD && text[at] != '\n' && text[at] != '\r')
				at++;
		}
		else
			return text[at] == '(';
	}
	return at >= end + LOOK_AHEAD;
}

size_t
suspect_token(const char *text, size_t length, size_t at)
{
	size_t		end = at + 4;
	size_t		size;
	char		before = ' ';

	/* all begin alike, and nearly no word is looked at any further */
	if (length - at < 5 || text[at] != 'e' || text[at + 3] != '_' ||
		!is_listed(prefixes, text + at, 3))
		return 0;
	if (at > 0)
		before = text[at - 1];
	while (end < length && is_letter_or_digit(text[end]))
		end++;
	size = end - at - 4;

	if (before == '\'' || before == '$')
		return size >= TOKEN_IN_LITERAL ? end - at : 0;
	if (suspect_is_word(before))
		return size >= TOKEN_IN_WORD ? end - at : 0;
	return size >= TOKEN_IN_TEXT ? end - at : 0;
}

/* Whether a word is one that makes its text suspect; `at` is within the text. */
static bool
is_telling(const char *text, size_t length, size_t at, size_t end)
{
	if (end - at == strlen("execute") && goes_on(text, length, at, "execute"))
		return true;
	return end > at && is_called(text, length, end) && is_listed(names, text + at, end - at);
}

bool
suspect_text(const char *text, size_t length)
{
	size_t		at = 0;

	while (at < length)
	{
		bool		is_escaped = at > 0 && text[at - 1] == '\\';
		size_t		end = at;

		/* a word, with what may stand in the midst of it */
		while (end < length && suspect_is_word(text[end]) && text[end] != '$')
		{
			if (goes_on(text, length, end, "enclave") || suspect_token(text, length, end) > 0)
				return true;
			end++;
		}
		/* of an escape such as \n in a plan as JSON the letter is no part of the word */
		if (is_telling(text, length, at, end) ||
			(is_escaped && end > at && is_telling(text, length, at + 1, end)))
			return true;
		if (end > at && suspect_fold(text[end - 1]) == 'u' &&
			(goes_on(text, length, end, "&\"") || goes_on(text, length, end, "&\\\"")))
			return true;
		if (goes_on(text, length, end, ":constvalue"))
			return true;
		at = end + 1;
	}
	return false;
}
