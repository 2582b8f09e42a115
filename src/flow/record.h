/*
 * record.h
 *		The events of the flows.
 */
#ifndef ENCLAVE_FLOW_RECORD_H
#define ENCLAVE_FLOW_RECORD_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "flow/client.h"
#include "store/audit_logs.h"

typedef enum EventKind
{
	EVENT_USER_REGISTERED,
	EVENT_USER_IMPORTED,
	EVENT_USER_UPDATED,
	EVENT_USER_DELETED,
	EVENT_USER_DISABLED,
	EVENT_USER_ENABLED,
	EVENT_USER_ALREADY_REGISTERED,
	EVENT_LOGIN_SUCCESS,
	EVENT_LOGIN_FAILED,
	EVENT_LOGIN_LOCKED,
	EVENT_LOGOUT_SUCCESS,
	EVENT_UNLOCKED,
	EVENT_PASSWORD_CHANGED,
	EVENT_PASSWORD_SET,
	EVENT_PASSWORD_RESET_COMPLETED,
	EVENT_EMAIL_CHANGE_REQUESTED,
	EVENT_EMAIL_CHANGED,
	EVENT_PASSWORD_RESET_REQUESTED,
	EVENT_EMAIL_VERIFICATION_SENT,
	EVENT_EMAIL_VERIFIED,
	EVENT_MAGIC_LINK_REQUESTED,
	EVENT_MAGIC_LINK_USED,
	EVENT_TOKEN_CREATED,
	EVENT_TOKEN_REFRESHED,
	EVENT_TOKEN_REUSE_DETECTED,
	EVENT_TOKEN_REVOKED,
	EVENT_TOKEN_ALL_REVOKED,
	EVENT_SESSION_CREATED,
	EVENT_SESSION_ENDED,
	EVENT_IMPERSONATED,
	EVENT_IDENTITY_LINKED,
	EVENT_IDENTITY_UNLINKED,
	EVENT_ACCESS_GRANTED,
	EVENT_ACCESS_REVOKED,
	EVENT_KEY_CREATED,
	EVENT_KEY_ROTATED,
	EVENT_KEY_RETIRED,
	EVENT_LIMIT_CHANGED
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

/*
 * The same for an entry that is complete but for the name of its event: with its
 * role and its actor.  Handlers hear of it if they are to.
 */
extern void record_entry(EventKind kind, AuditEntry *entry, bool handlers, TimestampTz at);

/* Who acts in the present transaction: the authenticated user, or 0. */
extern int64 record_actor(void);

/* The same under a name that the application chose.  Result: the entry's id. */
extern int64 record_named_event(const char *event, int64 user_id, const Client *client,
								const char *metadata, TimestampTz at);

/* Metadata of one text, and of two: a JSON object, newly allocated. */
extern char *record_text(const char *key, const char *value);
extern char *record_two_texts(const char *key, const char *value,
							  const char *second_key, const char *second_value);

#endif							/* ENCLAVE_FLOW_RECORD_H */
