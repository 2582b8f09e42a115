/*
 * authenticate.h
 *		A credential becomes the identity of the transaction.
 */
#ifndef ENCLAVE_FLOW_AUTHENTICATE_H
#define ENCLAVE_FLOW_AUTHENTICATE_H

#include "compat.h"

/*
 * Set the identity of this transaction from a presented token (not terminated,
 * of any length), if it is valid at this moment and allows an ability (NULL:
 * none is asked for).  The former identity is gone in any case.  False when
 * refused.  NC009 within a maintenance command.
 */
extern bool authenticate_token(const char *text, size_t length, const char *ability,
							   int64 *user_id);

#endif							/* ENCLAVE_FLOW_AUTHENTICATE_H */
