/*
 * grant.h
 *		Levels of access for the application's own roles.
 */
#ifndef ENCLAVE_FLOW_GRANT_H
#define ENCLAVE_FLOW_GRANT_H

#include "compat.h"

#include "utils/tuplestore.h"

/*
 * Give a level to a role, or take it away: 42501 unless the caller is a
 * superuser or has the rights of the extension's owner, NC008 for a level that
 * is none, NC010 for a role that does not exist or (taking) has not the level.
 */
extern void grant_access(Oid role, const char *level);
extern void grant_revoke(Oid role, const char *level);

/* Give all that is remembered again; append role, level, done. */
extern void grant_renew(Tuplestorestate *into, TupleDesc descriptor);

#endif							/* ENCLAVE_FLOW_GRANT_H */
