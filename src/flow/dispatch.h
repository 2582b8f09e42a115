/*
 * dispatch.h
 *		Telling handlers and listeners of an event.
 */
#ifndef ENCLAVE_FLOW_DISPATCH_H
#define ENCLAVE_FLOW_DISPATCH_H

#include "compat.h"

/*
 * Tell listeners of an event that stands in the audit log under an id, and
 * handlers, if they are to hear of it.  What goes wrong
 * in a handler is a WARNING in the server's log; but a cancel, and a shutdown,
 * go through.
 */
extern void dispatch_event(const char *event, int64 audit_id, bool handlers);

#endif							/* ENCLAVE_FLOW_DISPATCH_H */
