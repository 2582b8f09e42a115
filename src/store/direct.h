/*
 * direct.h
 *		What the look-ups without SQL share.
 */
#ifndef ENCLAVE_STORE_DIRECT_H
#define ENCLAVE_STORE_DIRECT_H

#include "compat.h"

#include "access/htup.h"
#include "types.h"
#include "utils/relcache.h"

/* A digest as a bytea datum, without an allocation. */
typedef struct DirectDigest
{
	int32		header;
	TokenDigest digest;
} DirectDigest;

/* The datum lives in, and as long as, *value. */
extern Datum direct_digest(DirectDigest *value, const TokenDigest *digest);

/* An attribute that is never NULL; where it lies, for a type by reference. */
extern Datum direct_attribute(HeapTuple tuple, int number, Relation relation);

/* A copy of a variable-length value, uncompressed and not out of line. */
extern Datum direct_copy(Datum value);

/*
 * The epoch of a user, and by how much that of his sessions lags behind it, as
 * a snapshot sees them.  False if there is no such user.
 */
extern bool direct_user_epoch(int64 user_id, Snapshot snapshot, int64 *epoch, int64 *session_lag);

#endif							/* ENCLAVE_STORE_DIRECT_H */
