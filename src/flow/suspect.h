/*
 * suspect.h
 *		Whether a text for the log may hold a secret.
 *
 * Plain C without PostgreSQL, which works on bytes of any encoding that a
 * server can use: the vector tests link it.  Takes no memory, asks no catalog,
 * cannot fail; the time is linear in the length, whoever wrote the text.
 */
#ifndef ENCLAVE_FLOW_SUSPECT_H
#define ENCLAVE_FLOW_SUSPECT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether `length` bytes at `text` are suspect (security.md 18): they name
 * `enclave`, or one of our functions before a parenthesis, or EXECUTE; they
 * hold a token, or an identifier with Unicode escapes, which could be any of
 * these names; or they are a tree of nodes with constants, whose names are
 * numbers.  No NUL is needed.
 */
extern bool suspect_text(const char *text, size_t length);

/*
 * How many bytes of `text` from `at` are a token, or what is left of one that
 * was cut off; 0 if no token begins there.  A prefix that begins a string
 * literal is enough; elsewhere, where `ess_report` may be a table, more of it
 * must be there.
 */
extern size_t suspect_token(const char *text, size_t length, size_t at);

/*
 * Whether `length` bytes at `word` are `enclave` or one of our functions, as it
 * is written in the catalogs.
 */
extern bool suspect_is_own_name(const char *word, size_t length);

/* The byte in lower case, as the server folds identifiers: ASCII letters only. */
extern char suspect_fold(char byte);

/* Whether the server takes the byte for a part of an identifier or a number. */
extern bool suspect_is_word(char byte);

#endif							/* ENCLAVE_FLOW_SUSPECT_H */
