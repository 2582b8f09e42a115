/*
 * known_networks.h
 *		Rows of enclave.known_networks.
 */
#ifndef ENCLAVE_STORE_KNOWN_NETWORKS_H
#define ENCLAVE_STORE_KNOWN_NETWORKS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"

/*
 * Whether a user has logged in from a network (cidr) since a moment.  A user
 * id of 0 has never.
 */
extern bool known_networks_has(int64 user_id, Datum network, TimestampTz since);

/*
 * Remember a network.  The row is written only if there is none, or it was
 * last written before stale; a row that somebody else is writing is left to
 * him.  The caller sees to it that no two sessions add the same pair at once.
 */
extern void known_networks_remember(int64 user_id, Datum network, TimestampTz now,
									TimestampTz stale);

/* A user's networks, as JSON text in the current memory context. */
extern char *known_networks_export(int64 user_id);

/* Remove the next networks not seen for long; see batch_step. */
extern int64 known_networks_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_KNOWN_NETWORKS_H */
