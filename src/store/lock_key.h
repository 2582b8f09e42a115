/*
 * lock_key.h
 *		The row of enclave.lock_key.
 */
#ifndef ENCLAVE_STORE_LOCK_KEY_H
#define ENCLAVE_STORE_LOCK_KEY_H

#include "compat.h"

#include "types.h"

/* Read the database's key.  Error (NC013) if it is not there. */
extern void lock_key_read(TokenDigest *key);

#endif							/* ENCLAVE_STORE_LOCK_KEY_H */
