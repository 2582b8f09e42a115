/*
 * credential.c
 *		Passwords of accounts.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/change.h"
#include "flow/reset.h"
#include "flow/secret.h"
#include "utils/builtins.h"

COMPAT_FUNCTION(enclave_change_password);
COMPAT_FUNCTION(enclave_reset_password);
COMPAT_FUNCTION(enclave_set_password);
COMPAT_FUNCTION(enclave_require_password_change);

Datum
enclave_change_password(PG_FUNCTION_ARGS)
{
	PresentedToken keep = args_token(fcinfo, 3);
	LoginStatus status;
	int64		ended;
	Datum		values[2];
	bool		nulls[2] = {false};

	status = change_password(args_id(fcinfo, 0), secret_copy(args_datum(fcinfo, 1)),
							 secret_copy(args_datum(fcinfo, 2)), keep.text, keep.length, &ended);
	values[0] = args_status(status);
	values[1] = Int64GetDatum(ended);
	nulls[1] = status != LOGIN_OK;
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_reset_password(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);
	int64		user_id = 0;
	LoginStatus status = reset_password(token.text, token.length,
										secret_copy(args_datum(fcinfo, 1)), &user_id);

	return args_status_and_user(fcinfo, status, user_id);
}

Datum
enclave_set_password(PG_FUNCTION_ARGS)
{
	change_set_password(args_id(fcinfo, 0), secret_copy(args_datum(fcinfo, 1)));
	PG_RETURN_VOID();
}

Datum
enclave_require_password_change(PG_FUNCTION_ARGS)
{
	change_require(args_id(fcinfo, 0));
	PG_RETURN_VOID();
}
