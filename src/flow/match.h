/*
 * match.h
 *		Names of events, and patterns over them.
 */
#ifndef ENCLAVE_FLOW_MATCH_H
#define ENCLAVE_FLOW_MATCH_H

#include "compat.h"

/* Bytes of the longest name or pattern. */
#define MATCH_LENGTH_MAX 100

/* What to tell who gave something else. */
#define MATCH_ALLOWED \
	"Give the name of an event, a beginning such as auth.login.*, or * for all."

/* Whether a text is words of a-z, 0-9 and _ with a dot between each two. */
extern bool match_is_name(const char *text);

/* Whether a text is such a name, such a name and ".*", or "*". */
extern bool match_is_pattern(const char *text);

/*
 * Whether a pattern names an event.  "auth.login.*" is for all that begins with
 * "auth.login."; an empty pattern is for none.
 */
extern bool match_event(const char *pattern, const char *event);

#endif							/* ENCLAVE_FLOW_MATCH_H */
