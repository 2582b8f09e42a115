/*
 * row_security.h
 *		Row-level security of an application's table, by DDL with the caller's
 *		own rights.
 */
#ifndef ENCLAVE_STORE_ROW_SECURITY_H
#define ENCLAVE_STORE_ROW_SECURITY_H

#include "compat.h"

/* Whether there is such a relation, it can have policies, and it is not ours. */
extern bool row_security_is_possible(Oid table);

/* Whether a table has a column of that name that can hold a user's id. */
extern bool row_security_has_owner_column(Oid table, const char *column);

/*
 * Enable and force row-level security; make, or make anew, the one policy by
 * which rows are their owner's; and add an index that begins with the column if
 * there is none.  Error 42501 unless the caller owns the table.
 */
extern void row_security_apply(Oid table, const char *column);

#endif							/* ENCLAVE_STORE_ROW_SECURITY_H */
