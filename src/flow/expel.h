/*
 * expel.h
 *		Ending a family whose old token was presented.
 *
 * It stays ended though the caller rolls back.  With the library preloaded his
 * transaction writes nothing at all: the family's id goes to shared memory, where
 * whoever asks for it looks (shmem/ended.h), and the background worker writes the
 * end and the event.  Without, they are rows of his transaction.
 */
#ifndef ENCLAVE_FLOW_EXPEL_H
#define ENCLAVE_FLOW_EXPEL_H

#include "compat.h"

#include "flow/client.h"
#include "store/sessions.h"

/* End the family of a session, and have it recorded as reuse by this client. */
extern void expel_family(const SessionRow *session, const Client *client, TimestampTz now);

/* Whether a family has been ended that way, and it may not yet stand in the tables. */
extern bool expel_has(int64 session_id);

#endif							/* ENCLAVE_FLOW_EXPEL_H */
