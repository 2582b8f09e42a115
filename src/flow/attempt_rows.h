/*
 * attempt_rows.h
 *		Attempts as rows and locks of the caller's transaction; for attempt.c
 *		alone, which says what each of these does.
 */
#ifndef ENCLAVE_FLOW_ATTEMPT_ROWS_H
#define ENCLAVE_FLOW_ATTEMPT_ROWS_H

#include "flow/attempt.h"

extern AttemptOutcome attempt_rows_take(Attempt *attempt, int64 *retry_after);
extern void attempt_rows_give_back(const Attempt *attempt);
extern void attempt_rows_fail(const Attempt *attempt);
extern void attempt_rows_succeed(const Attempt *attempt, TimestampTz now);

#endif							/* ENCLAVE_FLOW_ATTEMPT_ROWS_H */
