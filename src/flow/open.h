/*
 * open.h
 *		Opening cookie sessions.
 */
#ifndef ENCLAVE_FLOW_OPEN_H
#define ENCLAVE_FLOW_OPEN_H

#include "compat.h"

#include "flow/client.h"
#include "flow/cookie.h"
#include "flow/issue.h"
#include "store/users.h"

/* Bytes of a session's data, written as text. */
#define OPEN_DATA_MAX 4096

/* A session as its client is handed it; the caller wipes it. */
typedef struct SessionTicket
{
	IssuedToken issued;
	char		set_cookie[COOKIE_SIZE];
} SessionTicket;

/*
 * The data (jsonb, 0 for NULL) of a session, uncompressed, NC008 if it is NULL
 * or too long.  From who is no trusted back end it is not believed: then it is
 * the empty object, whatever was given.
 */
extern Datum open_data_or_raise(Datum data);
extern Datum open_believed_data(Datum data);

/*
 * A session for a login that has just been proved, by the user's row as it
 * stood when the proof was read.  False, and nothing is made, if the account is
 * gone by now, or being deleted.
 */
extern bool open_session(const UserRow *user, const Client *client, Datum data, TimestampTz now,
						 SessionTicket *ticket);

/* A session on a trusted back end's word: NC005, NC008, NC009 for a disabled user. */
extern void open_session_for_user(int64 user_id, const Client *client, Datum data,
								  SessionTicket *ticket);

/* Wipe token and cookie, once they have been handed on. */
extern void open_wipe(SessionTicket *ticket);

#endif							/* ENCLAVE_FLOW_OPEN_H */
