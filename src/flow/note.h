/*
 * note.h
 *		The application's own events.
 */
#ifndef ENCLAVE_FLOW_NOTE_H
#define ENCLAVE_FLOW_NOTE_H

#include "compat.h"

#include "flow/client.h"

/*
 * Record an event of the application's, of a user or (0) of none.  Its name
 * begins with "app."; metadata is JSON text, or NULL.  NC005 if the user does
 * not exist, NC008 if name or metadata will not do.  Result: the entry's id.
 */
extern int64 note_event(int64 user_id, const char *event, const Client *client,
						const char *metadata);

#endif							/* ENCLAVE_FLOW_NOTE_H */
