/*
 * tap.h
 *		The little of the Test Anything Protocol that the vectors need.
 */
#ifndef ENCLAVE_TEST_TAP_H
#define ENCLAVE_TEST_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One test; its name, after printf, tells the promise or attack it pins. */
extern void tap_ok(bool passed, const char *format,...)
			__attribute__((format(printf, 2, 3)));

/* One test that was left out, and what it would need. */
extern void tap_skip(const char *needs, const char *format,...)
			__attribute__((format(printf, 2, 3)));

/* Print the plan; the exit status of the program. */
extern int	tap_finish(void);

/* Whether `length` bytes are the ones that `hex` spells, in full. */
extern bool tap_is_hex(const uint8_t *bytes, size_t length, const char *hex);

/*
 * A copy of exactly `length` bytes without a NUL, so that the sanitizers and
 * valgrind see a read beyond it.  The caller frees it; never NULL.
 */
extern char *tap_exact_copy(const char *text, size_t length);

#endif							/* ENCLAVE_TEST_TAP_H */
