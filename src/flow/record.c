/*
 * record.c
 *		Events go to the audit log, and then to handlers and listeners, in the
 *		transaction that they belong to.
 */
#include "compat.h"

#include "flow/record.h"

#include "flow/dispatch.h"
#include "store/audit_logs.h"

static const char *const names[] = {
	[EVENT_USER_REGISTERED] = "user.registered",
	[EVENT_USER_IMPORTED] = "user.imported",
	[EVENT_LOGIN_SUCCESS] = "auth.login.success",
	[EVENT_LOGIN_FAILED] = "auth.login.failed",
	[EVENT_LOGIN_LOCKED] = "auth.login.locked",
	[EVENT_LOGOUT_SUCCESS] = "auth.logout.success",
	[EVENT_TOKEN_CREATED] = "auth.token.created",
	[EVENT_TOKEN_REFRESHED] = "auth.token.refreshed",
	[EVENT_TOKEN_REVOKED] = "auth.token.revoked",
	[EVENT_TOKEN_ALL_REVOKED] = "auth.token.all_revoked",
};

static int64
record(const char *event, int64 user_id, int64 token_id, int64 session_id, const Client *client,
	   const char *metadata, TimestampTz at)
{
	AuditEntry	entry = {0};
	int64		id;

	entry.event = event;
	entry.user_id = user_id;
	entry.token_id = token_id;
	entry.session_id = session_id;
	entry.ip = client == NULL ? 0 : client->ip;
	entry.user_agent = client == NULL ? NULL : client->user_agent;
	entry.metadata = metadata;
	id = audit_logs_add(&entry, at);
	dispatch_event(event, id);
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

int64
record_named_event(const char *event, int64 user_id, const Client *client, const char *metadata,
				   TimestampTz at)
{
	return record(event, user_id, 0, 0, client, metadata, at);
}
