/*
 * fault.h
 *		Errors for misuse.  Every one of section 2 of the contract has its
 *		function here; none repeats a password, a token or a hash.
 */
#ifndef ENCLAVE_FLOW_FAULT_H
#define ENCLAVE_FLOW_FAULT_H

#include "compat.h"

/* NC002: retry_after is in microseconds (DETAIL, in whole seconds). */
extern void fault_too_many_attempts(int64 retry_after) pg_attribute_noreturn();

/* NC005: the caller gave the id of a user who does not exist. */
extern void fault_user_not_found(void) pg_attribute_noreturn();

/* NC006: the address is taken. */
extern void fault_user_already_exists(void) pg_attribute_noreturn();

/* NC007: the address is verified. */
extern void fault_email_already_verified(void) pg_attribute_noreturn();

/*
 * NC008: rule is a name an application can translate (DETAIL), allowed a
 * sentence for a person (HINT).
 */
extern void fault_validation(const char *rule, const char *allowed) pg_attribute_noreturn();

/* NC009: why is a sentence (DETAIL). */
extern void fault_forbidden(const char *why) pg_attribute_noreturn();

/* NC010: what is the noun that was not found. */
extern void fault_not_found(const char *what) pg_attribute_noreturn();

/* NC013: the setting cannot be used as it is; remedy is a sentence (HINT). */
extern void fault_configuration(const char *setting, const char *why, const char *remedy)
	pg_attribute_noreturn();

/* NC013: there is no key to sign with. */
extern void fault_no_signing_key(void) pg_attribute_noreturn();

/* NC013: the claims function fails; why stands in the server's log. */
extern void fault_claims_function(void) pg_attribute_noreturn();

/* NC014: there is no identity. */
extern void fault_not_authenticated(void) pg_attribute_noreturn();

/* NC015: why comes from the parser and repeats nothing of the hash. */
extern void fault_unsupported_hash(const char *why) pg_attribute_noreturn();

/* NC016: it was nobody's turn to be hashed in time. */
extern void fault_busy(void) pg_attribute_noreturn();

/* NC009 inside a maintenance command (ANALYZE, CREATE INDEX, autovacuum, ...). */
extern void fault_if_restricted(void);

/* 25006, before anything is done, if this transaction may not write. */
extern void fault_if_read_only(const char *function);

#endif							/* ENCLAVE_FLOW_FAULT_H */
