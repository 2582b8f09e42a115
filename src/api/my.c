/*
 * my.c
 *		The authenticated user's own account.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/secret.h"
#include "flow/self.h"

COMPAT_FUNCTION(enclave_my_account);
COMPAT_FUNCTION(enclave_my_tokens);
COMPAT_FUNCTION(enclave_update_my_account);
COMPAT_FUNCTION(enclave_request_my_email_change);
COMPAT_FUNCTION(enclave_change_my_password);
COMPAT_FUNCTION(enclave_delete_my_account);
COMPAT_FUNCTION(enclave_export_my_data);
COMPAT_FUNCTION(enclave_revoke_my_token);
COMPAT_FUNCTION(enclave_my_sessions);
COMPAT_FUNCTION(enclave_end_my_session);
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
enclave_update_my_account(PG_FUNCTION_ARGS)
{
	UserRow		user;

	self_update(args_text(fcinfo, 0), &user);
	return args_account(fcinfo, &user);
}

Datum
enclave_request_my_email_change(PG_FUNCTION_ARGS)
{
	return args_status(self_request_email_change(args_text(fcinfo, 0),
												 secret_copy(args_datum(fcinfo, 1))));
}

Datum
enclave_change_my_password(PG_FUNCTION_ARGS)
{
	return args_status(self_change_password(secret_copy(args_datum(fcinfo, 0)),
											secret_copy(args_datum(fcinfo, 1))));
}

Datum
enclave_delete_my_account(PG_FUNCTION_ARGS)
{
	return args_status(self_delete(secret_copy(args_datum(fcinfo, 0))));
}

Datum
enclave_export_my_data(PG_FUNCTION_ARGS)
{
	return self_export();
}

Datum
enclave_revoke_my_token(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(self_revoke_token(args_id(fcinfo, 0)));
}

Datum
enclave_my_sessions(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	self_sessions(store, descriptor);
	return (Datum) 0;
}

Datum
enclave_end_my_session(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(self_end_session(args_id(fcinfo, 0)));
}

Datum
enclave_logout_everywhere(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(self_end_everything());
}
