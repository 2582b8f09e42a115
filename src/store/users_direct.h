/*
 * users_direct.h
 *		The index look-up of the hot path over enclave.users.
 */
#ifndef ENCLAVE_STORE_USERS_DIRECT_H
#define ENCLAVE_STORE_USERS_DIRECT_H

#include "compat.h"

#include "datatype/timestamp.h"

/*
 * Since when a user's JWTs hold: when all of them were last ended or, if they
 * never were, when he was made.  By the newest snapshot; no SPI, no write, no
 * transaction id.  False if there is no such user.
 */
extern bool users_direct_valid_from(int64 id, TimestampTz *valid_from);

#endif							/* ENCLAVE_STORE_USERS_DIRECT_H */
