/*
 * quota_shared.h
 *		Uses of a quota in shared memory; for quota.c and recall.c.
 */
#ifndef ENCLAVE_FLOW_QUOTA_SHARED_H
#define ENCLAVE_FLOW_QUOTA_SHARED_H

#include "flow/quota.h"

typedef enum QuotaOutcome
{
	QUOTA_TAKEN,
	QUOTA_REFUSED,
	QUOTA_UNKNOWN				/* it cannot be counted here at the moment */
} QuotaOutcome;

/* As quota_rows_take, but that the use stands whatever becomes of the transaction. */
extern QuotaOutcome quota_shared_take(Quota *quota, int64 *retry_after);

/* Count a use that a row tells of. */
extern void quota_shared_load(const QuotaRow *row, TimestampTz now);

#endif							/* ENCLAVE_FLOW_QUOTA_SHARED_H */
