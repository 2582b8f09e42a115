/*
 * json_string.h
 *		Strings of a JSON document, their escapes undone.
 */
#ifndef ENCLAVE_CRYPTO_JSON_STRING_H
#define ENCLAVE_CRYPTO_JSON_STRING_H

#include "crypto/json.h"

/* Whether `node` is a string equal to `text`, ASCII, after its escapes. */
extern bool json_string_is(const JsonDocument *document, const JsonNode *node,
						   const char *text);

/* The same without regard to case, as the readers that fold it do. */
extern bool json_string_is_folded(const JsonDocument *document,
								  const JsonNode *node, const char *text);

/*
 * Copy a string, its escapes undone, as UTF-8 with a NUL into `out`, of `size`
 * bytes; *length (may be NULL) is without NUL.  False, and `out` empty, when
 * `node` is NULL or no string, does not fit or has a NUL of its own.
 */
extern bool json_string_copy(const JsonDocument *document, const JsonNode *node,
							 char *out, size_t size, size_t *length);

/*
 * The code point that begins at *at, before `end`, stepping over it: one UTF-8
 * sequence, or one escape, of a surrogate pair both.  -1, and a status, when
 * there is none.  For the reader.
 */
extern int32_t json_string_next(const char **at, const char *end,
								JsonStatus *status);

/* Whether two strings that were read are the same, however they are escaped. */
extern bool json_string_same(const JsonDocument *document, const JsonNode *a,
							 const JsonNode *b);

#endif							/* ENCLAVE_CRYPTO_JSON_STRING_H */
