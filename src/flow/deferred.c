/*
 * deferred.c
 *		What is written whatever becomes of the caller's transaction.
 */
#include "compat.h"

#include "flow/deferred.h"

#include "shmem/queue.h"
#include "store/catalog.h"
#include "utils/builtins.h"
#include "utils/inet.h"

/* Whoever has to change what the worker may be writing waits so long for it. */
#define SETTLE_MILLISECONDS 2000

StaticAssertDecl(sizeof(DeferredEntry) <= QUEUE_ENTRY_BYTES, "an entry has to fit its place");
StaticAssertDecl(DEFERRED_KINDS <= QUEUE_KINDS, "the queue counts each kind");
StaticAssertDecl(sizeof(inet) <= sizeof(((DeferredInet *) NULL)->bytes), "an inet has to fit");

bool
deferred_is_possible(void)
{
	return queue_exists();
}

/* Copied with a header of four bytes, whatever it came with. */
static void
copy_inet(Datum value, DeferredInet *copy)
{
	struct varlena *plain;

	copy->length = 0;
	if (value == 0)
		return;
	plain = PG_DETOAST_DATUM(value);
	if (VARSIZE(plain) > sizeof(copy->bytes))
		elog(ERROR, "an address of %d bytes", (int) VARSIZE(plain));
	copy->length = VARSIZE(plain);
	memcpy(copy->bytes, plain, copy->length);
}

static void
describe(DeferredKind kind, int64 user_id, const Client *client, TimestampTz at,
		 DeferredEntry *entry)
{
	memset(entry, 0, offsetof(DeferredEntry, user_agent));
	entry->kind = kind;
	entry->incarnation = catalog_incarnation();
	entry->at = at;
	entry->user_id = user_id;
	entry->actor_id = record_actor();
	namestrcpy(&entry->role, GetUserNameFromId(GetOuterUserId(), false));
	copy_inet(client == NULL ? 0 : client->ip, &entry->ip);
	entry->user_agent[0] = '\0';
	if (client != NULL && client->user_agent != NULL)
		strlcpy(entry->user_agent, client->user_agent, sizeof(entry->user_agent));
}

void
deferred_describe_failure(const AttemptKey *key, int64 user_id, const char *counted_as,
						  const Client *client, TimestampTz at, DeferredEntry *entry)
{
	describe(DEFERRED_FAILURE, user_id, client, at, entry);
	entry->of.failure.account = key->account;
	copy_inet(key->network, &entry->of.failure.network);
	entry->of.failure.locking_scope = -1;
	entry->of.failure.address_length = (int) strnlen(counted_as, EMAIL_LENGTH_MAX);
}

void
deferred_describe_event(EventKind event, int64 user_id, int64 token_id, int64 session_id,
						const Client *client, const char *metadata, TimestampTz at,
						DeferredEntry *entry)
{
	describe(DEFERRED_EVENT, user_id, client, at, entry);
	entry->of.event.event = event;
	entry->of.event.token_id = token_id;
	entry->of.event.session_id = session_id;
	if (metadata == NULL)
		return;
	if (strlen(metadata) > DEFERRED_METADATA_BYTES)
		elog(ERROR, "metadata of %d bytes", (int) strlen(metadata));
	strlcpy(entry->of.event.metadata, metadata, sizeof(entry->of.event.metadata));
}

void
deferred_describe_expulsion(EventKind event, int64 user_id, int64 session_id,
							const Client *client, TimestampTz at, DeferredEntry *entry)
{
	deferred_describe_event(event, user_id, 0, session_id, client, NULL, at, entry);
	entry->kind = DEFERRED_EXPULSION;
}

bool
deferred_put(const DeferredEntry *entry)
{
	return queue_put((int) entry->kind, entry,
					 offsetof(DeferredEntry, user_agent) + strlen(entry->user_agent) + 1);
}

void
deferred_settle(void)
{
	(void) queue_wait(SETTLE_MILLISECONDS);
}
