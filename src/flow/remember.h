/*
 * remember.h
 *		Remembering where an account logs in from.
 */
#ifndef ENCLAVE_FLOW_REMEMBER_H
#define ENCLAVE_FLOW_REMEMBER_H

#include "compat.h"

#include "datatype/timestamp.h"

/*
 * Remember a network (cidr; 0 is none) after a login.  Written at most once a
 * day; never waits: if another session is remembering the same, that will do.
 */
extern void remember_network(int64 user_id, Datum network, TimestampTz now);

#endif							/* ENCLAVE_FLOW_REMEMBER_H */
