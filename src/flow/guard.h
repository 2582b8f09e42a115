/*
 * guard.h
 *		What keeps the extension's objects its own.
 */
#ifndef ENCLAVE_FLOW_GUARD_H
#define ENCLAVE_FLOW_GUARD_H

#include "compat.h"

#include "nodes/nodes.h"

/*
 * Error unless the schema "enclave" belongs to the current user or a
 * superuser, nobody else may create in it, and it is empty but for the
 * function that asks.
 */
extern void guard_schema(Oid asking_function);

/*
 * Error if a statement is a DROP EXTENSION of ours, or a DROP OWNED of its
 * owner, without CASCADE, while there are users.
 */
extern void guard_drop(const Node *statement);

/* Seal the rights of what the extension script now running has created. */
extern void guard_privileges(void);

#endif							/* ENCLAVE_FLOW_GUARD_H */
