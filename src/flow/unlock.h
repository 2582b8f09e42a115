/*
 * unlock.h
 *		What is locked, and how it is unlocked.
 */
#ifndef ENCLAVE_FLOW_UNLOCK_H
#define ENCLAVE_FLOW_UNLOCK_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "utils/tuplestore.h"

/*
 * Let the failures on an address count no longer, from wherever they came; a
 * suspended password works again.  An address that nobody has is unlocked like
 * any other.  What a network has failed over all accounts stays.
 */
extern void unlock_account(const char *email);

/*
 * Let the failures from a network (inet; NC008 for 0) over all accounts count no
 * longer; those on each account stay.
 */
extern void unlock_network(Datum ip);

/* The part of it that other flows do: the failures on a folded address. */
extern void unlock_release(const char *folded, TimestampTz now);

/* Append the locks that hold: user_id, network, since, until, kind. */
extern void unlock_list(Tuplestorestate *into, TupleDesc descriptor);

#endif							/* ENCLAVE_FLOW_UNLOCK_H */
