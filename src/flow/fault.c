/*
 * fault.c
 *		Raising the errors of the contract.
 *
 * A refused credential is never an error: it is a row, for an error would roll
 * back the counter and the audit entry that belong to it.
 */
#include "compat.h"

#include "flow/fault.h"

#include "datatype/timestamp.h"
#include "miscadmin.h"

#define NC(a, b) MAKE_SQLSTATE('N', 'C', '0', a, b)

void
fault_too_many_attempts(int64 retry_after)
{
	ereport(ERROR,
			(errcode(NC('0', '2')),
			 errmsg("too many attempts"),
			 errdetail("Try again in " INT64_FORMAT " seconds.",
					   (retry_after + USECS_PER_SEC - 1) / USECS_PER_SEC)));
}

void
fault_user_not_found(void)
{
	ereport(ERROR,
			(errcode(NC('0', '5')),
			 errmsg("user does not exist")));
}

void
fault_user_already_exists(void)
{
	ereport(ERROR,
			(errcode(NC('0', '6')),
			 errmsg("user already exists")));
}

void
fault_email_already_verified(void)
{
	ereport(ERROR,
			(errcode(NC('0', '7')),
			 errmsg("e-mail address is already verified")));
}

void
fault_validation(const char *rule, const char *allowed)
{
	ereport(ERROR,
			(errcode(NC('0', '8')),
			 errmsg("validation failed"),
			 errdetail_internal("%s", rule),
			 errhint("%s", allowed)));
}

void
fault_forbidden(const char *why)
{
	ereport(ERROR,
			(errcode(NC('0', '9')),
			 errmsg("not allowed"),
			 errdetail_internal("%s", why)));
}

void
fault_not_found(const char *what)
{
	ereport(ERROR,
			(errcode(NC('1', '0')),
			 errmsg("%s does not exist", what)));
}

void
fault_configuration(const char *setting, const char *why, const char *remedy)
{
	ereport(ERROR,
			(errcode(NC('1', '3')),
			 errmsg("setting \"%s\" cannot be used: %s", setting, why),
			 errhint("%s", remedy)));
}

void
fault_no_signing_key(void)
{
	ereport(ERROR,
			(errcode(NC('1', '3')),
			 errmsg("there is no key to sign with"),
			 errhint("Call enclave.create_signing_key().")));
}

void
fault_claims_function(void)
{
	ereport(ERROR,
			(errcode(NC('1', '3')),
			 errmsg("the claims function failed"),
			 errhint("See the server log for the reason; enclave.set_claims_function() puts another in its place.")));
}

void
fault_not_authenticated(void)
{
	ereport(ERROR,
			(errcode(NC('1', '4')),
			 errmsg("not authenticated"),
			 errhint("Call enclave.authenticate() first, in the same transaction.")));
}

void
fault_unsupported_hash(const char *why)
{
	ereport(ERROR,
			(errcode(NC('1', '5')),
			 errmsg("password hash is not supported: %s", why),
			 errhint("Give an Argon2 hash in PHC string format, within enclave.max_hash_memory.")));
}

void
fault_busy(void)
{
	ereport(ERROR,
			(errcode(NC('1', '6')),
			 errmsg("too many passwords are being hashed"),
			 errhint("Try again in a moment.")));
}

/* There a stranger's index expression runs on a superuser's behalf. */
void
fault_if_restricted(void)
{
	if (InSecurityRestrictedOperation())
		fault_forbidden("This cannot be part of a maintenance command.");
}

void
fault_if_read_only(const char *function)
{
	PreventCommandIfReadOnly(function);
	PreventCommandDuringRecovery(function);
}
