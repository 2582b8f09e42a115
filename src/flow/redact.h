/*
 * redact.h
 *		The text of a message as the log may show it.
 *
 * Plain C without PostgreSQL: the vector tests link it.  Takes no memory, asks
 * no catalog, cannot fail; the time is linear in the length.
 */
#ifndef ENCLAVE_FLOW_REDACT_H
#define ENCLAVE_FLOW_REDACT_H

#include <stdbool.h>
#include <stddef.h>

/* What a text is, as far as the field that holds it tells. */
typedef enum RedactField
{
	REDACT_REPORT,				/* words of the server, with SQL in them or not */
	REDACT_QUERY				/* SQL from its first byte */
} RedactField;

/*
 * Whether `length` bytes at `text` may hold a secret (suspect.h).  The word
 * "execute" with which the server itself begins a report does not count.
 */
extern bool redact_is_due(RedactField field, const char *text, size_t length);

/*
 * Write the text to `out` with its literals, quoted names, comments, bound
 * values, constants of a tree and tokens replaced by [REDACTED], whether it is
 * due or not: one field of a message that is due makes all of them due.
 *
 * Returns the length of the result in bytes, without a NUL, which is not
 * written either.  Of a longer result than `size` only the beginning is
 * written; so out may be NULL where size is 0.  The result holds whole
 * characters only, if the text does.
 */
extern size_t redact_text(RedactField field, const char *text, size_t length,
						  char *out, size_t size);

#endif							/* ENCLAVE_FLOW_REDACT_H */
