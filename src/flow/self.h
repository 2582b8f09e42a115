/*
 * self.h
 *		What the authenticated user does with his own account.
 *
 * NC014 without an identity.  What changes something asks for an interactive
 * one: NC009.
 */
#ifndef ENCLAVE_FLOW_SELF_H
#define ENCLAVE_FLOW_SELF_H

#include "compat.h"

#include "flow/login.h"
#include "flow/secret.h"
#include "store/users.h"
#include "utils/tuplestore.h"

/* His account. */
extern void self_account(UserRow *user);

/* Append his live tokens to a tuplestore of rows of type token_row. */
extern void self_tokens(Tuplestorestate *into, TupleDesc descriptor);

/* Give himself another name; NULL leaves as is.  NC008. */
extern void self_update(const char *name, UserRow *user);

/*
 * Ask for another address, as relocate_ask does.  Asks for the password as the
 * next two do.
 */
extern LoginStatus self_request_email_change(const char *new_email, Secret *password);

/*
 * Change his password, and end everything but the credential that he came with;
 * delete his account.  Both ask for the present password, which counts as a
 * login attempt; of an account without one none is asked for (NULL), but a login
 * of the last minutes (NC009).  Statuses as change_password; NC008.
 */
extern LoginStatus self_change_password(Secret *current, Secret *new_password);
extern LoginStatus self_delete(Secret *password);

/* Everything held about him: a jsonb. */
extern Datum self_export(void);

/*
 * End one of his tokens, or everything.  Who ends the credential that he came
 * with has no identity any more.
 */
extern bool self_revoke_token(int64 token_id);
extern int64 self_end_everything(void);

/* The same for his sessions: rows of type session_row, and one of them. */
extern void self_sessions(Tuplestorestate *into, TupleDesc descriptor);
extern bool self_end_session(int64 session_id);

#endif							/* ENCLAVE_FLOW_SELF_H */
