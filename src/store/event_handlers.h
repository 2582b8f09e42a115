/*
 * event_handlers.h
 *		Rows of enclave.event_handlers: whom to tell of events.
 *
 * Functions and roles are kept by name: OIDs mean nothing in another cluster,
 * and pg_upgrade refuses a table that holds a regprocedure.
 */
#ifndef ENCLAVE_STORE_EVENT_HANDLERS_H
#define ENCLAVE_STORE_EVENT_HANDLERS_H

#include "compat.h"

#include "datatype/timestamp.h"

typedef struct EventHandler
{
	int64		id;
	char	   *pattern;
	char	   *function;		/* qualified, with its argument's type */
	char	   *function_owner;	/* a role: whose code was agreed to */
	char	   *role;			/* who registered it, and as whom it runs */
} EventHandler;

/* Add one (its id is not looked at).  Result: its id. */
extern int64 event_handlers_add(const EventHandler *handler, TimestampTz now);

/* False if there is none of that id. */
extern bool event_handlers_remove(int64 id);

/* All of them, in the order of id, in the current memory context. */
extern EventHandler *event_handlers_list(int *count);

/*
 * Those whose role or function is gone or, by its owner, not the one that was
 * registered, as a text; NULL if there are none.
 */
extern char *event_handlers_lost(void);

#endif							/* ENCLAVE_STORE_EVENT_HANDLERS_H */
