/*
 * delegate.h
 *		Calling a function that somebody registered, as the one who did.
 *
 * It runs in a security-restricted operation: it cannot become another role, nor
 * leave behind a temporary table, a cursor or a trigger that would run as somebody
 * else.  The caller of the flow may be anybody, so his search path is replaced; a
 * function names its objects in full or has a path of its own.
 */
#ifndef ENCLAVE_FLOW_DELEGATE_H
#define ENCLAVE_FLOW_DELEGATE_H

#include "compat.h"

/* A function of one argument, by name, as it was registered. */
typedef struct Delegate
{
	const char *function;		/* qualified, with its argument's type */
	const char *function_owner; /* a role: whose code was agreed to */
	const char *role;			/* who registered it, and as whom it runs */
	bool		(*is_fit) (Oid function, Oid *owner);
} Delegate;

/*
 * Describe a function for the current user, in the current memory context: role
 * and owner.  False if it is not fit.  NC009 if the current user may not execute it.
 */
extern bool delegate_describe(Oid function, Delegate *delegate);

/*
 * Call it.  To be called within isolate_run: the end of a subtransaction that failed
 * restores user and settings.  Raises whatever it raises, and an error if it is
 * not the one that was registered.
 */
extern Datum delegate_call(const Delegate *delegate, Datum argument, bool *isnull);

/*
 * Write down, for the server's log alone, that it failed: the client may be anybody,
 * and the statement may hold a secret.
 */
extern void delegate_complain(const char *what, const ErrorData *error);

#endif							/* ENCLAVE_FLOW_DELEGATE_H */
