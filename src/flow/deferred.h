/*
 * deferred.h
 *		What is written whatever becomes of the caller's transaction.
 *
 * A caller describes it while he is in a good state, and puts it when it has
 * happened; the background worker writes it in a transaction of its own (see
 * deliver.h).  Without the library in shared_preload_libraries there is no
 * worker: then deferred_is_possible() says no, and the caller writes by
 * himself.
 *
 *		DeferredEntry entry;
 *
 *		deferred_describe_failure(&key, user_id, counted_as, client, at, &entry);
 *		entry.of.failure.limits[ATTEMPT_PAIR] = settings_max_failed_attempts;
 *		... hash ...
 *		deferred_put(&entry);
 *
 * To add a kind: here, a payload if it needs one, a function that describes it
 * in deferred.c, and one that writes it in deliver.c.
 */
#ifndef ENCLAVE_FLOW_DEFERRED_H
#define ENCLAVE_FLOW_DEFERRED_H

#include "compat.h"

#include "flow/client.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "mb/pg_wchar.h"
#include "store/login_attempts.h"

typedef enum DeferredKind
{
	DEFERRED_FAILURE,			/* a wrong password */
	DEFERRED_EVENT,				/* an entry of the audit log */
	DEFERRED_EXPULSION,			/* the end of a session, and that entry; see expel.h */
	DEFERRED_KINDS
} DeferredKind;

/* An inet or cidr with its header, aligned as that has to be; empty when unknown. */
typedef struct DeferredInet
{
	uint32		length;
	char		bytes[24];
} DeferredInet;

/* Metadata of our own making, as JSON text. */
#define DEFERRED_METADATA_BYTES 511

/*
 * limits[scope] is the limit by which the failure counts in a scope, 0 where it
 * does not.  locking_scope is the one whose limit it has reached, -1 if none: then
 * there is a lock, which goes on record, and its owner is told.
 */
typedef struct DeferredFailure
{
	TokenDigest account;
	DeferredInet network;
	int			limits[ATTEMPT_SCOPES];
	int			locking_scope;
	int			address_length;
} DeferredFailure;

typedef struct DeferredEvent
{
	EventKind	event;
	int64		token_id;		/* 0: none */
	int64		session_id;
	char		metadata[DEFERRED_METADATA_BYTES + 1];	/* empty: none */
} DeferredEvent;

typedef struct DeferredEntry
{
	DeferredKind kind;
	Oid			incarnation;	/* of the extension; its tables are no other's */
	TimestampTz at;
	int64		user_id;		/* 0: unknown */
	int64		actor_id;		/* the authenticated user, or 0 */
	NameData	role;			/* the outer user */
	DeferredInet ip;
	union
	{
		DeferredFailure failure;
		DeferredEvent event;
	}			of;
	/* last, so that the queue copies no more than there is */
	char		user_agent[TEXT_LENGTH_MAX * MAX_MULTIBYTE_CHAR_LEN + 1];
} DeferredEntry;

/* Whether there is a worker to write. */
extern bool deferred_is_possible(void);

/*
 * Describe a failure of a user (0: nobody's address) who was counted under a
 * key; counted_as is what the key's account is the digest of, and only its
 * length is kept.  It counts nowhere and locks nothing until limits and
 * locking_scope are set.
 */
extern void deferred_describe_failure(const AttemptKey *key, int64 user_id,
									  const char *counted_as, const Client *client,
									  TimestampTz at, DeferredEntry *entry);

/*
 * Describe an event as record_event does (without session_id, token_id is 0 for
 * a session's).  metadata may be NULL.
 */
extern void deferred_describe_event(EventKind event, int64 user_id, int64 token_id,
									int64 session_id, const Client *client,
									const char *metadata, TimestampTz at, DeferredEntry *entry);

/* The same, and the end of that session before it, if it has not ended. */
extern void deferred_describe_expulsion(EventKind event, int64 user_id, int64 session_id,
										const Client *client, TimestampTz at,
										DeferredEntry *entry);

/*
 * Leave it to the worker.  Never waits for it, never raises, reads no table: also
 * fit for clean-up after an error and for the way out of a backend.  What does
 * not find room is counted and said in the server's log: false.
 */
extern bool deferred_put(const DeferredEntry *entry);

/*
 * Wait a moment (two seconds at most) until the worker has written what was put
 * before in this database; for those who are about to change such rows, as unlock
 * and delete_user.  Returns all the same if it could not.
 */
extern void deferred_settle(void);

#endif							/* ENCLAVE_FLOW_DEFERRED_H */
