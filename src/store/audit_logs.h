/*
 * audit_logs.h
 *		Rows of enclave.audit_logs.
 */
#ifndef ENCLAVE_STORE_AUDIT_LOGS_H
#define ENCLAVE_STORE_AUDIT_LOGS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "utils/tuplestore.h"

/*
 * An event as it is written; 0 and NULL stand for NULL.  But for the user: an
 * unknown one is written as 0, so that the row is as long as another's.
 */
typedef struct AuditEntry
{
	const char *event;
	int64		user_id;
	int64		token_id;
	int64		session_id;
	Datum		ip;				/* inet */
	const char *user_agent;
	const char *metadata;		/* JSON text, made by us */
} AuditEntry;

/* Add an entry, with the outer user as its role. */
extern void audit_logs_add(const AuditEntry *entry, TimestampTz at);

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

/* Take address, user agent and metadata from every entry about a user. */
extern void audit_logs_blank(int64 user_id);

/* All entries about a user, as JSON text in the current memory context. */
extern char *audit_logs_export(int64 user_id);

/* Remove entries older than a moment; how many. */
extern int64 audit_logs_prune(TimestampTz before);

#endif							/* ENCLAVE_STORE_AUDIT_LOGS_H */
