/*
 * refresh_families.h
 *		Rows of enclave.refresh_families: the refresh tokens of a session.
 *
 * Whether a family is alive is not known here: its session is.
 */
#ifndef ENCLAVE_STORE_REFRESH_FAMILIES_H
#define ENCLAVE_STORE_REFRESH_FAMILIES_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"
#include "types.h"

/* An older token of the family, if there was one. */
typedef struct FamilyToken
{
	bool		set;
	TokenDigest digest;
	TimestampTz rotated_at;		/* when it was first presented */
} FamilyToken;

typedef struct FamilyRow
{
	int64		generation;		/* of the token that nobody has presented yet */
	TokenDigest digest;			/* that token */
	FamilyToken previous;		/* the one before it */
	FamilyToken former;			/* and the one before that */
} FamilyRow;

/* Add the family of a session with its first token. */
extern void refresh_families_add(int64 id, const TokenDigest *digest, TimestampTz ends_at);

/* Find a family, by the newest snapshot. */
extern bool refresh_families_find(int64 id, FamilyRow *family);

/*
 * Put a token's successor in its place.  One statement: of several callers with
 * one token the second waits for the first, and then finds nothing to do: false,
 * as when the token is not the family's newest.
 */
extern bool refresh_families_rotate(int64 id, const TokenDigest *presented,
									const TokenDigest *successor, TimestampTz now);

/*
 * Remove those of a user, before he goes; one that somebody holds is left to prune:
 * without its session it is nothing.
 */
extern void refresh_families_remove_of_user(int64 user_id);

/* Remove the next families that have come to their end; see batch_step. */
extern int64 refresh_families_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_REFRESH_FAMILIES_H */
