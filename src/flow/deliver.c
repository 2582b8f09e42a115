/*
 * deliver.c
 *		Writing what was deferred.
 *
 * The rows are those that the caller would have written himself: with his role,
 * his address, and the time when it happened.
 */
#include "compat.h"

#include "flow/deliver.h"

#include "flow/warn.h"
#include "store/session_marks.h"
#include "utils/builtins.h"

typedef void (*Writer) (const DeferredEntry *entry, bool handlers);

static Datum
inet_datum(const DeferredInet *copy)
{
	return copy->length == 0 ? (Datum) 0 : PointerGetDatum(copy->bytes);
}

/*
 * His address and device are no longer to be had of somebody who was deleted in
 * the meantime.
 */
static void
record(const DeferredEntry *entry, EventKind event, const char *metadata, bool gone,
	   bool handlers)
{
	AuditEntry	row = {0};

	row.role = NameStr(entry->role);
	row.user_id = entry->user_id;
	row.actor_id = entry->actor_id;
	if (entry->kind != DEFERRED_FAILURE)
	{
		row.token_id = entry->of.event.token_id;
		row.session_id = entry->of.event.session_id;
	}
	if (!gone)
	{
		row.ip = inet_datum(&entry->ip);
		row.user_agent = entry->user_agent[0] == '\0' ? NULL : entry->user_agent;
		row.metadata = metadata;
	}
	record_entry(event, &row, handlers, entry->at);
}

/* Of the address that was typed nothing is left but its length. */
static char *
as_long(int length)
{
	char	   *text = palloc(length + 1);

	memset(text, 'x', length);
	text[length] = '\0';
	return text;
}

static void
write_failure(const DeferredEntry *entry, bool handlers)
{
	const DeferredFailure *failure = &entry->of.failure;
	AttemptKey	key;
	UserRow		user;
	bool		known = entry->user_id != 0 && users_find(entry->user_id, &user);
	bool		gone = entry->user_id != 0 && !known;
	const char *metadata = "{\"reason\": \"invalid_credentials\"}";

	key.account = failure->account;
	key.network = inet_datum(&failure->network);
	login_attempts_add_counted(&key, entry->user_id, failure->limits, entry->at);

	if (failure->locking_scope < 0)
	{
		record(entry, EVENT_LOGIN_FAILED, metadata, gone, handlers);
		return;
	}
	metadata = psprintf("{\"scope\": \"%s\", \"mailed\": %s}",
						login_attempts_scope_name(failure->locking_scope),
						warn_of_lock(known ? &user : NULL, as_long(failure->address_length),
									 failure->locking_scope, entry->at) ? "true" : "false");
	record(entry, EVENT_LOGIN_LOCKED, metadata, gone, handlers);
}

static void
write_event(const DeferredEntry *entry, bool handlers)
{
	const char *metadata = entry->of.event.metadata;
	UserRow		user;
	bool		gone = entry->user_id != 0 && !users_find(entry->user_id, &user);

	record(entry, entry->of.event.event, metadata[0] == '\0' ? NULL : metadata, gone, handlers);
}

/* Put again by everybody who presents the same old token: written once. */
static void
write_expulsion(const DeferredEntry *entry, bool handlers)
{
	if (session_marks_end_by_id(entry->of.event.session_id, entry->at))
		write_event(entry, handlers);
}

static const Writer writers[DEFERRED_KINDS] = {
	[DEFERRED_FAILURE] = write_failure,
	[DEFERRED_EVENT] = write_event,
	[DEFERRED_EXPULSION] = write_expulsion,
};

void
deliver_entry(const DeferredEntry *entry, bool handlers)
{
	Writer		write = writers[entry->kind];

	write(entry, handlers);
}
