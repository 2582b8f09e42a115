/*
 * cookie.h
 *		The Set-Cookie line of a session.
 */
#ifndef ENCLAVE_FLOW_COOKIE_H
#define ENCLAVE_FLOW_COOKIE_H

#include "compat.h"

/* Bytes of any line of ours, with its NUL: browsers keep at most 4096 of a cookie. */
#define COOKIE_SIZE 2048

/*
 * Whether a setting can stand in a header: a name is a token of RFC 9110,
 * section 5.6.2, of at most 64 characters and without a prefix of its own; a
 * path begins with '/', a domain is a host name or empty, each of at most 253.
 */
extern bool cookie_name_is_valid(const char *name);
extern bool cookie_path_is_valid(const char *path);
extern bool cookie_domain_is_valid(const char *domain);

/* NC013 where the settings contradict each other: browsers would drop the cookie. */
extern void cookie_check_settings(void);

/* Whether a token, not terminated, can be a cookie's value (RFC 6265, section 4.1.1). */
extern bool cookie_can_hold(const char *token, size_t length);

/*
 * Write the value of a Set-Cookie header into `line`, of COOKIE_SIZE bytes: one
 * that holds a token, not terminated, of which cookie_can_hold is true, for so
 * many seconds; or one that removes the cookie.  The caller wipes the first.
 */
extern void cookie_set(const char *token, size_t length, int64 seconds, char *line);
extern void cookie_remove(char *line);

/* Wipe a line, once it has been handed on. */
extern void cookie_wipe(char *line);

#endif							/* ENCLAVE_FLOW_COOKIE_H */
