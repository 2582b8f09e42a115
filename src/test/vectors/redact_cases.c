/*
 * redact_cases.c
 *		What the log may show (security.md 18).
 *
 * Every secret here holds the word Kanarie, in each of its parts that a slip of
 * the reader could show.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/redact.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 32 random characters and a checksum, which nobody here looks at */
#define TOKEN "Kanarie0Kanarie1Kanarie2Kanarie3Kanari"

/* Texts whose secret must be gone, whatever else is left. */
static const char *const hostile[] = {
	/* every form of a literal */
	"statement: SELECT enclave.login('a@b.c', 'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', 'Kana''Kanarie')",
	"statement: SELECT enclave.login('', '''Kanarie''')",
	"statement: SELECT enclave.login('a@b.c', E'Kana\\'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', e'\\\\\\'Kanarie\\\\', E'\\\\'), 'Kanarie'",
	"statement: SELECT enclave.login('a@b.c', E'Kanarie''\\'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', U&'\\0061Kanarie')",
	"statement: SELECT enclave.login('a@b.c', u&'!0061Kanarie' UESCAPE '!')",
	"statement: SELECT enclave.login('a@b.c', N'Kanarie')",
	"statement: SELECT enclave.hash_token(B'Kanarie', X'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', $$Kanarie$$)",
	"statement: SELECT enclave.login('a@b.c', $_9$Kan'$$'Kanarie$_9$)",
	"statement: SELECT enclave.login('a@b.c', $t$Kanarie$T$Kanarie$t Kanarie$t$)",
	"statement: SELECT enclave.login($\xc3\xa4$Kanarie$\xc3\xa4$, 'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', 'Kana'\n\t'rieKanarie')",
	"statement: SELECT enclave.login('a@b.c', E'Kana'\n'rie\\'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', 'Kanarie'::text)",
	"statement: SELECT enclave.login(password=>'Kanarie',email=>'a@b.c')",
	"statement: SELECT enclave.login('a@b.c', secret 'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', '\xc3\xa4 \xe2\x82\xac Kanarie \xf0\x9f\x90\xa6')",
	"statement: SELECT enclave.login('a@b.c', '\xff\xfe' 'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', '/* Kanarie')",
	"statement: SELECT enclave.login('a@b.c', '-- Kanarie')",
	"statement: SELECT enclave.login('a@b.c', '\"Kanarie\" Kanarie')",
	"statement: SELECT enclave.login('a@b.c', '$$ Kanarie $$')",
	"statement: SELECT 'a\"', enclave.login('b\"', 'Kanarie')",
	/* names, in every spelling */
	"statement: SELECT EnClAvE . LOGIN ( 'a@b.c' , 'Kanarie' )",
	"statement: SELECT \"enclave\".\"login\"('a@b.c', 'Kanarie')",
	"statement: SELECT U&\"\\0065ncl\\0061ve\".U&\"l!006fgin\" UESCAPE '!' ('a@b.c', 'Kanarie')",
	"statement: SELECT u&\"\\006cogin\"('a@b.c', 'Kanarie')",
	"statement: SELECT login('a@b.c', 'Kanarie')",
	"statement: SELECT Login\n\t('a@b.c', 'Kanarie')",
	"statement: SELECT login/* /* ( */ */('a@b.c', 'Kanarie')",
	"statement: SELECT login -- (\n('a@b.c', 'Kanarie')",
	"statement: SELECT \"login\" ('a@b.c', 'Kanarie')",
	"statement: SELECT x.login/**/('a@b.c', 'Kanarie')",
	"statement: SELECT hash_token('Kanarie'), verify_token('Kanarie')",
	"statement: SELECT 1 AS\xc3\xa4, secret_in('Kanarie')",
	"statement: SET search_path = enclave; SELECT 'Kanarie'",
	"statement: SELECT set_config('search_path', 'enclave', true), 'Kanarie'",
	"statement: DO $$BEGIN PERFORM enclave.login('a@b.c', 'Kanarie'); END$$",
	"statement: DO $body$login($1, 'Kanarie')$body$",
	"statement: DO 'BEGIN PERFORM login(''a@b.c'', ''Kanarie''); END'",
	"statement: CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $_$SELECT login('a', 'Kanarie')$_$",
	"statement: CALL x(); /* enclave */ SELECT 'Kanarie'",
	/* EXECUTE, which may run anything */
	"statement: EXECUTE s('a@b.c', 'Kanarie')",
	"statement: execute\ts ( 'Kanarie' )",
	"statement: DO $$BEGIN EXECUTE 'SELECT encl' || 'ave.login(''Kanarie'')'; END$$",
	"execute s1: EXECUTE s2('Kanarie')",
	"duration: 0.1 ms  execute <unnamed>: EXECUTE s('Kanarie')",
	/* what was never a statement, and what is cut off */
	"statement: SELECT enclave.login('a@b.c', 'Kanarie",
	"statement: SELECT enclave.login('a@b.c', 'it's Kanarie')",
	"statement: SELECT enclave.login('a@b.c', 'Kanarie's Kanarie' Kanarie)",
	"statement: SELECT enclave.login('a@b.c', 'x ' Kanarie ' y')",
	"statement: SELECT enclave.login('a@b.c', 'x'Kanarie'y')",
	"statement: SELECT enclave.login('a@b.c', 'x''' Kanarie '''y')",
	"statement: SELECT enclave.login('a@b.c', 'x' 'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', 'x\\' Kanarie\\', 'Kanarie')",
	"statement: SELECT enclave.login('a@b.c\\', 'Kanarie')",
	"statement: SELECT enclave.login('a\\', b', '+Kanarie+', '+c\\'+')",
	"statement: SELECT enclave.login('a@b.c\\\\', 'Kanarie')",
	"statement: SELECT enclave.login('a@b.c', E'Kanarie\\",
	"statement: SELECT enclave.login('a@b.c', E'Kanarie\\'",
	"statement: SELECT enclave.login('a@b.c', $t$Kanarie$",
	"statement: SELECT enclave.login('a@b.c', $t$Kanarie$u$",
	"statement: SELECT enclave.login('a@b.c', \"Kanarie\")",
	"statement: SELECT enclave.login(\"a@b.c, 'Kanarie')",
	"statement: SELECT enclave.login('a@b.c\", 'Kanarie\")",
	"statement: SELECT enclave.login('a@b.c', \"Kana\"\"Kanarie\")",
	"statement: SELECT enclave.login('a@b.c', x\"Kanarie\"y)",
	"statement: SELECT enclave.login('a', 'b') -- 'Kanarie",
	"statement: SELECT enclave.login('a', 'b') /* it's Kanarie */",
	"statement: SELECT enclave.login('a', 'b') /* /* */ Kanarie",
	"statement: SELECT enclave.login('a', 'b') --Kanarie\r, 'Kanarie'",
	"statement: SELECT enclave.login('a', 'b'), $1, a$b$c, 'Kanarie', $b$",
	/* bound values */
	"parameters: $1 = 'enclave', $2 = 'Kanarie'",
	"Parameters: $1 = 'enclave', $2 = 'Kana''Kanarie', $3 = NULL",
	"parameters: $1 = 'enclave\\', $2 = 'Kanarie\\'",
	"parameters: $1 = 'eat_Kan...', $2 = 'Kanarie",
	"Parameter: $1 = 'enclave', $2 = 'Kanarie...'",
	"unnamed portal with parameters: $1 = 'enclave', $2 = 'Kanarie'",
	"portal \"enclave\" with parameters: $1 = 'it''s', $2 = 'Kanarie'",
	"extended query with parameters: $1 = 'enclave', $2 = 'Kanarie...'",
	"unnamed portal parameter $2 = 'enclave Kanarie...'",
	"prepare: PREPARE s AS SELECT enclave.login('a@b.c', 'Kanarie')",
	/* prose */
	"syntax error at or near \"'Kanarie'\"; enclave",
	"unterminated quoted string at or near \"'Kanarie); enclave.login(\"",
	"unterminated quoted string at or near \"'Kanarie \"Kanarie\" enclave\"",
	"invalid input syntax for type inet: \"Kanarie\" enclave",
	"ung\xc3\xbcltige Eingabesyntax f\xc3\xbcr Typ inet: \xc2\xbbKanarie\xc2\xab enclave",
	"syntaxe d'entr\xc3\xa9 invalide : \xc2\xab Kanarie \xc2\xbb ; l'enclave",
	"invalid: \xab Kanarie \xbb enclave",
	"invalid: \xe2\x80\x9eKanarie\xe2\x80\x9c enclave",
	"invalid: \xe3\x80\x8cKanarie\xe3\x80\x8d enclave",
	"PL/pgSQL function f() line 3 at EXECUTE\nSQL statement \"SELECT f('Kanarie')\"",
	"SQL statement \"SELECT enclave.login(\"a\", 'Kana\"Kanarie\"')\"",
	"Failed process was running: SELECT enclave.login('a@b.c', 'Kanarie",
	"Failed process was running: SELECT enclave.login(E'\\'', 'Kanarie",
	"Failed process was running: /* don't */ SELECT enclave.login('Kanarie",
	"Failed process was running: SELECT enclave.login($$a$$, $$Kanarie",
	"Failed process was running: SELECT enclave.login(\"a's\", 'Kanarie",
	"Failed process was running: SELECT enclave.login(1) -- Kanarie",
	"Process 1: SELECT enclave.login('a', 'Kanarie')\nProcess 2: SELECT enclave.login('b', 'Kanarie",
	"L'instruction en cours : SELECT enclave.login('Kanarie",
	"Anweisung: SELECT enclave.login('a@b.c', 'Kanarie')",
	"AUDIT: SESSION,1,1,READ,SELECT,,,\"SELECT enclave.login('a', 'Kanarie')\",<not logged>",
	"execute it's: SELECT enclave.login('a@b.c', 'Kanarie')",
	/* tokens */
	"statement: SELECT f('eat_" TOKEN "')",
	"statement: SELECT f('eti_Kanarie')",
	"statement: SELECT f($$eml_Kanarie$$)",
	"Failing row contains (1, ert_" TOKEN ", 2).",
	"Key (token)=(epr_" TOKEN ") already exists.",
	"Bearer ess_" TOKEN,
	"https://b.c/?t=eev_" TOKEN "&x=1",
	"%20eec_" TOKEN,
	"C:\\neat_" TOKEN,
	"COPY t, line 1: \"eml_Kanarie0123456789012\"",
	"cut off: eat_Kanarie0Kanarie1Kana",
	"cut off: eat_Kanarie0Kanarie1Kana...",
	/* plans */
	"duration: 1.5 ms  plan:\nQuery Text: SELECT enclave.login('a', 'Kanarie')\nResult  (cost=0.00)",
	"duration: 1.5 ms  plan:\nQuery Text: SELECT f($1)\nQuery Parameters: $1 = 'Kanarie'\n"
	"Function Scan on enclave.login  (cost=0.25..0.26)\n  Function Call: login('a'::text, 'Kanarie'::text)",
	"duration: 1.5 ms  plan:\n{\n  \"Query Text\": \"SELECT *\\nFROM\\nlogin('a', 'Kana\\\"Kanarie')\",\n"
	"  \"Plan\": {\"Filter\": \"(x = 'Kanarie'::text)\"}\n}",
	"duration: 1.5 ms  plan:\n{\n  \"Query Text\": \"SELECT login($$Kanarie$$, \\\"Kanarie\\\")\"\n}",
	"duration: 1.5 ms  plan:\n{\n  \"Query Text\": \"SELECT login($$Kanarie",
	"duration: 1.5 ms  plan:\nQuery Text: \"SELECT U&\\\"\\\\006cogin\\\"('Kanarie')\"\nPlan:\n  Node: \"x\"",
	"duration: 1.5 ms  plan:\n<explain xmlns=\"x\">\n<Query-Text>SELECT enclave.login('a &lt; b', 'Kanarie')"
	"</Query-Text>\n</explain>",
	/* trees of nodes, where the bytes of a constant are numbers: 75 is a K */
	"   {QUERY \n   :rtable ({RTE :x \"Kanarie\\ \\\"Kanarie\"})\n   :y {CONST :constvalue 11 [ 44 0 0 0 75 ]}\n   }",
	"(\n   {QUERY :utilityStmt {A_CONST :val \"Kanarie\"} :constvalue <>})",
	"   {QUERY :x {CONST :constvalue 11 [ 75 97 110 Kanarie",
	"   {QUERY :constvalue 1 [ 0 ] :x \"Kanarie",
};

/* Texts and what is to be left of them. */
typedef struct Exact
{
	RedactField field;
	const char *text;
	const char *shown;
} Exact;

static const Exact exact[] = {
	{REDACT_REPORT, "statement: SELECT status FROM enclave.login('a@b.c', E'it\\'s', ip => $1, name => 'x');",
	"statement: SELECT status FROM enclave.login('[REDACTED]', E'[REDACTED]', ip => $1, name => '[REDACTED]');"},
	{REDACT_REPORT, "statement: SELECT \"enclave\".\"login\"($a$b$a$) AS \"x\", 12.5 -- why\nFROM /* it's */ t",
	"statement: SELECT \"enclave\".\"login\"('[REDACTED]') AS \"[REDACTED]\", 12.5 -- [REDACTED]\nFROM /* [REDACTED] */ t"},
	{REDACT_REPORT, "duration: 31.072 ms  execute s/p: SELECT enclave.login($1, 'x')",
	"duration: 31.072 ms  execute s/p: SELECT enclave.login($1, '[REDACTED]')"},
	{REDACT_REPORT, "duration: 0.031 ms  execute fetch from <unnamed>/p: SELECT enclave.login($1, 'x')",
	"duration: 0.031 ms  execute fetch from <unnamed>/p: SELECT enclave.login($1, '[REDACTED]')"},
	{REDACT_REPORT, "parameters: $1 = 'a@b.c', $2 = NULL, $3 = 'it''s'",
	"parameters: $1 = '[REDACTED]', $2 = NULL, $3 = '[REDACTED]'"},
	{REDACT_REPORT, "unnamed portal with parameters: $1 = 'a@b.c', $2 = 'x'",
	"unnamed portal with parameters: $1 = [REDACTED]"},
	{REDACT_REPORT, "column \"hunter2\" does not exist", "column [REDACTED] does not exist"},
	{REDACT_REPORT, "division by zero", "division by zero"},
	{REDACT_REPORT, "statement: SELECT enclave.login('it's')", "statement: SELECT enclave.login([REDACTED]"},
	{REDACT_REPORT, "duration: 1.0 ms  plan:\nQuery Text: SELECT 'x'\nSeq Scan on t  (cost=0.00..1.00)\n"
		"  Filter: ((x = 'y'::text) AND (owner = enclave.user_id()))",
		"duration: 1.0 ms  plan:\nQuery Text: SELECT '[REDACTED]'\nSeq Scan on t  (cost=0.00..1.00)\n"
	"  Filter: ((x = '[REDACTED]'::text) AND (owner = enclave.user_id()))"},
	{REDACT_REPORT, "duration: 1.0 ms  plan:\n{\"Query Text\": \"SELECT 'x'\", \"Node Type\": \"Seq Scan\"}",
	"duration: 1.0 ms  plan:\n{\"Query Text\": \"[REDACTED]\", \"Node Type\": \"Seq Scan\"}"},
	{REDACT_REPORT, "{CONST :consttype 25 :constvalue 5 [ 20 0 0 0 65 ] :location 7} {X :constvalue <> :a b}",
	"{CONST :consttype 25 :constvalue [REDACTED] :location 7} {X :constvalue <> :a b}"},
	{REDACT_REPORT, "token eat_0123456789012345678901234567890123456 of great_expectations, ess_reports",
	"token eat_[REDACTED] of great_expectations, ess_reports"},
	{REDACT_QUERY, "execute s('x')", "execute s('[REDACTED]')"},
	{REDACT_QUERY, "statement: 'x'", "statement: '[REDACTED]'"},
	{REDACT_REPORT, "", ""},
};

/* What a log is full of, and must not be touched by us. */
static const char *const harmless[] = {
	"statement: SELECT 'x' FROM t WHERE login = 'y' AND \"refresh\" = 1",
	"execute <unnamed>: SELECT $1",
	"execute fetch from s/p: SELECT 'x'",
	"duration: 0.100 ms  execute s: SELECT 'x'",
	"duration: 0.100 ms  bind s: SELECT 'x'",
	"statement: SELECT relogin('x'), login_count, health",
	"statement: SELECT executed, pg_execute_server_program FROM t",
	"statement: SELECT * FROM ess_reports WHERE success_count > great_expectations",
	"statement: SELECT 'great_', 'heat_1', x.ess_documents2024",
	"parameters: $1 = 'x'",
	"duration: 1.0 ms  plan:\nQuery Text: SELECT 1\nResult  (cost=0.00..0.01 rows=1 width=4) (never executed)",
	"connection authorized: user=login database=app",
	"checkpoint complete: wrote 12 buffers",
	"",
};

static const struct
{
	RedactField field;
	const char *text;
}			due[] = {
	{REDACT_QUERY, "execute s('x')"},
	{REDACT_QUERY, "SELECT 1 /* EXECUTE */"},
	{REDACT_REPORT, "PL/pgSQL function f() line 1 at EXECUTE"},
	{REDACT_QUERY, "SELECT login"
		"                                                                                                    "
		"                                                                                                    "
	"                                                                                                    ('x')"},
};

/* The result in memory of exactly its size; the caller frees it. */
static char *
redacted(RedactField field, const char *text, size_t *length)
{
	size_t		size = strlen(text);
	char	   *copy = tap_exact_copy(text, size);
	char	   *result;

	*length = redact_text(field, copy, size, NULL, 0);
	result = malloc(*length > 0 ? *length : 1);
	if (result == NULL)
		abort();
	if (redact_text(field, copy, size, result, *length) != *length)
		*length = 0;
	free(copy);
	return result;
}

static bool
contains(const char *bytes, size_t length, const char *word)
{
	size_t		size = strlen(word);

	for (size_t i = 0; i + size <= length; i++)
		if (memcmp(bytes + i, word, size) == 0)
			return true;
	return false;
}

static bool
is_due(RedactField field, const char *text)
{
	size_t		length = strlen(text);
	char	   *copy = tap_exact_copy(text, length);
	bool		answer = redact_is_due(field, copy, length);

	free(copy);
	return answer;
}

static void
run_hostile(void)
{
	for (size_t i = 0; i < COUNT(hostile); i++)
	{
		size_t		length;
		char	   *shown = redacted(REDACT_REPORT, hostile[i], &length);
		bool		hidden = !contains(shown, length, "Kanarie") &&
			!contains(shown, length, "75");

		tap_ok(is_due(REDACT_REPORT, hostile[i]) && hidden, "no secret is shown of hostile text %zu", i + 1);
		if (!hidden)
			(void) printf("# of: %s\n# is shown: %.*s\n", hostile[i], (int) length, shown);
		free(shown);
	}
}

static void
run_exact(void)
{
	for (size_t i = 0; i < COUNT(exact); i++)
	{
		size_t		length;
		char	   *shown = redacted(exact[i].field, exact[i].text, &length);
		bool		right = length == strlen(exact[i].shown) &&
			memcmp(shown, exact[i].shown, length) == 0;

		tap_ok(right, "what is no secret is kept of text %zu", i + 1);
		if (!right)
			(void) printf("# of: %s\n# is shown: %.*s\n", exact[i].text, (int) length, shown);
		free(shown);
	}
}

static void
run_due(void)
{
	bool		right = true;

	for (size_t i = 0; i < COUNT(harmless); i++)
	{
		if (is_due(REDACT_REPORT, harmless[i]))
		{
			right = false;
			(void) printf("# due: %s\n", harmless[i]);
		}
	}
	tap_ok(right, "what names nothing of ours is left alone");
	right = true;
	for (size_t i = 0; i < COUNT(due); i++)
		right = right && is_due(due[i].field, due[i].text);
	tap_ok(right, "EXECUTE is due but as the server's own first word, and so is a far-off parenthesis");
}

/* A text that is cut off at any byte, in a buffer that is short by any byte. */
static void
run_cut(void)
{
	bool		right = true;

	for (size_t i = 0; i < COUNT(hostile); i++)
	{
		size_t		size = strlen(hostile[i]);

		for (size_t cut = 0; cut <= size; cut++)
		{
			char	   *copy = tap_exact_copy(hostile[i], cut);
			size_t		length = redact_text(REDACT_REPORT, copy, cut, NULL, 0);
			char	   *whole = malloc(length + 1);
			char	   *part = malloc(cut + 1);

			if (whole == NULL || part == NULL)
				abort();
			right = right && redact_text(REDACT_REPORT, copy, cut, whole, length) == length;
			right = right && redact_text(REDACT_REPORT, copy, cut, part, cut) == length;
			right = right && memcmp(whole, part, cut < length ? cut : length) == 0;
			if (redact_is_due(REDACT_REPORT, copy, cut) && contains(whole, length, "Kanarie"))
			{
				right = false;
				(void) printf("# of: %.*s\n# is shown: %.*s\n", (int) cut, copy, (int) length, whole);
			}
			free(whole);
			free(part);
			free(copy);
		}
	}
	tap_ok(right, "nor is it of any of them cut off at any byte, nor beyond a buffer of any size");
}

/* Statements of random pieces, each of which is valid SQL, whole and cut off. */
static void
run_random(void)
{
	static const char *const pieces[] = {
		"'Kanarie'", "E'\\'Kanarie\\\\'", "'Kana''rieKanarie'", "$$Kanarie'$$", "$a$Kanarie$$\"$a$",
		"U&'Kanarie'", "X'Kanarie'", "/* 'Kanarie */", "-- \"Kanarie'\n", "\"Kanarie's\"",
		"/* /* $$ */ Kanarie */", "'\"Kanarie'", "'--Kanarie'", "'$$Kanarie'", "E'Kanarie'''",
		"''", "1", "$1", "a$b$c", "x", "::text", "||",
	};
	static const char *const heads[] = {
		"statement: ", "duration: 1.2 ms  execute s: ", "SQL statement \"",
		"Failed process was running: ", "duration: 1.2 ms  plan:\nQuery Text: ",
	};
	uint32_t	state = 4711;
	bool		right = true;

	for (int round = 0; round < 20000; round++)
	{
		char		text[512];
		size_t		length;
		char	   *shown;

		(void) snprintf(text, sizeof(text), "%sSELECT enclave.login(", heads[(size_t) round % COUNT(heads)]);
		for (int i = 0; i < 8; i++)
		{
			state = state * 1664525u + 1013904223u;
			(void) strcat(text, pieces[(state >> 16) % COUNT(pieces)]);
			(void) strcat(text, ", ");
		}
		(void) strcat(text, "2)");
		if (round % 2 == 0)
			text[48 + (state >> 8) % (strlen(text) - 48)] = '\0';
		shown = redacted(REDACT_REPORT, text, &length);
		if (contains(shown, length, "Kanarie"))
		{
			right = false;
			(void) printf("# of: %s\n# is shown: %.*s\n", text, (int) length, shown);
		}
		free(shown);
	}
	tap_ok(right, "nor is it of 20,000 statements of random literals, names and comments");
}

/* A megabyte that makes a careless reader start over at every byte. */
static void
run_long(void)
{
	static const char *const units[] = {
		"$a", "$a$ $b$ ", "login/*", "login--", "'", "\"", "\\", "/*", "eat_", "e", "U&\"", ":constvalue ",
		"{", "'' ", "login ", "\xc2", "\xe2\x80",
	};
	const size_t size = 1 << 20;
	bool		right = true;

	for (size_t i = 0; i < COUNT(units); i++)
	{
		size_t		unit = strlen(units[i]);
		char	   *text = malloc(size);

		if (text == NULL)
			abort();
		for (size_t at = 0; at < size; at++)
			text[at] = units[i][at % unit];
		(void) redact_is_due(REDACT_REPORT, text, size);
		right = right && redact_text(REDACT_REPORT, text, size, NULL, 0) > 0;
		right = right && redact_text(REDACT_QUERY, text, size, NULL, 0) > 0;
		free(text);
	}
	tap_ok(right, "a megabyte of anything is read in time");
}

void
redact_cases_run(void)
{
	run_hostile();
	run_exact();
	run_due();
	run_cut();
	run_random();
	run_long();
}
