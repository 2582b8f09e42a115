/*
 * policy.h
 *		Which passwords are good enough.
 */
#ifndef ENCLAVE_FLOW_POLICY_H
#define ENCLAVE_FLOW_POLICY_H

#include "compat.h"

#include "flow/secret.h"

typedef enum PolicyRule
{
	POLICY_TOO_SHORT,
	POLICY_TOO_LONG,
	POLICY_NO_UPPER,
	POLICY_NO_LOWER,
	POLICY_NO_DIGIT,
	POLICY_NO_SPECIAL,
	POLICY_COMMON,
	POLICY_REPEATED,
	POLICY_SEQUENCE,
	POLICY_IDENTITY,
	POLICY_RULES
} PolicyRule;

/*
 * The rules that a password breaks: bit n stands for rule n.  Address and name
 * may be NULL.  NC013 if no password could pass.
 */
extern uint32 policy_check(const Secret *secret, const char *email, const char *name);

/* The name of a rule, static. */
extern const char *policy_rule_name(PolicyRule rule);

/* NC008 for the first rule broken, if any. */
extern void policy_require(const Secret *secret, const char *email, const char *name);

#endif							/* ENCLAVE_FLOW_POLICY_H */
