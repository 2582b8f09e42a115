/*
 * audit_logs.h
 *		Rows of enclave.audit_logs.
 */
#ifndef ENCLAVE_STORE_AUDIT_LOGS_H
#define ENCLAVE_STORE_AUDIT_LOGS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"
#include "utils/tuplestore.h"

/*
 * An event as it is written; 0 and NULL stand for NULL.  But for the user: an
 * unknown one is written as 0, so that the row is as long as another's.
 */
typedef struct AuditEntry
{
	const char *event;
	const char *role;			/* NULL: the outer user */
	int64		user_id;
	int64		actor_id;
	int64		token_id;
	int64		session_id;
	Datum		ip;				/* inet */
	const char *user_agent;
	const char *metadata;		/* JSON text, made by us */
} AuditEntry;

/* Add an entry.  Result: its id. */
extern int64 audit_logs_add(const AuditEntry *entry, TimestampTz at);

/*
 * An entry as a handler gets it: a jsonb object of its columns, without those
 * that are unknown, in the current memory context.
 */
extern Datum audit_logs_payload(int64 id);

/*
 * Append entries to a tuplestore, all columns, newest first.
 */
typedef struct AuditSearch
{
	bool		one_user;		/* of this user, else of all */
	int64		user_id;
	const char *event;			/* of this name, or that begin with it; NULL: all */
	bool		begins;
	TimestampTz since;
	int			max_rows;
} AuditSearch;

extern void audit_logs_search(const AuditSearch *search, Tuplestorestate *into,
							  TupleDesc descriptor);

/*
 * When a user last logged in, and how many failures followed (at most
 * AUDIT_FAILURES_MAX are counted).  False if he never did; failures are then
 * those since the beginning.
 */
#define AUDIT_FAILURES_MAX 1000
extern bool audit_logs_last_login(int64 user_id, TimestampTz *at, int *failures);

/*
 * Whether so many wrong passwords (at least 1) were given for a user in a row:
 * since his last login, and since his password was renewed or unlocked.  Not
 * told to the statistics: it is asked before the password is right.
 */
extern bool audit_logs_failed_in_a_row(int64 user_id, int failures);

/*
 * Append the users of whom that is true to a tuplestore: user_id, network
 * (NULL), since, until (NULL), kind.
 */
extern void audit_logs_list_suspended(int failures, Tuplestorestate *into, TupleDesc descriptor);

/*
 * Whether a mail has told a user of a lock since a moment: one of the newest
 * AUDIT_FAILURES_MAX failures says so.  Not told to the statistics.
 */
extern bool audit_logs_has_mailed_lock(int64 user_id, TimestampTz since);

/* Take address, user agent and metadata from every entry about a user. */
extern void audit_logs_blank(int64 user_id);

/* All entries about a user, as JSON text in the current memory context. */
extern char *audit_logs_export(int64 user_id);

/* How many logins succeeded and failed since a moment; at most so many are looked at. */
extern void audit_logs_count_logins(TimestampTz since, int limit, int64 *succeeded,
									int64 *failed);

/* Remove the next old entries; see batch_step. */
extern int64 audit_logs_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_AUDIT_LOGS_H */
