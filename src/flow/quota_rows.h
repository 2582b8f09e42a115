/*
 * quota_rows.h
 *		Uses of a quota as rows and locks of the caller's transaction; for quota.c
 *		alone.
 */
#ifndef ENCLAVE_FLOW_QUOTA_ROWS_H
#define ENCLAVE_FLOW_QUOTA_ROWS_H

#include "flow/quota.h"

/*
 * Take a slot of each scope that has a limit.  False if there is none left in one of
 * them: then nothing is held, and *retry_after is in microseconds.  Taken, the
 * slots are for the row.
 */
extern bool quota_rows_take(Quota *quota, int64 *retry_after);

#endif							/* ENCLAVE_FLOW_QUOTA_ROWS_H */
