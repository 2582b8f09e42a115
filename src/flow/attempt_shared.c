/*
 * attempt_shared.c
 *		Attempts in shared memory.
 *
 * The counters are raised before anything is waited for, in one step for all
 * scopes, and lowered again only by who has learned that nothing was hashed or
 * that the password was right.  No transaction has a say in that; a backend that
 * dies in between leaves them raised.
 *
 * The failures' rows are written by the worker, for people, and for the next
 * start of the server: recall.h.
 */
#include "compat.h"

#include "flow/attempt_shared.h"

#include "flow/claim.h"
#include "flow/forgive.h"
#include "flow/recall.h"
#include "settings.h"

/* What is counted, in the keys' words. */
#define KIND "attempt"

void
attempt_shared_claim(AttemptScope scope, const AttemptKey *key, int limit, CounterClaim *claim)
{
	switch (scope)
	{
		case ATTEMPT_PAIR:
			claim_pair(KIND, &key->account, key->network, limit, claim);
			break;
		case ATTEMPT_ACCOUNT:
			claim_account(KIND, &key->account, limit, claim);
			break;
		case ATTEMPT_NETWORK:
			claim_network(KIND, key->network, limit, claim);
			break;
		case ATTEMPT_SCOPES:
			break;
	}
}

static TimestampTz
counting_until(TimestampTz at)
{
	return at + (int64) settings_lockout_duration * USECS_PER_SEC;
}

/* Where others' guesses are under way, one will know in a moment how they end. */
static int64
time_until(TimestampTz free_at, TimestampTz now)
{
	return free_at <= now ? USECS_PER_SEC : free_at - now;
}

static AttemptOutcome
outcome_of(CounterOutcome outcome, TimestampTz free_at, TimestampTz now, int64 *retry_after)
{
	switch (outcome)
	{
		case COUNTERS_TAKEN:
			return ATTEMPT_TAKEN;
		case COUNTERS_AT_LIMIT:
			*retry_after = time_until(free_at, now);
			return ATTEMPT_REFUSED;
		case COUNTERS_FULL:
			break;
	}
	return ATTEMPT_BUSY;
}

/* At the pair alone: whether the account's limit applies is a question to tables. */
AttemptOutcome
attempt_shared_look(const AttemptKey *key, TimestampTz now, int64 *retry_after)
{
	CounterClaim pair;
	CounterOutcome outcome;
	TimestampTz free_at;

	if (!recall_counters())
		return ATTEMPT_BUSY;
	attempt_shared_claim(ATTEMPT_PAIR, key, attempt_limit(ATTEMPT_PAIR), &pair);
	outcome = counters_look(COUNTERS_ATTEMPTS, &pair, now, &free_at);
	return outcome_of(outcome, free_at, now, retry_after);
}

AttemptOutcome
attempt_shared_take(Attempt *attempt, int64 *retry_after)
{
	CounterClaim claims[ATTEMPT_SCOPES];
	CounterOutcome outcome;
	TimestampTz free_at;
	int			count = 0;

	if (!recall_counters())
		return ATTEMPT_BUSY;
	for (int scope = 0; scope < ATTEMPT_SCOPES; scope++)
	{
		if (!attempt_scope_applies(scope, attempt))
			continue;
		attempt->limits[scope] = attempt_limit(scope);
		attempt->scopes[count] = scope;
		attempt_shared_claim(scope, &attempt->key, attempt->limits[scope], &claims[count++]);
	}
	attempt->pair = claims[0];
	outcome = counters_take(COUNTERS_ATTEMPTS, claims, count, attempt->at,
							counting_until(attempt->at), &attempt->ticket, &free_at);
	return outcome_of(outcome, free_at, attempt->at, retry_after);
}

void
attempt_shared_give_back(Attempt *attempt)
{
	counters_give_back(&attempt->ticket);
}

void
attempt_shared_fail(Attempt *attempt)
{
	int			reached = counters_settle(&attempt->ticket, attempt->at);

	if (reached >= 0)
		attempt->locking_scope = (int) attempt->scopes[reached];
}

/* The row of a success is for the next start: it says what counts no longer. */
void
attempt_shared_succeed(Attempt *attempt, TimestampTz now)
{
	counters_give_back(&attempt->ticket);
	if (counters_clear(COUNTERS_ATTEMPTS, &attempt->pair) > 0)
		login_attempts_add_success(&attempt->key, attempt->user_id, now);
}

void
attempt_shared_forget_account(const TokenDigest *account)
{
	CounterClaim claim;

	claim_account(KIND, account, 1, &claim);
	forgive_at_commit(COUNTERS_ATTEMPTS, &claim.group);
}

void
attempt_shared_forget_network(Datum network)
{
	CounterClaim claim;

	claim_network(KIND, network, 1, &claim);
	forgive_at_commit(COUNTERS_ATTEMPTS, &claim.group);
}
