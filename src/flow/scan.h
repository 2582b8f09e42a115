/*
 * scan.h
 *		Where literals, names and comments of SQL begin and end.
 *
 * Plain C without PostgreSQL: the vector tests link it.  Takes no memory,
 * cannot fail; a walk through a text takes time linear in its length.
 */
#ifndef ENCLAVE_FLOW_SCAN_H
#define ENCLAVE_FLOW_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCAN_NONE SIZE_MAX

typedef enum ScanKind
{
	SCAN_LITERAL,
	SCAN_NAME,					/* in double quotes, at start and at end - 1 */
	SCAN_COMMENT,
	SCAN_LINE_COMMENT,
	SCAN_AMBIGUOUS				/* from here on the text could be read in two ways */
} ScanKind;

/* Bytes from start up to, not including, end. */
typedef struct ScanItem
{
	ScanKind	kind;
	size_t		start;
	size_t		end;
} ScanItem;

/*
 * The next literal, name or comment at or after `at` in the SQL that begins at
 * `from` and ends at `length`.  False if there is none.  The prefix of a
 * literal (E, U&, B, X, N) is not a part of it.
 */
extern bool scan_sql(const char *text, size_t length, size_t at, size_t from, ScanItem *item);

/*
 * The end of a string in double quotes that begins at `at` and escapes by
 * backslash, behind its closing quote; SCAN_NONE if it has none.
 */
extern size_t scan_escaped(const char *text, size_t length, size_t at);

/* Where `size` bytes stand in the text at or after `at`; SCAN_NONE if nowhere. */
extern size_t scan_find(const char *text, size_t length, size_t at, const char *bytes, size_t size);

#endif							/* ENCLAVE_FLOW_SCAN_H */
