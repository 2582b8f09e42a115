/*
 * login_attempts.h
 *		Rows of enclave.login_attempts.
 */
#ifndef ENCLAVE_STORE_LOGIN_ATTEMPTS_H
#define ENCLAVE_STORE_LOGIN_ATTEMPTS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "nodes/bitmapset.h"
#include "store/batch.h"
#include "types.h"
#include "utils/tuplestore.h"

/* What is counted: each has a limit and slots of its own. */
typedef enum AttemptScope
{
	ATTEMPT_PAIR,				/* an account from one network */
	ATTEMPT_ACCOUNT,			/* an account from all networks it is not known from */
	ATTEMPT_NETWORK,			/* a network over all accounts */
	ATTEMPT_SCOPES
} AttemptScope;

/* "pair", "account" or "network", static. */
extern const char *login_attempts_scope_name(AttemptScope scope);

typedef struct AttemptKey
{
	TokenDigest account;		/* of the folded address */
	Datum		network;		/* cidr; 0 when unknown, which is a network too */
} AttemptKey;

typedef struct AttemptCount
{
	Bitmapset  *slots;			/* their slot numbers, from 1 */
	int			count;
	TimestampTz oldest;			/* when the first of them was; only if count > 0 */
} AttemptCount;

/*
 * The failures that count in a scope: later than since, and for the pair later
 * than its last right password.  Read with the newest snapshot, at most limit
 * + 1 rows.
 */
extern void login_attempts_count(AttemptScope scope, const AttemptKey *key, TimestampTz since,
								 int limit, AttemptCount *result);

/* Add a failure with the slots it holds; 0 stands for none. */
extern void login_attempts_add_failure(const AttemptKey *key, int64 user_id,
									   const int slots[ATTEMPT_SCOPES], TimestampTz at);

/*
 * Add a failure that was counted elsewhere, and give it slots for who counts
 * rows: in each scope that has a limit (0: does not count in it) the number after
 * that of the scope's newest row, in a circle up to the limit.  As no more than
 * the limit count, those that do are all different.  For one writer at a time.
 */
extern void login_attempts_add_counted(const AttemptKey *key, int64 user_id,
									   const int limits[ATTEMPT_SCOPES], TimestampTz at);

/* Add a success: the pair's earlier failures count no longer. */
extern void login_attempts_add_success(const AttemptKey *key, int64 user_id, TimestampTz at);

/*
 * Unlock: the failures of an account since a moment, or those of a network,
 * count no longer.  The rows stay.
 */
extern void login_attempts_release_account(const TokenDigest *account, TimestampTz since);
extern void login_attempts_release_network(Datum network, TimestampTz since);

/* Remove all rows of an account. */
extern void login_attempts_remove_account(const TokenDigest *account);

/* All that stands about an account, as JSON text in the current memory context. */
extern char *login_attempts_export(const TokenDigest *account);

/*
 * Append the locks that hold to a tuplestore: user_id, network, since, until,
 * kind.  Failures later than since count, for lasting seconds each, up to
 * limits[scope].
 */
extern void login_attempts_list_locks(TimestampTz since, int lasting,
									  const int limits[ATTEMPT_SCOPES], Tuplestorestate *into,
									  TupleDesc descriptor);

/* Remove the next old rows; see batch_step. */
extern int64 login_attempts_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_LOGIN_ATTEMPTS_H */
