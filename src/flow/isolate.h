/*
 * isolate.h
 *		Work whose error does not end what it is part of.
 */
#ifndef ENCLAVE_FLOW_ISOLATE_H
#define ENCLAVE_FLOW_ISOLATE_H

#include "compat.h"

/*
 * Run a function in a subtransaction of its own.  Result: NULL, or the error
 * that it raised, in the current memory context, and then nothing of what it
 * did is left.  A cancel, a timeout of the statement and a failed assertion
 * are raised again; a shutdown never comes here.
 */
extern ErrorData *isolate_run(void (*work) (void *argument), void *argument);

#endif							/* ENCLAVE_FLOW_ISOLATE_H */
