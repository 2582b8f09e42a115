/*
 * json_cases.c
 *		JSON that two readers could take differently is refused, for its reason.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/json.h"
#include "crypto/json_string.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

typedef struct Hostile
{
	const char *name;
	JsonStatus	status;
	const char *text;
} Hostile;

static const Hostile hostile[] = {
	{"nothing", JSON_INVALID, ""},
	{"blanks alone", JSON_INVALID, " \n"},
	{"a byte order mark", JSON_INVALID, "\xef\xbb\xbf{}"},
	{"a second value", JSON_INVALID, "{} {}"},
	{"a comma behind", JSON_INVALID, "{},"},
	{"a form feed as blank", JSON_INVALID, "\f{}"},
	{"a comment", JSON_INVALID, "{/**/}"},
	{"single quotes", JSON_INVALID, "{'a':1}"},
	{"a name without quotes", JSON_INVALID, "{a:1}"},
	{"a name that is a number", JSON_INVALID, "{1:1}"},
	{"a comma too many in an object", JSON_INVALID, "{\"a\":1,}"},
	{"a comma too many in an array", JSON_INVALID, "[1,]"},
	{"a comma alone", JSON_INVALID, "[,]"},
	{"no colon", JSON_INVALID, "{\"a\" 1}"},
	{"no value", JSON_INVALID, "{\"a\":}"},
	{"an object closed as an array", JSON_INVALID, "{\"a\":1]"},
	{"an array closed as an object", JSON_INVALID, "[1}"},
	{"an array left open", JSON_INVALID, "[1"},
	{"a string left open", JSON_INVALID, "\"a"},
	{"a word in capitals", JSON_INVALID, "TRUE"},
	{"half a word", JSON_INVALID, "tru"},
	{"a word too long", JSON_INVALID, "truex"},
	{"NaN", JSON_INVALID, "NaN"},
	{"Infinity", JSON_INVALID, "-Infinity"},
	{"a leading zero", JSON_INVALID, "01"},
	{"a minus with a leading zero", JSON_INVALID, "-01"},
	{"a plus", JSON_INVALID, "+1"},
	{"a minus alone", JSON_INVALID, "-"},
	{"a point without digits", JSON_INVALID, "1."},
	{"a point in front", JSON_INVALID, ".5"},
	{"an exponent without digits", JSON_INVALID, "1e"},
	{"an exponent with two signs", JSON_INVALID, "1e+-1"},
	{"hexadecimal", JSON_INVALID, "0x10"},
	{"a control character in a string", JSON_INVALID, "\"a\nb\""},
	{"an unknown escape", JSON_INVALID, "\"\\x41\""},
	{"an escape of capital U", JSON_INVALID, "\"\\U0041\""},
	{"an escape cut short", JSON_INVALID, "\"\\u004\""},
	{"an escape with a wrong digit", JSON_INVALID, "\"\\u00g1\""},
	{"a backslash at the end", JSON_INVALID, "\"\\"},
	{"a high surrogate alone", JSON_NOT_UTF8, "\"\\ud800\""},
	{"a low surrogate alone", JSON_NOT_UTF8, "\"\\udc00\""},
	{"two high surrogates", JSON_NOT_UTF8, "\"\\ud800\\ud800\""},
	{"a high surrogate before a letter", JSON_NOT_UTF8, "\"\\ud800\\u0041\""},
	{"a surrogate in UTF-8", JSON_NOT_UTF8, "\"\xed\xa0\x80\""},
	{"an overlong slash", JSON_NOT_UTF8, "\"\xc0\xaf\""},
	{"an overlong NUL", JSON_NOT_UTF8, "\"\xc0\x80\""},
	{"an overlong character of three bytes", JSON_NOT_UTF8, "\"\xe0\x80\xaf\""},
	{"an overlong character of four bytes", JSON_NOT_UTF8, "\"\xf0\x80\x80\xaf\""},
	{"a character above U+10FFFF", JSON_NOT_UTF8, "\"\xf4\x90\x80\x80\""},
	{"a character of five bytes", JSON_NOT_UTF8, "\"\xf8\x88\x80\x80\x80\""},
	{"a byte of 0xFF", JSON_NOT_UTF8, "\"\xff\""},
	{"a continuation alone", JSON_NOT_UTF8, "\"\x80\""},
	{"a character cut short", JSON_NOT_UTF8, "\"\xe2\x82\""},
	{"a character cut short by the end", JSON_NOT_UTF8, "\"\xe2\x82"},
	{"Latin-1", JSON_NOT_UTF8, "\"\xe9t\xe9\""},
	{"UTF-16", JSON_INVALID, "\xff\xfe{"},
	{"a member twice", JSON_DUPLICATE, "{\"alg\":\"ES256\",\"alg\":\"none\"}"},
	{"a member twice, once escaped", JSON_DUPLICATE, "{\"alg\":1,\"\\u0061lg\":1}"},
	{"a member twice, by pair and by bytes", JSON_DUPLICATE,
	"{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":1}"},
	{"a member twice, the empty one", JSON_DUPLICATE, "{\"\":1,\"\":1}"},
	{"a member twice, others between", JSON_DUPLICATE, "{\"a\":{\"b\":[1,2]},\"b\":2,\"a\":3}"},
	{"a member twice further in", JSON_DUPLICATE, "[{\"x\":{\"a\":1,\"a\":2}}]"},
	{"a member twice with a NUL", JSON_DUPLICATE, "{\"\\u0000\":1,\"\\u0000\":1}"},
};

static const Hostile good[] = {
	{"an empty object", JSON_OK, "{}"},
	{"blanks of every kind", JSON_OK, " \t\r\n{ \"a\" : [ 1 , 2 ] } \n"},
	{"a value that is no object", JSON_OK, "\"x\""},
	{"every escape", JSON_OK, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\""},
	{"UTF-8 of every length", JSON_OK, "\"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\""},
	{"every number", JSON_OK, "[0,-0,1,-1,10,1.5,1e5,1E+5,1e-5,0.0,1e400]"},
	{"the same member in different objects", JSON_OK, "{\"a\":{\"a\":1},\"b\":{\"a\":1}}"},
	{"members that only look the same", JSON_OK, "{\"a\":1,\"A\":1,\"\\u00e1\":1,\"a\\u0000\":1}"},
};

static JsonStatus
parse(const char *text, size_t length, JsonDocument *document)
{
	char	   *exact = tap_exact_copy(text, length);
	JsonStatus	status = json_parse(exact, length, document);

	free(exact);
	return status;
}

/* `count` times an opening, a middle, as often a closing. */
static char *
nested(int count, const char *open, const char *middle, const char *close, size_t *length)
{
	size_t		size = (size_t) count * (strlen(open) + strlen(close)) + strlen(middle) + 1;
	char	   *text = malloc(size);
	char	   *at = text;
	int			i;

	if (text == NULL)
		abort();
	for (i = 0; i < count; i++)
		at = stpcpy(at, open);
	at = stpcpy(at, middle);
	for (i = 0; i < count; i++)
		at = stpcpy(at, close);
	*length = (size_t) (at - text);
	return text;
}

static void
check_limits(void)
{
	JsonDocument document;
	size_t		length;
	char	   *text;

	text = nested(JSON_DEPTH_MAX, "[", "1", "]", &length);
	tap_ok(parse(text, length, &document) == JSON_OK, "%d arrays in one another are read",
		   JSON_DEPTH_MAX);
	free(text);
	text = nested(JSON_DEPTH_MAX + 1, "[", "1", "]", &length);
	tap_ok(parse(text, length, &document) == JSON_TOO_DEEP, "one more is too deep");
	free(text);
	text = nested(10000, "{\"a\":", "1", "}", &length);
	tap_ok(parse(text, length, &document) == JSON_TOO_DEEP,
		   "10,000 objects in one another are too deep");
	free(text);
	text = nested(JSON_NODES_MAX - 1, ",0", "]", "", &length);
	text[0] = '[';
	tap_ok(parse(text, length, &document) == JSON_OK && document.count == JSON_NODES_MAX,
		   "%d values are read, the array among them", JSON_NODES_MAX);
	free(text);
	text = nested(JSON_NODES_MAX, ",0", "]", "", &length);
	text[0] = '[';
	tap_ok(parse(text, length, &document) == JSON_TOO_LARGE, "one more is too many");
	free(text);
	text = nested(JSON_LENGTH_MAX, " ", "1", "", &length);
	tap_ok(parse(text, length, &document) == JSON_TOO_LARGE &&
		   parse(text + 1, length - 1, &document) == JSON_OK,
		   "%d bytes are read and one more is not", JSON_LENGTH_MAX);
	free(text);
	tap_ok(json_parse("{", (size_t) 1 << 30, &document) == JSON_TOO_LARGE &&
		   json_parse("{", SIZE_MAX, &document) == JSON_TOO_LARGE &&
		   json_parse(NULL, 0, &document) == JSON_INVALID && json_root(&document) == NULL,
		   "1 GiB is refused unread, and so is no text");
}

static void
check_access(void)
{
	static const char text[] =
	"{\"a\":{\"b\":[1,[2,3],{}],\"c\":\"x\\u0041\\n\"},\"\\u0062\":true,\"nul\":\"a\\u0000b\",\"e\":[]}";
	JsonDocument document;
	const JsonNode *root;
	const JsonNode *array;
	const JsonNode *item;
	char		copy[8];
	size_t		length;
	int			items = 0;

	tap_ok(json_parse(text, strlen(text), &document) == JSON_OK, "a document to look at");
	root = json_root(&document);
	array = json_member(&document, json_member(&document, root, "a"), "b");
	for (item = json_first(&document, array); item != NULL;
		 item = json_after(&document, array, item))
		items++;
	tap_ok(items == 3 && json_first(&document, json_member(&document, root, "e")) == NULL,
		   "the items of an array are walked, nested ones stepped over");
	tap_ok(json_member(&document, root, "b") != NULL &&
		   json_member(&document, root, "b")->type == JSON_TRUE &&
		   json_member(&document, root, "A") == NULL && json_member(&document, root, "c") == NULL &&
		   json_member(&document, array, "a") == NULL && json_member(&document, NULL, "a") == NULL,
		   "a member is found by its unescaped name, in its own object, exactly");
	item = json_member(&document, json_member(&document, root, "a"), "c");
	tap_ok(json_string_copy(&document, item, copy, sizeof(copy), &length) && length == 3 &&
		   strcmp(copy, "xA\n") == 0 && json_string_is(&document, item, "xA\n") &&
		   !json_string_is(&document, item, "xA") && !json_string_is(&document, item, "xA\n!") &&
		   json_string_is_folded(&document, item, "Xa\n") &&
		   !json_string_is(&document, item, "Xa\n"), "a string is copied and compared unescaped");
	tap_ok(json_string_copy(&document, item, copy, 4, NULL) &&
		   !json_string_copy(&document, item, copy, 3, &length) && length == 0 &&
		   copy[0] == '\0' && !json_string_copy(&document, root, copy, sizeof(copy), NULL) &&
		   !json_string_copy(&document, NULL, copy, sizeof(copy), NULL),
		   "a string that does not fit is not copied");
	item = json_member(&document, root, "nul");
	tap_ok(!json_string_copy(&document, item, copy, sizeof(copy), NULL) &&
		   !json_string_is(&document, item, "a"), "a string with a NUL is not cut at it");
}

/* One member among others, and what takes the whole text for no object with it. */
static void
check_member(void)
{
	static const struct
	{
		const char *text;
		JsonStatus	status;
		const char *value;		/* NULL: there is none */
	}			cases[] = {
		{"{\"a\":\"x\"}", JSON_OK, "x"}, {" { \"b\" : [1,{\"a\":2}] , \"a\" : \"x\" } ", JSON_OK, "x"},
		{"{\"\\u0061\":\"x\",\"b\":1,\"b\":2}", JSON_OK, "x"}, {"{}", JSON_OK, NULL},
		{"{\"b\":{\"a\":\"x\"}}", JSON_OK, NULL}, {"{\"a\":\"x\",\"\\u0061\":\"x\"}", JSON_DUPLICATE, NULL},
		{"[{\"a\":\"x\"}]", JSON_INVALID, NULL}, {"\"a\"", JSON_INVALID, NULL}, {"", JSON_INVALID, NULL},
		{"{\"a\":\"x\"", JSON_INVALID, NULL}, {"{\"a\":\"x\",}", JSON_INVALID, NULL},
		{"{\"a\":\"x\"}{}", JSON_INVALID, NULL}, {"{\"a\" \"x\"}", JSON_INVALID, NULL},
		{"{\"a\":\"x\",\"b\":\"\xff\"}", JSON_NOT_UTF8, NULL},
	};
	static const char only[] = "{\"a\":\"x\"}";
	JsonDocument document;
	size_t		length;
	char	   *text;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		tap_ok(json_parse_member(cases[i].text, strlen(cases[i].text), "a", &document) ==
			   cases[i].status, "a member of %s", cases[i].text);
		tap_ok(cases[i].value == NULL ? json_root(&document) == NULL :
			   json_string_is(&document, json_root(&document), cases[i].value), "its value");
	}
	text = nested(2 * JSON_NODES_MAX, " \"b\":0,", only, "", &length);
	text[0] = '{';
	memcpy(strstr(text, only), " ", 1);
	tap_ok(json_parse_member(text, length, "a", &document) == JSON_OK &&
		   json_string_is(&document, json_root(&document), "x"), "a member behind many");
	free(text);
	text = nested(2 * JSON_NODES_MAX, "", "{\"a\":\"x\"", ",\"b\":0 ", &length);
	text[length - 1] = '}';
	tap_ok(json_parse_member(text, length, "a", &document) == JSON_OK &&
		   json_string_is(&document, json_root(&document), "x"), "and before many");
	free(text);
	text = nested(JSON_OBJECT_LENGTH_MAX, " ", only, "", &length);
	tap_ok(json_parse_member(text, length, "a", &document) == JSON_TOO_LARGE &&
		   json_parse_member(text + strlen(only), length - strlen(only), "a", &document) == JSON_OK,
		   "%d bytes are looked through and one more is not", JSON_OBJECT_LENGTH_MAX);
	free(text);
}

static void
check_integers(void)
{
	static const struct
	{
		const char *text;
		bool		is;
		int64_t		value;
	}			numbers[] = {
		{"0", true, 0}, {"-0", true, 0}, {"-1", true, -1}, {"1300819380", true, 1300819380},
		{"9007199254740993", true, INT64_C(9007199254740993)},
		{"9223372036854775807", true, INT64_MAX}, {"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0}, {"-9223372036854775809", false, 0},
		{"18446744073709551617", false, 0}, {"1e3", false, 0}, {"1E3", false, 0},
		{"1.0", false, 0}, {"1e400", false, 0}, {"1e-1", false, 0}, {"\"1\"", false, 0},
		{"true", false, 0}, {"null", false, 0}, {"[1]", false, 0}, {"{}", false, 0},
	};
	size_t		i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
	{
		JsonDocument document;
		int64_t		value = 0;

		tap_ok(json_parse(numbers[i].text, strlen(numbers[i].text), &document) == JSON_OK &&
			   json_integer(&document, json_root(&document), &value) == numbers[i].is &&
			   value == numbers[i].value, "%s %s an exact integer", numbers[i].text,
			   numbers[i].is ? "is" : "is not");
	}
}

void
json_cases_run(void)
{
	JsonDocument document;
	size_t		i;

	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		tap_ok(parse(hostile[i].text, strlen(hostile[i].text), &document) == hostile[i].status &&
			   json_root(&document) == NULL, "JSON refused: %s", hostile[i].name);
	tap_ok(parse("{}\0", 3, &document) == JSON_INVALID &&
		   parse("\"\0\"", 3, &document) == JSON_INVALID &&
		   parse("\"\\\0\"", 4, &document) == JSON_INVALID, "JSON refused: a NUL");
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		tap_ok(parse(good[i].text, strlen(good[i].text), &document) == JSON_OK,
			   "JSON read: %s", good[i].name);
	check_limits();
	check_access();
	check_member();
	check_integers();
}
