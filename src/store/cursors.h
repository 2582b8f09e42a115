/*
 * cursors.h
 *		Cursors that outlive their transaction.
 */
#ifndef ENCLAVE_STORE_CURSORS_H
#define ENCLAVE_STORE_CURSORS_H

#include "compat.h"

/*
 * Whether a cursor would be left after the present transaction; those that were
 * declared WITH HOLD are then closed.  To be asked at pre-commit, when none of
 * them is being read, and answered with an error.
 */
extern bool cursors_are_held(void);

#endif							/* ENCLAVE_STORE_CURSORS_H */
