/*
 * attempt.h
 *		Counting guesses.
 *
 * An attempt is taken before a password is hashed and is then either a failure,
 * a success, or given back.  At most max_failed_attempts count for an account
 * and network, ten times as many for an account over all networks it is not
 * known from, and network_max_attempts for a known network over all accounts,
 * each for lockout_duration from its own time.
 */
#ifndef ENCLAVE_FLOW_ATTEMPT_H
#define ENCLAVE_FLOW_ATTEMPT_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/login_attempts.h"

typedef struct Attempt
{
	AttemptKey	key;
	TokenDigest lock_keys[ATTEMPT_SCOPES];
	int			slots[ATTEMPT_SCOPES];	/* those taken; 0 where none */
	int			locking_scope;	/* which limit this attempt reaches; -1: none */
	bool		clears;			/* there are failures that a success clears */
	int64		user_id;		/* 0 when unknown */
	TimestampTz at;
} Attempt;

typedef enum AttemptOutcome
{
	ATTEMPT_TAKEN,
	ATTEMPT_REFUSED
} AttemptOutcome;

/*
 * Take an attempt on an address (folded, or whatever was typed in its place)
 * from a network (cidr, 0 when unknown).  Never waits.  When it is refused,
 * nothing is held and *retry_after is in microseconds.
 */
extern AttemptOutcome attempt_take(const char *address, int64 user_id, Datum network,
								   TimestampTz now, Attempt *attempt, int64 *retry_after);

/* The password was wrong: it counts until lockout_duration has passed. */
extern void attempt_fail(const Attempt *attempt);

/* The password was right: nothing of this attempt counts, and the pair starts anew. */
extern void attempt_succeed(const Attempt *attempt, TimestampTz now);

/* The limit that a failure of this attempt reaches: "pair", ... or NULL. */
extern const char *attempt_locks(const Attempt *attempt);

/* Under which account the attempts on an address are counted. */
extern void attempt_account(const char *address, TokenDigest *account);

/* How many failures a scope allows within lockout_duration. */
extern int	attempt_limit(AttemptScope scope);

#endif							/* ENCLAVE_FLOW_ATTEMPT_H */
