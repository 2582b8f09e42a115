/*
 * refresh_family.c
 *		Logging in for a JWT, and getting the next one.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/login.h"
#include "flow/renew.h"
#include "flow/secret.h"

COMPAT_FUNCTION(enclave_login_jwt);
COMPAT_FUNCTION(enclave_refresh_jwt);

Datum
enclave_login_jwt(PG_FUNCTION_ARGS)
{
	LoginResult result;
	Client		client;

	args_client(fcinfo, 2, &client);
	login_with_password_for_jwt(args_text(fcinfo, 0), secret_copy(args_datum(fcinfo, 1)),
								&client, &result);
	return args_jwt_login_row(fcinfo, &result);
}

Datum
enclave_refresh_jwt(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);
	LoginResult result;
	Client		client;

	args_client(fcinfo, 1, &client);
	renew_login(token.text, token.length, &client, &result);
	return args_jwt_login_row(fcinfo, &result);
}
