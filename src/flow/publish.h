/*
 * publish.h
 *		What the world, and other backends, learn of the keys.
 */
#ifndef ENCLAVE_FLOW_PUBLISH_H
#define ENCLAVE_FLOW_PUBLISH_H

#include "compat.h"

/* The JWK set of all live asymmetric keys: jsonb. */
extern Datum publish_keys(void);

/* The trigger on enclave.key_store: have every backend look again. */
extern void publish_change(FunctionCallInfo fcinfo);

#endif							/* ENCLAVE_FLOW_PUBLISH_H */
