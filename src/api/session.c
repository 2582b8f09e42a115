/*
 * session.c
 *		Logging in, going on and logging out.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/login.h"
#include "flow/refresh.h"
#include "flow/revoke.h"
#include "flow/secret.h"

COMPAT_FUNCTION(enclave_login);
COMPAT_FUNCTION(enclave_logout);
COMPAT_FUNCTION(enclave_refresh);
COMPAT_FUNCTION(enclave_end_all);

Datum
enclave_login(PG_FUNCTION_ARGS)
{
	LoginResult result;
	Client		client;

	args_client(fcinfo, 2, &client);
	login_with_password(args_text(fcinfo, 0), secret_copy(args_datum(fcinfo, 1)), &client,
						args_text(fcinfo, 4), &result);
	return args_login_row(fcinfo, &result);
}

Datum
enclave_logout(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);

	PG_RETURN_BOOL(revoke_presented(token.text, token.length));
}

Datum
enclave_refresh(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);
	LoginResult result;

	refresh_token(token.text, token.length, &result);
	return args_login_row(fcinfo, &result);
}

Datum
enclave_end_all(PG_FUNCTION_ARGS)
{
	PresentedToken keep = args_token(fcinfo, 1);

	PG_RETURN_INT64(revoke_everything(args_id(fcinfo, 0), keep.text, keep.length));
}
