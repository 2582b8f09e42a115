/*
 * quota_uses.h
 *		Rows of enclave.quota_uses.
 */
#ifndef ENCLAVE_STORE_QUOTA_USES_H
#define ENCLAVE_STORE_QUOTA_USES_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"
#include "nodes/bitmapset.h"
#include "types.h"

/* What is counted: each has a limit and slots of its own. */
typedef enum QuotaScope
{
	QUOTA_PAIR,					/* an address from one network */
	QUOTA_ADDRESS,				/* an address from all networks */
	QUOTA_NETWORK,				/* a network over all addresses */
	QUOTA_SCOPES
} QuotaScope;

typedef struct QuotaKey
{
	const char *kind;
	TokenDigest account;		/* of the folded address */
	Datum		network;		/* cidr; 0 when unknown, which is a network too */
} QuotaKey;

typedef struct QuotaCount
{
	Bitmapset  *slots;			/* their slot numbers, from 1 */
	int			count;
	TimestampTz oldest;			/* when the first of them was; only if count > 0 */
} QuotaCount;

/* The uses in a scope later than since; read with the newest snapshot, at most limit + 1. */
extern void quota_uses_count(QuotaScope scope, const QuotaKey *key, TimestampTz since, int limit,
							 QuotaCount *result);

/* Add a use with the slots it holds; 0 stands for none. */
extern void quota_uses_add(const QuotaKey *key, const int slots[QUOTA_SCOPES], TimestampTz at);

/* A row, as it is counted. */
typedef struct QuotaRow
{
	int64		id;
	TimestampTz at;
	QuotaKey	key;
	bool		counts[QUOTA_SCOPES];
} QuotaRow;

/*
 * Read rows in the order of time and id, those after *last, max at most; what they
 * point to is in the current memory context.  Result: how many.
 */
extern int	quota_uses_read(const QuotaRow *last, QuotaRow *rows, int max);

/* Remove the next old rows; see batch_step. */
extern int64 quota_uses_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_QUOTA_USES_H */
