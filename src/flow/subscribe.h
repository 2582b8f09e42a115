/*
 * subscribe.h
 *		Who is told of events.
 */
#ifndef ENCLAVE_FLOW_SUBSCRIBE_H
#define ENCLAVE_FLOW_SUBSCRIBE_H

#include "compat.h"

/*
 * Have a function called for the events that match a pattern, from now on, as
 * the current user.  NC008 if the pattern is none or the function is not one of
 * one jsonb; NC009 if the current user may not execute it.  Result: the id.
 */
extern int64 subscribe_handler(const char *pattern, Oid function);

/* End that.  NC010 if there is none of that id. */
extern void subscribe_end(int64 id);

#endif							/* ENCLAVE_FLOW_SUBSCRIBE_H */
