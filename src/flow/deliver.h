/*
 * deliver.h
 *		Writing what was deferred.
 */
#ifndef ENCLAVE_FLOW_DELIVER_H
#define ENCLAVE_FLOW_DELIVER_H

#include "compat.h"

#include "flow/deferred.h"

/*
 * Write one entry, in the present transaction of the background worker, which may
 * be a subtransaction.  Raises whatever goes wrong.  Handlers of events are
 * called only if they are to hear of it.
 */
extern void deliver_entry(const DeferredEntry *entry, bool handlers);

#endif							/* ENCLAVE_FLOW_DELIVER_H */
