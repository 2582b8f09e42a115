/*
 * impersonate.h
 *		Being a user without his credential.
 */
#ifndef ENCLAVE_FLOW_IMPERSONATE_H
#define ENCLAVE_FLOW_IMPERSONATE_H

#include "compat.h"

/*
 * Be a user until the transaction ends.  reason is for the record: NC008 when
 * empty.  NC005, NC009 for a disabled user, 25006.
 */
extern void impersonate_user(int64 user_id, const char *reason);

#endif							/* ENCLAVE_FLOW_IMPERSONATE_H */
