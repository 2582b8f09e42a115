/*
 * access_grants.h
 *		Rows of enclave.access_grants, and the rights that they stand for.
 *
 * Rights are given and taken as the owner of the extension's tables, between
 * whose own rights and those of a level the server sees no difference.
 */
#ifndef ENCLAVE_STORE_ACCESS_GRANTS_H
#define ENCLAVE_STORE_ACCESS_GRANTS_H

#include "compat.h"

#include "datatype/timestamp.h"

typedef struct AccessGrant
{
	char	   *role;
	char	   *level;
} AccessGrant;

/* Hold off every other change of rights until the transaction ends. */
extern void access_grants_lock(void);

/* Remember, or forget, that a role has a level.  Forget: false if it had not. */
extern void access_grants_remember(const char *role, const char *level, TimestampTz now);
extern bool access_grants_forget(const char *role, const char *level);

/*
 * All that is remembered, of one role or (NULL) of all, by role and level; in
 * the current memory context.
 */
extern AccessGrant *access_grants_list(const char *role, int *count);

/*
 * Give a role what a level may do: execute its functions, read its views, name
 * objects of the schema.  Or take it from the role, the last only with schema;
 * what two levels have in common is then to be given again.  The role exists.
 */
extern void access_grants_give(const char *role, const char *level);
extern void access_grants_take(const char *role, const char *level, bool schema);

/*
 * Where rights and memory differ, as sentences in a newly allocated string: a
 * remembered role that does not exist or lacks a right, and a role that has
 * one without being remembered.  NULL where they agree.
 */
extern char *access_grants_differences(void);

/* The functions and relations that PUBLIC has a right on, or NULL. */
extern char *access_grants_of_public(void);

#endif							/* ENCLAVE_STORE_ACCESS_GRANTS_H */
