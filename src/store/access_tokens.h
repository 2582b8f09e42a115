/*
 * access_tokens.h
 *		Rows of enclave.access_tokens.
 */
#ifndef ENCLAVE_STORE_ACCESS_TOKENS_H
#define ENCLAVE_STORE_ACCESS_TOKENS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"
#include "types.h"
#include "utils/tuplestore.h"

typedef enum TokenKind
{
	TOKEN_KIND_LOGIN,			/* made by a login, may be refreshed */
	TOKEN_KIND_PERSONAL			/* made on request, with abilities of its own */
} TokenKind;

typedef struct TokenRow
{
	int64		id;
	int64		user_id;
	int64		epoch;
	TimestampTz created_at;		/* of a login token: when the login was */
	TimestampTz expires_at;
	TokenKind	kind;
	Datum		name;			/* text */
	Datum		abilities;		/* text[] */
} TokenRow;

typedef struct NewToken
{
	int64		user_id;
	int64		epoch;
	TokenKind	kind;
	const char *name;
	Datum		abilities;		/* text[] */
	TimestampTz created_at;
	TimestampTz expires_at;
} NewToken;

/*
 * Find a row by its digest, with the newest snapshot, and whether its epoch is
 * still its user's; an expired one is found too.  Opens the indexes itself:
 * no SPI, no write, no transaction id.  Datums are copied into the current
 * memory context.
 */
extern bool access_tokens_find(const TokenDigest *digest, TokenRow *token, bool *current);

/*
 * Add a token; its id.  0 if its user is gone, or being deleted: nobody waits
 * for that, and an insert on its own would, in its foreign key.
 */
extern int64 access_tokens_add(const NewToken *new_token, const TokenDigest *digest);

/*
 * Put a new digest in the place of the old one and prolong it, if it is a
 * live login token of a user whom nothing keeps out.  One statement: of two
 * callers with one token the second finds nothing.
 */
extern bool access_tokens_replace(const TokenDigest *old, const TokenDigest *new,
								  TimestampTz now, TimestampTz expires_at, int64 max_lifetime,
								  TokenRow *token);

/* Remove by digest, expired or not.  False if it was not there. */
extern bool access_tokens_remove(const TokenDigest *digest, int64 *id, int64 *user_id);

/* Remove one token of a user.  False if he has none of that id. */
extern bool access_tokens_remove_of_user(int64 user_id, int64 id);

/* Whether a user's token, by its id, is alive in an epoch. */
extern bool access_tokens_lives(int64 user_id, int64 epoch, int64 id, TimestampTz now);

/*
 * Carry one live token over into its user's new epoch, by its id: it may be
 * refreshed at this moment.  Nothing happens if it is no live token of the
 * former epoch.
 */
extern void access_tokens_keep(int64 user_id, int64 epoch, int64 id, TimestampTz now);

/*
 * Remove a user's tokens of former epochs; how many of them were alive.  A row
 * that somebody holds, in a transaction that has refreshed or logged out, is
 * left to prune: its epoch has ended it already, and nobody waits for him.
 */
extern int64 access_tokens_remove_before(int64 user_id, int64 epoch, TimestampTz now);

/*
 * Append a user's live tokens to a tuplestore: token_id, user_id, name,
 * abilities, expires_at, created_at, kind, last_used_at.
 */
extern void access_tokens_list(int64 user_id, TimestampTz now, Tuplestorestate *into,
							   TupleDesc descriptor);

/* A user's rows but their digests, as JSON text in the current memory context. */
extern char *access_tokens_export(int64 user_id);

/* Remove the next tokens that have expired; see batch_step. */
extern int64 access_tokens_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_ACCESS_TOKENS_H */
