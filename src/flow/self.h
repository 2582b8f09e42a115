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

#include "store/users.h"
#include "utils/tuplestore.h"

/* His account. */
extern void self_account(UserRow *user);

/* Append his live tokens to a tuplestore of rows of type token_row. */
extern void self_tokens(Tuplestorestate *into, TupleDesc descriptor);

/*
 * End one of his tokens, or everything.  Who ends the credential that he came
 * with has no identity any more.
 */
extern bool self_revoke_token(int64 token_id);
extern int64 self_end_everything(void);

#endif							/* ENCLAVE_FLOW_SELF_H */
