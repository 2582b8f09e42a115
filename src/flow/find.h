/*
 * find.h
 *		Looking things up, without changing them.
 */
#ifndef ENCLAVE_FLOW_FIND_H
#define ENCLAVE_FLOW_FIND_H

#include "compat.h"

#include "store/users.h"
#include "utils/tuplestore.h"

/* A user by id: NC005 if there is none. */
extern void find_user_or_raise(int64 user_id, UserRow *user);

/* A user by address, in any spelling; false if there is none. */
extern bool find_user_by_email(const char *email, UserRow *user);

/*
 * As what the attempts on an address are counted: the folded address.  A malformed
 * one is looked up as the empty one, which nobody has, and counted as what was
 * typed, so that every address takes the same way.
 */
extern const char *find_counted_as(const char *email, const char **looked_up_as);

/* The same, and the user who has the address; false if there is none. */
extern bool find_who_logs_in(const char *email, UserRow *user, const char **counted_as);

/* Append a user's live tokens to a tuplestore of rows of type token_row. */
extern void find_tokens(int64 user_id, Tuplestorestate *into, TupleDesc descriptor);

/* Append a user's live sessions to a tuplestore of rows of type session_row. */
extern void find_sessions(int64 user_id, Tuplestorestate *into, TupleDesc descriptor);

#endif							/* ENCLAVE_FLOW_FIND_H */
