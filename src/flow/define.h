/*
 * define.h
 *		Defining named limits.
 */
#ifndef ENCLAVE_FLOW_DEFINE_H
#define ENCLAVE_FLOW_DEFINE_H

#include "compat.h"

#include "datatype/timestamp.h"

/*
 * Define a limit, or define it otherwise than before, which begins new windows
 * if its number or its time changes: so many attempts (0 for NULL) within a
 * time (NULL is none).  NC008.
 */
extern void define_limit(const char *name, int max_attempts, const Interval *per,
						 const char *message);

/* NC010 if there is no such limit. */
extern void define_drop(const char *name);

#endif							/* ENCLAVE_FLOW_DEFINE_H */
