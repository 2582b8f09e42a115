/*
 * linked_identities.h
 *		Rows of enclave.linked_identities.
 */
#ifndef ENCLAVE_STORE_LINKED_IDENTITIES_H
#define ENCLAVE_STORE_LINKED_IDENTITIES_H

#include "compat.h"

#include "datatype/timestamp.h"

/*
 * Link a user.  False if he is gone, or being deleted, or somebody (he himself, it
 * may be) is linked to this subject already; waits for who is linking it now.
 */
extern bool linked_identities_add(int64 user_id, const char *issuer, const char *subject,
								  TimestampTz now);

/* End one link of a user.  False if he has none such. */
extern bool linked_identities_remove(int64 user_id, const char *issuer, const char *subject);

/* End all of a user. */
extern void linked_identities_remove_of_user(int64 user_id);

/* The user linked to a subject, or 0; by the newest snapshot. */
extern int64 linked_identities_find(const char *issuer, const char *subject);

/* A user's rows, as JSON text in the current memory context. */
extern char *linked_identities_export(int64 user_id);

#endif							/* ENCLAVE_STORE_LINKED_IDENTITIES_H */
