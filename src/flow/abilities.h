/*
 * abilities.h
 *		What a token may do: "*", "posts:read", "posts:*".
 */
#ifndef ENCLAVE_FLOW_ABILITIES_H
#define ENCLAVE_FLOW_ABILITIES_H

#include "compat.h"

/* The lists that allow everything, and nothing: text[]. */
extern Datum abilities_all(void);
extern Datum abilities_none(void);

/*
 * A list of abilities (text[], 0 for NULL) as it is stored.  NC008 unless it
 * has one dimension, at most 100 elements, none NULL, each "*" or of the form
 * name(:name)* with 1 to 128 characters.  The empty list allows nothing.
 */
extern Datum abilities_check_or_raise(Datum list);

/*
 * Whether a list allows an ability: by "*", by the same words, or by an entry
 * "posts:*" for everything that begins with "posts:".
 */
extern bool abilities_allow(Datum list, const char *ability);

#endif							/* ENCLAVE_FLOW_ABILITIES_H */
