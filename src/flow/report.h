/*
 * report.h
 *		What a load balancer and a monitor want to know.
 */
#ifndef ENCLAVE_FLOW_REPORT_H
#define ENCLAVE_FLOW_REPORT_H

#include "compat.h"

#include "utils/tuplestore.h"

/* One row, a jsonb: status, version (of the library), in_recovery. */
extern Datum report_health(void);

/*
 * Append name and value of what is counted in shared memory, for the whole
 * server since its start; nothing where the library is not preloaded.
 */
extern void report_counters(Tuplestorestate *into, TupleDesc descriptor);

#endif							/* ENCLAVE_FLOW_REPORT_H */
