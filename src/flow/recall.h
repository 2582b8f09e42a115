/*
 * recall.h
 *		What had been counted before the server's start.
 */
#ifndef ENCLAVE_FLOW_RECALL_H
#define ENCLAVE_FLOW_RECALL_H

#include "compat.h"

/*
 * See to it that the counters of this database hold what its tables say: done by
 * the first who comes after the server's start, in his own transaction and with
 * the newest snapshot; the others wait for him.  False if he was not ready within
 * hash_queue_timeout, or there is no room for all of it: then nobody can say
 * what counts.
 */
extern bool recall_counters(void);

#endif							/* ENCLAVE_FLOW_RECALL_H */
