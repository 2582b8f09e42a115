/*
 * one_time_tokens.h
 *		Rows of enclave.password_reset_tokens, email_verification_tokens,
 *		magic_link_tokens and email_change_tokens, which are of one shape.
 */
#ifndef ENCLAVE_STORE_ONE_TIME_TOKENS_H
#define ENCLAVE_STORE_ONE_TIME_TOKENS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"
#include "types.h"

typedef enum OneTimePurpose
{
	ONE_TIME_PASSWORD_RESET,
	ONE_TIME_EMAIL_VERIFICATION,
	ONE_TIME_MAGIC_LINK,
	ONE_TIME_EMAIL_CHANGE,
	ONE_TIME_EMAIL_REVERT,
	ONE_TIME_PURPOSES
} OneTimePurpose;

/* So many of a purpose are alive for a user: the newest. */
#define ONE_TIME_ALIVE_MAX 3

typedef struct OneTimeRow
{
	int64		id;
	int64		user_id;
	int64		epoch;			/* the user's when it was made */
	TimestampTz expires_at;
	char	   *email;			/* where it was sent */
	char	   *other_email;	/* of a change or revert; else NULL */
} OneTimeRow;

typedef struct NewOneTime
{
	int64		user_id;		/* 0: nobody's, for which nothing is added */
	int64		epoch;
	const char *email;
	const char *other_email;	/* NULL but for a change or revert */
	const TokenDigest *binder;	/* NULL but for a magic link that has one */
	TimestampTz created_at;
	TimestampTz expires_at;
} NewOneTime;

/*
 * Add a token and remove those of the purpose that are no longer among the
 * newest.  Nobody is waited for.  Its id, or 0 if it was nobody's: the work is
 * the same.
 */
extern int64 one_time_tokens_add(OneTimePurpose purpose, const NewOneTime *new_token,
								 const TokenDigest *digest);

/*
 * Find what would let its bearer in, but for its end: one of the newest, of
 * its user's epoch and address (a revert: of any), and with the binder it was
 * asked for with.  binder is NULL for none, and not looked at with any_binder.
 * Strings are allocated in the current memory context.
 */
extern bool one_time_tokens_find(OneTimePurpose purpose, const TokenDigest *digest,
								 const TokenDigest *binder, bool any_binder, TimestampTz now,
								 OneTimeRow *row);

/*
 * Consume one that one_time_tokens_find would find and that has not ended, and
 * with it all of the purpose that the user has.  One statement: of two callers,
 * with one token or with two of a user, the second finds nothing.
 */
extern bool one_time_tokens_consume(OneTimePurpose purpose, const TokenDigest *digest,
									const TokenDigest *binder, TimestampTz now, OneTimeRow *row);

/*
 * Remove a user's tokens of a purpose other than reverts.  A row that another transaction is at is
 * left to it: the caller has begun a new epoch or changed the address.
 */
extern void one_time_tokens_remove(OneTimePurpose purpose, int64 user_id);

/* A user's tokens of all purposes but their digests, as JSON text in the current memory context. */
extern char *one_time_tokens_export(int64 user_id);

/* Remove a user's reverts, which nothing else ends: who is using one is waited for. */
extern void one_time_tokens_remove_reverts(int64 user_id);

/* Remove the next that have expired, of each table; see batch_step. */
extern int64 one_time_tokens_prune_resets(Batch *batch);
extern int64 one_time_tokens_prune_verifications(Batch *batch);
extern int64 one_time_tokens_prune_links(Batch *batch);
extern int64 one_time_tokens_prune_changes(Batch *batch);

#endif							/* ENCLAVE_STORE_ONE_TIME_TOKENS_H */
