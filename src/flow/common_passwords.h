/*
 * common_passwords.h
 *		Passwords that everybody tries first.
 *
 * Plain C without PostgreSQL: the vector tests link it.
 */
#ifndef ENCLAVE_FLOW_COMMON_PASSWORDS_H
#define ENCLAVE_FLOW_COMMON_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether `length` bytes at `lower` are a common password.  ASCII letters must
 * be lower case already; no NUL is needed.  The list has entries of eight
 * characters and more, so anything shorter is not found.  Takes no memory,
 * keeps nothing of the password and cannot fail.  The time depends on the
 * password: it is asked when one is chosen, never when one is verified.
 */
extern bool common_passwords_contain(const char *lower, size_t length);

/*
 * The list: entries in bytewise order, each followed by a newline, and its
 * length in bytes without the final NUL.  For the function above and its test.
 */
extern const char common_passwords_text[];
extern const size_t common_passwords_size;

#endif							/* ENCLAVE_FLOW_COMMON_PASSWORDS_H */
