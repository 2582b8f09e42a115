/*
 * catalog.h
 *		Where the extension's own objects are, and who owns them.
 */
#ifndef ENCLAVE_STORE_CATALOG_H
#define ENCLAVE_STORE_CATALOG_H

#include "compat.h"

/* The relations that are opened without SQL. */
typedef enum CatalogRelation
{
	CATALOG_USERS,
	CATALOG_USERS_PKEY,
	CATALOG_ACCESS_TOKENS,
	CATALOG_ACCESS_TOKENS_DIGEST_KEY,
	CATALOG_SESSIONS,
	CATALOG_SESSIONS_PKEY,
	CATALOG_SESSIONS_DIGEST_KEY,
	CATALOG_SESSION_MARKS,
	CATALOG_SESSION_MARKS_PKEY,
	CATALOG_KEY_STORE,
	CATALOG_LIMIT_DEFINITIONS,
	CATALOG_LIMIT_DEFINITIONS_PKEY,
	CATALOG_RELATIONS
} CatalogRelation;

/*
 * The OID of one of them, remembered until the server says that it changed.
 * Error (undefined_table) when the extension is not there.
 */
extern Oid	catalog_relation(CatalogRelation relation);

/*
 * Which of the extensions that were created here this is: another one after DROP
 * and CREATE EXTENSION.  InvalidOid when it is not there.
 */
extern Oid	catalog_incarnation(void);

/*
 * Keep the extension from being dropped until the transaction ends.  False if it
 * is not this incarnation.  May wait for who is dropping it.
 */
extern bool catalog_hold(Oid incarnation);

/*
 * The role whose rights the extension's SQL runs with: the owner of its
 * tables.  Error (undefined_table) when the extension is not there.
 */
extern Oid	catalog_owner(void);

/*
 * Whether who calls may execute enclave.create_token, which is what being a
 * trusted back end means.  Asked of the outer user, so that a SECURITY DEFINER
 * function lends nobody its owner's word, and of the present one, so that a
 * stranger's function run by a superuser's command does not borrow his.
 */
extern bool catalog_caller_is_trusted(void);

/*
 * The same of enclave.doctor, which is what being an auditor means.
 */
extern bool catalog_caller_is_auditor(void);

/*
 * Whether a function takes one jsonb, and returns no set and nothing internal;
 * and who owns it.  False where there is no such function.
 */
extern bool catalog_takes_event(Oid function, Oid *owner);

/* The same of a function that takes one bigint and returns one jsonb. */
extern bool catalog_gives_claims(Oid function, Oid *owner);

/*
 * Whether the schema "enclave" is owned by the current user or a superuser,
 * nobody else may create in it, PUBLIC has no right on it, and it holds
 * nothing but the function that asks.
 */
extern bool catalog_schema_is_clean(Oid asking_function);

#endif							/* ENCLAVE_STORE_CATALOG_H */
