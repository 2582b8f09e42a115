/*
 * quotation.h
 *		Quotation marks in prose.
 *
 * Plain C without PostgreSQL: the vector tests link it.
 */
#ifndef ENCLAVE_FLOW_QUOTATION_H
#define ENCLAVE_FLOW_QUOTATION_H

#include <stdbool.h>
#include <stddef.h>

/* From the first quotation mark up to behind the last. */
typedef struct Quotation
{
	size_t		start;			/* the text's length if there is none */
	size_t		end;
	bool		is_closed;		/* beyond doubt: nothing after end is quoted */
} Quotation;

/*
 * What stands between quotation marks in the prose from `from` to `length`.
 * Marks are those of SQL, dollar quotes and comments included, and those of the
 * languages that the server speaks, in UTF-8 and Latin-1.
 */
extern Quotation quotation_find(const char *text, size_t length, size_t from);

/* Whether there is any such mark in the text from `from` to `length`. */
extern bool quotation_has_mark(const char *text, size_t length, size_t from);

#endif							/* ENCLAVE_FLOW_QUOTATION_H */
