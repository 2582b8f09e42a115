/*
 * my.c
 *		The authenticated user's own account.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/self.h"

COMPAT_FUNCTION(enclave_my_account);
COMPAT_FUNCTION(enclave_my_tokens);
COMPAT_FUNCTION(enclave_revoke_my_token);
COMPAT_FUNCTION(enclave_logout_everywhere);

Datum
enclave_my_account(PG_FUNCTION_ARGS)
{
	UserRow		user;

	self_account(&user);
	return args_account(fcinfo, &user);
}

Datum
enclave_my_tokens(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	self_tokens(store, descriptor);
	return (Datum) 0;
}

Datum
enclave_revoke_my_token(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(self_revoke_token(args_id(fcinfo, 0)));
}

Datum
enclave_logout_everywhere(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(self_end_everything());
}
