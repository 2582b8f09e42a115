/*
 * attempt_shared.h
 *		Attempts in shared memory; for attempt.c alone, which says what each of
 *		these does.
 */
#ifndef ENCLAVE_FLOW_ATTEMPT_SHARED_H
#define ENCLAVE_FLOW_ATTEMPT_SHARED_H

#include "flow/attempt.h"

extern AttemptOutcome attempt_shared_look(const AttemptKey *key, TimestampTz now,
										  int64 *retry_after);
extern AttemptOutcome attempt_shared_take(Attempt *attempt, int64 *retry_after);
extern void attempt_shared_give_back(Attempt *attempt);
extern void attempt_shared_fail(Attempt *attempt);
extern void attempt_shared_succeed(Attempt *attempt, TimestampTz now);

/* The counter of a scope. */
extern void attempt_shared_claim(AttemptScope scope, const AttemptKey *key, int limit,
								 CounterClaim *claim);

/* Memory's part of what attempt_forget_account and _network do. */
extern void attempt_shared_forget_account(const TokenDigest *account);
extern void attempt_shared_forget_network(Datum network);

#endif							/* ENCLAVE_FLOW_ATTEMPT_SHARED_H */
