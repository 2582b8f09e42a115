/*
 * account.c
 *		Accounts.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/find.h"
#include "flow/secret.h"
#include "flow/signup.h"
#include "utils/timestamp.h"

COMPAT_FUNCTION(enclave_signup);
COMPAT_FUNCTION(enclave_request_signup);
COMPAT_FUNCTION(enclave_create_user);
COMPAT_FUNCTION(enclave_import_user);
COMPAT_FUNCTION(enclave_get_user);
COMPAT_FUNCTION(enclave_find_user);

Datum
enclave_signup(PG_FUNCTION_ARGS)
{
	UserRow		user;

	signup_with_password(args_text(fcinfo, 0), secret_copy(args_datum(fcinfo, 1)),
						 args_text(fcinfo, 2), &user);
	return args_account(fcinfo, &user);
}

Datum
enclave_request_signup(PG_FUNCTION_ARGS)
{
	Client		client;

	args_client(fcinfo, 3, &client);
	signup_requested(args_text(fcinfo, 0), secret_copy(args_datum(fcinfo, 1)),
					 args_text(fcinfo, 2), &client);
	PG_RETURN_VOID();
}

Datum
enclave_create_user(PG_FUNCTION_ARGS)
{
	UserRow		user;

	signup_without_password(args_text(fcinfo, 0), args_text(fcinfo, 1), &user);
	return args_account(fcinfo, &user);
}

Datum
enclave_import_user(PG_FUNCTION_ARGS)
{
	OptionalTime verified_at;
	int64		id = args_id(fcinfo, 4);
	UserRow		user;

	verified_at.set = !PG_ARGISNULL(3);
	verified_at.at = verified_at.set ? PG_GETARG_TIMESTAMPTZ(3) : 0;
	signup_imported(args_text(fcinfo, 0), args_text(fcinfo, 1), args_text(fcinfo, 2), verified_at,
					PG_ARGISNULL(4) ? NULL : &id, &user);
	return args_account(fcinfo, &user);
}

Datum
enclave_get_user(PG_FUNCTION_ARGS)
{
	UserRow		user;

	find_user_or_raise(args_id(fcinfo, 0), &user);
	return args_account(fcinfo, &user);
}

Datum
enclave_find_user(PG_FUNCTION_ARGS)
{
	UserRow		user;

	if (!find_user_by_email(args_text(fcinfo, 0), &user))
		return args_no_row(fcinfo);
	return args_account(fcinfo, &user);
}
