/*
 * record.c
 *		Events go to the audit log, and then to handlers and listeners, in the
 *		transaction that they belong to.
 */
#include "compat.h"

#include "flow/record.h"

#include "flow/dispatch.h"
#include "flow/identify.h"
#include "store/audit_logs.h"
#include "utils/json.h"

static const char *const names[] = {
	[EVENT_USER_REGISTERED] = "user.registered",
	[EVENT_USER_IMPORTED] = "user.imported",
	[EVENT_USER_UPDATED] = "user.updated",
	[EVENT_USER_DELETED] = "user.deleted",
	[EVENT_USER_DISABLED] = "user.disabled",
	[EVENT_USER_ENABLED] = "user.enabled",
	[EVENT_USER_ALREADY_REGISTERED] = "user.already_registered",
	[EVENT_LOGIN_SUCCESS] = "auth.login.success",
	[EVENT_LOGIN_FAILED] = "auth.login.failed",
	[EVENT_LOGIN_LOCKED] = "auth.login.locked",
	[EVENT_LOGOUT_SUCCESS] = "auth.logout.success",
	[EVENT_UNLOCKED] = "auth.unlocked",
	[EVENT_PASSWORD_CHANGED] = "auth.password.changed",
	[EVENT_PASSWORD_SET] = "auth.password.set",
	[EVENT_PASSWORD_RESET_COMPLETED] = "auth.password.reset_completed",
	[EVENT_EMAIL_CHANGE_REQUESTED] = "auth.email.change_requested",
	[EVENT_EMAIL_CHANGED] = "auth.email.changed",
	[EVENT_PASSWORD_RESET_REQUESTED] = "auth.password.reset_requested",
	[EVENT_EMAIL_VERIFICATION_SENT] = "auth.email.verification_sent",
	[EVENT_EMAIL_VERIFIED] = "auth.email.verified",
	[EVENT_MAGIC_LINK_REQUESTED] = "auth.magic_link.requested",
	[EVENT_MAGIC_LINK_USED] = "auth.magic_link.used",
	[EVENT_TOKEN_CREATED] = "auth.token.created",
	[EVENT_TOKEN_REFRESHED] = "auth.token.refreshed",
	[EVENT_TOKEN_REUSE_DETECTED] = "auth.token.reuse_detected",
	[EVENT_TOKEN_REVOKED] = "auth.token.revoked",
	[EVENT_TOKEN_ALL_REVOKED] = "auth.token.all_revoked",
	[EVENT_SESSION_CREATED] = "auth.session.created",
	[EVENT_SESSION_ENDED] = "auth.session.ended",
	[EVENT_IMPERSONATED] = "auth.impersonated",
	[EVENT_IDENTITY_LINKED] = "auth.identity.linked",
	[EVENT_IDENTITY_UNLINKED] = "auth.identity.unlinked",
	[EVENT_ACCESS_GRANTED] = "access.granted",
	[EVENT_ACCESS_REVOKED] = "access.revoked",
	[EVENT_KEY_CREATED] = "key.created",
	[EVENT_KEY_ROTATED] = "key.rotated",
	[EVENT_KEY_RETIRED] = "key.retired",
	[EVENT_LIMIT_CHANGED] = "limit.changed",
};

/* The authenticated user; who is impersonated does nothing himself. */
int64
record_actor(void)
{
	const Identity *identity = identify_get();

	return identity == NULL || identity->method == IDENTITY_IMPERSONATION ? 0 : identity->user_id;
}

static int64
record(const char *event, int64 user_id, int64 token_id, int64 session_id, const Client *client,
	   const char *metadata, TimestampTz at)
{
	AuditEntry	entry = {0};
	int64		id;

	entry.event = event;
	entry.user_id = user_id;
	entry.actor_id = record_actor();
	entry.token_id = token_id;
	entry.session_id = session_id;
	entry.ip = client == NULL ? 0 : client->ip;
	entry.user_agent = client == NULL ? NULL : client->user_agent;
	entry.metadata = metadata;
	id = audit_logs_add(&entry, at);
	dispatch_event(event, id, true);
	return id;
}

void
record_event(EventKind kind, int64 user_id, int64 token_id, const Client *client,
			 const char *metadata, TimestampTz at)
{
	(void) record(names[kind], user_id, token_id, 0, client, metadata, at);
}

void
record_session_event(EventKind kind, int64 user_id, int64 session_id, const Client *client,
					 const char *metadata, TimestampTz at)
{
	(void) record(names[kind], user_id, 0, session_id, client, metadata, at);
}

void
record_entry(EventKind kind, AuditEntry *entry, bool handlers, TimestampTz at)
{
	entry->event = names[kind];
	dispatch_event(entry->event, audit_logs_add(entry, at), handlers);
}

int64
record_named_event(const char *event, int64 user_id, const Client *client, const char *metadata,
				   TimestampTz at)
{
	return record(event, user_id, 0, 0, client, metadata, at);
}

static void
append_member(StringInfo object, const char *key, const char *value)
{
	escape_json(object, key);
	appendStringInfoString(object, ": ");
	escape_json(object, value);
}

char *
record_text(const char *key, const char *value)
{
	StringInfoData object;

	initStringInfo(&object);
	appendStringInfoChar(&object, '{');
	append_member(&object, key, value);
	appendStringInfoChar(&object, '}');
	return object.data;
}

char *
record_two_texts(const char *key, const char *value, const char *second_key,
				 const char *second_value)
{
	StringInfoData object;

	initStringInfo(&object);
	appendStringInfoChar(&object, '{');
	append_member(&object, key, value);
	appendStringInfoString(&object, ", ");
	append_member(&object, second_key, second_value);
	appendStringInfoChar(&object, '}');
	return object.data;
}
