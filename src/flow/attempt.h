/*
 * attempt.h
 *		Counting guesses.
 *
 * An attempt is taken before a password is hashed and is then either a failure,
 * a success, or given back.  At most max_failed_attempts count for an account
 * and network, ten times as many for an account over all networks it is not
 * known from, and network_max_attempts for a known network over all accounts,
 * each for lockout_duration from its own time.
 *
 * With the library preloaded they are counted in shared memory, where no end of
 * a transaction reaches them, and the worker writes the failures down; without
 * it, or with attempt_slots = -1, they are rows of the caller's transaction.
 */
#ifndef ENCLAVE_FLOW_ATTEMPT_H
#define ENCLAVE_FLOW_ATTEMPT_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "shmem/counters.h"
#include "store/login_attempts.h"

typedef struct Attempt
{
	AttemptKey	key;
	int64		user_id;		/* 0 when unknown */
	TimestampTz at;
	int			locking_scope;	/* whose limit its failure reaches; -1: none */

	/* in rows */
	TokenDigest lock_keys[ATTEMPT_SCOPES];
	int			slots[ATTEMPT_SCOPES];	/* those taken; 0 where none */
	bool		clears;			/* there are failures that a success clears */

	/* in shared memory */
	int			limits[ATTEMPT_SCOPES]; /* by which it counts; 0 where it does not */
	AttemptScope scopes[COUNTERS_CLAIMS_MAX];	/* of the ticket's marks */
	CounterClaim pair;
	CounterTicket ticket;
} Attempt;

typedef enum AttemptOutcome
{
	ATTEMPT_TAKEN,
	ATTEMPT_REFUSED,			/* at a limit */
	ATTEMPT_BUSY				/* nothing can be counted at the moment */
} AttemptOutcome;

/* Whether they are counted in shared memory. */
extern bool attempt_is_shared(void);

/* For how many attempts there is to be room, by the settings of the server's start. */
extern int64 attempt_capacity(void);

/*
 * Take an attempt on an address (folded, or whatever was typed in its place)
 * from a network (cidr, 0 when unknown).  Never waits for another's end.  When it
 * is refused, nothing is held and *retry_after is in microseconds.
 */
extern AttemptOutcome attempt_take(const char *address, int64 user_id, Datum network,
								   TimestampTz now, Attempt *attempt, int64 *retry_after);

/*
 * Whether an attempt could be taken as things are: in rows always yes, for there
 * it is no cheaper to look than to take.
 */
extern AttemptOutcome attempt_look(const char *address, Datum network, TimestampTz now,
								   int64 *retry_after);

/* Nothing was hashed: it does not count. */
extern void attempt_give_back(Attempt *attempt);

/*
 * The same where an error or the end of the session has come between: what goes
 * with the transaction is left to that.  For before_shmem_exit.
 */
extern void attempt_give_back_at_exit(int code, Datum attempt);

/*
 * The password was wrong: it counts until lockout_duration has passed.  In rows
 * this writes one; in shared memory it cannot fail, and the row is for deferred.h.
 */
extern void attempt_fail(Attempt *attempt);

/*
 * The password was right: nothing of this attempt counts, and the pair starts anew.
 */
extern void attempt_succeed(Attempt *attempt, TimestampTz now);

/* Under which account the attempts on an address are counted. */
extern void attempt_account(const char *address, TokenDigest *account);

/* How many failures a scope allows within lockout_duration. */
extern int	attempt_limit(AttemptScope scope);

/* Later failures than this count. */
extern TimestampTz attempt_counting_since(TimestampTz now);

/* Whether an attempt is held to a scope's limit. */
extern bool attempt_scope_applies(AttemptScope scope, const Attempt *attempt);

/*
 * The failures on an account, from all networks, or those from a network over all
 * accounts, count no longer: from the commit of the transaction on.  What is
 * under way keeps its places.
 */
extern void attempt_forget_account(const TokenDigest *account, TimestampTz now);
extern void attempt_forget_network(Datum network, TimestampTz now);

/* The account goes: forget it, and remove its rows. */
extern void attempt_remove_account(const TokenDigest *account);

#endif							/* ENCLAVE_FLOW_ATTEMPT_H */
