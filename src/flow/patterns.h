/*
 * patterns.h
 *		Passwords that a person types without thinking.  Plain C, no allocation.
 */
#ifndef ENCLAVE_FLOW_PATTERNS_H
#define ENCLAVE_FLOW_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a text is one short unit over and over ("aaaaaaaa", "abcabcab"): the
 * unit has fewer than eight characters and stands at least twice.
 */
extern bool patterns_is_repetition(const char *lower, size_t length);

/*
 * Whether a text falls into runs of three and more along the alphabet, the
 * digits or a keyboard, forwards or backwards, or of one character
 * ("qwerty123", "abc123xyz", "111222333").
 */
extern bool patterns_is_runs(const char *lower, size_t length);

#endif							/* ENCLAVE_FLOW_PATTERNS_H */
