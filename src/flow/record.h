/*
 * record.h
 *		The events of the flows.
 */
#ifndef ENCLAVE_FLOW_RECORD_H
#define ENCLAVE_FLOW_RECORD_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "flow/client.h"

typedef enum EventKind
{
	EVENT_USER_REGISTERED,
	EVENT_USER_IMPORTED,
	EVENT_LOGIN_SUCCESS,
	EVENT_LOGIN_FAILED,
	EVENT_LOGIN_LOCKED,
	EVENT_LOGOUT_SUCCESS,
	EVENT_TOKEN_CREATED,
	EVENT_TOKEN_REFRESHED,
	EVENT_TOKEN_REVOKED,
	EVENT_TOKEN_ALL_REVOKED,
	EVENT_IMPERSONATED,
	EVENT_ACCESS_GRANTED,
	EVENT_ACCESS_REVOKED
} EventKind;

/*
 * Record that something happened to a user, and to a token of his (0 where
 * unknown, or none).  One event for a call, the most specific.  client may be
 * NULL; metadata is JSON text of our own making, or NULL, and holds no secret.
 */
extern void record_event(EventKind kind, int64 user_id, int64 token_id, const Client *client,
						 const char *metadata, TimestampTz at);

/* The same of a session (0 where it is all of them) in the place of a token. */
extern void record_session_event(EventKind kind, int64 user_id, int64 session_id,
								 const Client *client, const char *metadata, TimestampTz at);

/* The same under a name that the application chose.  Result: the entry's id. */
extern int64 record_named_event(const char *event, int64 user_id, const Client *client,
								const char *metadata, TimestampTz at);

/* Metadata of one text, and of two: a JSON object, newly allocated. */
extern char *record_text(const char *key, const char *value);
extern char *record_two_texts(const char *key, const char *value,
							  const char *second_key, const char *second_value);

#endif							/* ENCLAVE_FLOW_RECORD_H */
