/*
 * protect.h
 *		Rows that are their owner's only.
 */
#ifndef ENCLAVE_FLOW_PROTECT_H
#define ENCLAVE_FLOW_PROTECT_H

#include "compat.h"

/*
 * Let the authenticated user see and change those rows of a table whose owner
 * column holds his id.  May be called again.  NC008 unless it is a table of the
 * application's with such a column; 42501 unless the caller owns it.
 */
extern void protect_table(Oid table, const char *owner_column);

#endif							/* ENCLAVE_FLOW_PROTECT_H */
