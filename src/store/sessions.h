/*
 * sessions.h
 *		Rows of enclave.sessions.
 *
 * A login by JWT is a session too: its row in enclave.refresh_families holds what
 * a refresh changes.
 */
#ifndef ENCLAVE_STORE_SESSIONS_H
#define ENCLAVE_STORE_SESSIONS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "types.h"

typedef struct SessionRow
{
	int64		id;
	int64		user_id;
	TimestampTz created_at;		/* when the login was */
	TimestampTz expires_at;		/* the sliding end */
	TimestampTz ends_at;		/* the absolute end */
	Datum		data;			/* jsonb */
	bool		uncommitted;	/* the present transaction wrote the row */
} SessionRow;

typedef struct NewSession
{
	int64		id;				/* of sessions_next_id; 0: the next one */
	int64		user_id;
	int64		epoch;			/* of the user's sessions */
	TimestampTz created_at;
	TimestampTz expires_at;
	TimestampTz ends_at;
	Datum		data;			/* jsonb */
	Datum		ip;				/* inet; 0 for NULL */
	const char *user_agent;		/* NULL for NULL */
} NewSession;

/*
 * Find a session by its digest, if it is alive at a moment, by the newest
 * snapshot.  Opens the indexes itself: no SPI, no write, no transaction id.
 * data is copied into the current memory context.
 */
extern bool sessions_find(const TokenDigest *digest, TimestampTz now, SessionRow *session);

/*
 * The same by its id, which only our own signature vouches for.  With now
 * DT_NOBEGIN one that has expired is found too.
 */
extern bool sessions_find_by_id(int64 id, TimestampTz now, SessionRow *session);

/* An id for a session, for those who have to know it beforehand. */
extern int64 sessions_next_id(void);

/* Add a session; its id, or 0 if its user is gone, or is being deleted. */
extern int64 sessions_add(const NewSession *new_session, const TokenDigest *digest);

/* Replace the data (jsonb) of a session.  False if it is not there any more. */
extern bool sessions_set_data(int64 id, Datum data);

#endif							/* ENCLAVE_STORE_SESSIONS_H */
