/*
 * expel.c
 *		Ending a family whose old token was presented.
 *
 * In shared memory first, and at once: from then on nobody gets anything by the
 * family.  There it stays until its end stands in the tables and its place is
 * wanted.  If the worker's queue is full the end is a row of the caller's
 * transaction besides: should he roll back, shared memory still has it until the
 * server is restarted.  So it is of a family that the caller's transaction has
 * begun: the worker would not find it.
 */
#include "compat.h"

#include "flow/expel.h"

#include "access/xact.h"
#include "flow/deferred.h"
#include "flow/record.h"
#include "miscadmin.h"
#include "shmem/ended.h"
#include "store/catalog.h"
#include "store/session_marks.h"

static EndedKey
key_of(int64 session_id)
{
	EndedKey	key = {MyDatabaseId, catalog_relation(CATALOG_SESSIONS), session_id};

	return key;
}

/* Not by the caller's own transaction, which may roll back: then nothing is asked. */
static bool
is_written(const EndedKey *rival, const EndedKey *key)
{
	SessionRow	session;

	return !TransactionIdIsValid(GetTopTransactionIdIfAny()) &&
		rival->database == key->database && rival->incarnation == key->incarnation &&
		!sessions_find_by_id(rival->id, DT_NOBEGIN, &session);
}

static void
note(int64 session_id)
{
	EndedKey	key = key_of(session_id);
	EndedKey	rivals[ENDED_WAYS];
	int			count;

	if (ended_add(&key))
		return;
	count = ended_rivals(&key, rivals);
	for (int i = 0; i < count; i++)
		if (is_written(&rivals[i], &key))
			ended_remove(&rivals[i]);
	if (!ended_add(&key))
		ended_add_coarse(&key);
}

static void
write_end(const SessionRow *session, const Client *client, TimestampTz now)
{
	if (session_marks_end_by_id(session->id, now))
		record_session_event(EVENT_TOKEN_REUSE_DETECTED, session->user_id, session->id, client,
							 NULL, now);
}

void
expel_family(const SessionRow *session, const Client *client, TimestampTz now)
{
	DeferredEntry entry;

	if (!deferred_is_possible())
	{
		write_end(session, client, now);
		return;
	}
	deferred_describe_expulsion(EVENT_TOKEN_REUSE_DETECTED, session->user_id, session->id, client,
								now, &entry);
	note(session->id);
	if (session->uncommitted || !deferred_put(&entry))
		write_end(session, client, now);
}

bool
expel_has(int64 session_id)
{
	EndedKey	key = key_of(session_id);

	return ended_has(&key);
}
