/*
 * close.h
 *		Ending cookie sessions.
 */
#ifndef ENCLAVE_FLOW_CLOSE_H
#define ENCLAVE_FLOW_CLOSE_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "flow/record.h"

/*
 * End the session presented, expired or not, and record it as an event of this
 * kind.  False if it was not there.
 */
extern bool close_presented(const char *text, size_t length, EventKind event);

/*
 * The same as enclave.end_session() does it; in `set_cookie`, of COOKIE_SIZE
 * bytes, the line that removes the cookie, in any case.
 */
extern bool close_session(const char *text, size_t length, char *set_cookie);

/*
 * The same for a session that a new one replaces; the login has the only event.
 * Its id, or 0 if there was none.
 */
extern int64 close_replaced(const char *text, size_t length, TimestampTz now);

/* End one session of a user.  False if he has none of that id. */
extern bool close_one(int64 user_id, int64 session_id);

/* End the sessions of a user: how many were alive.  NC005. */
extern int64 close_all(int64 user_id);

/*
 * After a user has begun a new epoch: end his sessions of former ones but one (0:
 * none), which is not kept if it is not alive, or none of his.  How many were
 * alive.  Part of another's event.
 */
extern int64 close_all_but(int64 user_id, int64 kept, TimestampTz now);

#endif							/* ENCLAVE_FLOW_CLOSE_H */
