/*
 * session_marks.h
 *		What becomes of sessions: rows of enclave.session_marks, and with them
 *		of enclave.sessions.
 *
 * Nothing here waits for a row that somebody else has locked, and nothing that
 * a stranger can cause locks a row of enclave.sessions.
 */
#ifndef ENCLAVE_STORE_SESSION_MARKS_H
#define ENCLAVE_STORE_SESSION_MARKS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"
#include "types.h"
#include "utils/tuplestore.h"

/* Move the sliding end of a session, never back.  ends_at is its absolute end. */
extern void session_marks_touch(int64 session_id, TimestampTz now, TimestampTz expires_at,
								TimestampTz ends_at);

/*
 * End the session of a token, expired or not, or one session of a user by its
 * id, or one by its id alone, of whatever epoch.  False if it was not there, or ended.
 */
extern bool session_marks_end(const TokenDigest *digest, TimestampTz now,
							  int64 *id, int64 *user_id);
extern bool session_marks_end_by_id(int64 id, TimestampTz now);
extern bool session_marks_end_of_user(int64 user_id, int64 id, TimestampTz now);

/*
 * After a user's sessions have begun a new epoch: carry one over into it,
 * by its id.  Nothing happens unless it is his and was alive in the former.
 */
extern void session_marks_keep(int64 user_id, int64 session_id, TimestampTz now);

/*
 * After that: remove a user's sessions of former epochs; how many of them were
 * alive until now.  A row in other hands is passed over: it is dead, and prune
 * will find it.
 */
extern int64 session_marks_remove_sessions(int64 user_id, TimestampTz now);

/* Append a user's live sessions to a tuplestore of rows of type session_row. */
extern void session_marks_list(int64 user_id, TimestampTz now, Tuplestorestate *into,
							   TupleDesc descriptor);

/*
 * A user's sessions, those too that are dead and not yet removed, as JSON text
 * in the current memory context.
 */
extern char *session_marks_export(int64 user_id);

/*
 * Remove the next sessions that have expired or were ended, with their marks;
 * and the next marks of sessions that could not live any more.  See batch_step.
 */
extern int64 session_marks_prune_sessions(Batch *batch);
extern int64 session_marks_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_SESSION_MARKS_H */
