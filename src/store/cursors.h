/*
 * cursors.h
 *		Cursors that outlive their transaction.
 */
#ifndef ENCLAVE_STORE_CURSORS_H
#define ENCLAVE_STORE_CURSORS_H

#include "compat.h"

/*
 * Whether a cursor, or a procedure's loop over a query, would be left after the
 * present transaction.  To be asked at pre-commit.
 */
extern bool cursors_are_held(void);

/*
 * Close what was declared WITH HOLD and is filled, of this transaction or an
 * earlier one.  At pre-commit or in an abort, when none of them is being read;
 * raises no error and runs no SQL.
 */
extern void cursors_close_held(void);

#endif							/* ENCLAVE_STORE_CURSORS_H */
