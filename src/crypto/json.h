/*
 * json.h
 *		A strict reader of JSON (RFC 8259).
 *
 * What is signed must be read by everybody in the same way, so whatever two
 * readers could take differently is refused: a member that occurs twice (also
 * with its name escaped), a surrogate alone, UTF-8 that is not (Unicode, table
 * 3-7), a byte order mark, anything before or after the value but white space.
 *
 * Nothing is allocated: the nodes of a document are an array in it, in the
 * order of the text, and point into the text, which is borrowed and must stay.
 */
#ifndef ENCLAVE_CRYPTO_JSON_H
#define ENCLAVE_CRYPTO_JSON_H

#include "types.h"

/* Limits, all of them met long before they hurt: a text from a stranger is
 * read in a bounded time and stack. */
#define JSON_LENGTH_MAX 65536	/* bytes of text */
#define JSON_OBJECT_LENGTH_MAX 1048576	/* the same, where one member is asked for */
#define JSON_NODES_MAX 1024		/* values, and names of members */
#define JSON_DEPTH_MAX 16		/* arrays and objects in one another */

typedef enum JsonStatus
{
	JSON_OK,
	JSON_INVALID,				/* not the grammar */
	JSON_DUPLICATE,				/* two members of one name in an object */
	JSON_NOT_UTF8,				/* bytes that are not UTF-8, or half a surrogate pair */
	JSON_TOO_DEEP,
	JSON_TOO_LARGE
} JsonStatus;

typedef enum JsonType
{
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
} JsonType;

typedef struct JsonNode
{
	JsonType	type;
	uint32_t	start;			/* offset in the text; of a string, after its quote */
	uint32_t	end;			/* offset after it; of a string, of its last quote */
	uint32_t	next;			/* index of the node after this and all in it */
} JsonNode;

/* The first node is the value; an object's children are name, value, name ... */
typedef struct JsonDocument
{
	const char *text;			/* borrowed, not terminated */
	uint32_t	count;
	JsonNode	nodes[JSON_NODES_MAX];
} JsonDocument;

/*
 * Read `length` bytes.  After anything but JSON_OK the document is empty:
 * json_root gives NULL.
 */
extern JsonStatus json_parse(const char *text, size_t length, JsonDocument *out);

/*
 * The same, but keep only the value of an object's member, which json_root then
 * gives, or NULL if there is none; `name` is ASCII.  There may be any number of
 * other members, and they may occur twice: whoever could add some must not be able
 * to hide this one by them.
 */
extern JsonStatus json_parse_member(const char *text, size_t length, const char *name,
									JsonDocument *out);

/* The value of the document, or NULL. */
extern const JsonNode *json_root(const JsonDocument *document);

/*
 * The first child of an array or object, and the one after a child; NULL when
 * there is none.  In an object that is a name, and the value is node + 1:
 *
 *		for (name = json_first(d, object); name; name = json_after(d, object, name + 1))
 */
extern const JsonNode *json_first(const JsonDocument *document,
								  const JsonNode *container);
extern const JsonNode *json_after(const JsonDocument *document,
								  const JsonNode *container,
								  const JsonNode *child);

/*
 * The value of an object's member, or NULL; `name` is ASCII.  NULL too when
 * `object` is NULL or no object.
 */
extern const JsonNode *json_member(const JsonDocument *document,
								   const JsonNode *object, const char *name);

/*
 * An integer, exactly: no fraction, no exponent, within 64 bits.  False for any
 * other number or value, or NULL.
 */
extern bool json_integer(const JsonDocument *document, const JsonNode *node,
						 int64_t *out);

#endif							/* ENCLAVE_CRYPTO_JSON_H */
