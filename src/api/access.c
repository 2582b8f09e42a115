/*
 * access.c
 *		Who may call what.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/grant.h"

COMPAT_FUNCTION(enclave_grant_access);
COMPAT_FUNCTION(enclave_revoke_access);
COMPAT_FUNCTION(enclave_renew_grants);

static Oid
role_argument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? InvalidOid : PG_GETARG_OID(n);
}

Datum
enclave_grant_access(PG_FUNCTION_ARGS)
{
	grant_access(role_argument(fcinfo, 0), args_text(fcinfo, 1));
	PG_RETURN_VOID();
}

Datum
enclave_revoke_access(PG_FUNCTION_ARGS)
{
	grant_revoke(role_argument(fcinfo, 0), args_text(fcinfo, 1));
	PG_RETURN_VOID();
}

Datum
enclave_renew_grants(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	grant_renew(store, descriptor);
	return (Datum) 0;
}
