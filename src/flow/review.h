/*
 * review.h
 *		Reading the audit log.
 */
#ifndef ENCLAVE_FLOW_REVIEW_H
#define ENCLAVE_FLOW_REVIEW_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "utils/tuplestore.h"

/*
 * Append what is on record of a user, or (0) of everybody and nobody, to a
 * tuplestore, newest first: of events that match a pattern (NULL: all), since a
 * moment, at most so many rows.  NC008 if pattern or number will not do; NC009
 * if who asks for more than one user is not an auditor.
 */
extern void review_audit(int64 user_id, const char *pattern, TimestampTz since, int max_rows,
						 Tuplestorestate *into, TupleDesc descriptor);

#endif							/* ENCLAVE_FLOW_REVIEW_H */
