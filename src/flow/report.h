/*
 * report.h
 *		What a load balancer wants to know.
 */
#ifndef ENCLAVE_FLOW_REPORT_H
#define ENCLAVE_FLOW_REPORT_H

#include "compat.h"

/* One row, a jsonb: status, version (of the library), in_recovery. */
extern Datum report_health(void);

#endif							/* ENCLAVE_FLOW_REPORT_H */
