/*
 * slide.h
 *		Going on with a cookie session.
 */
#ifndef ENCLAVE_FLOW_SLIDE_H
#define ENCLAVE_FLOW_SLIDE_H

#include "compat.h"

#include "datatype/timestamp.h"

/*
 * Move the end of a presented session on to session_lifetime from now, but not
 * beyond its absolute end.  False if it is not alive; else the end, and in
 * `set_cookie`, of COOKIE_SIZE bytes, the line that tells it to the browser,
 * which the caller wipes.
 */
extern bool slide_session(const char *text, size_t length, TimestampTz *expires_at,
						  char *set_cookie);

/*
 * Replace the data (jsonb, 0 for NULL) of a presented session.  False if it is
 * not alive.  NC008.
 */
extern bool slide_set_data(const char *text, size_t length, Datum data);

#endif							/* ENCLAVE_FLOW_SLIDE_H */
