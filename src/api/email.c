/*
 * email.c
 *		Verifying addresses.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/ask.h"
#include "flow/confirm.h"
#include "utils/builtins.h"

COMPAT_FUNCTION(enclave_create_email_verification);
COMPAT_FUNCTION(enclave_request_verification);
COMPAT_FUNCTION(enclave_verify_email);
COMPAT_FUNCTION(enclave_reject_verification);

Datum
enclave_create_email_verification(PG_FUNCTION_ARGS)
{
	IssuedToken issued;

	ask_for_verification(args_id(fcinfo, 0), &issued);
	return args_issued(fcinfo, &issued);
}

Datum
enclave_request_verification(PG_FUNCTION_ARGS)
{
	Client		client;

	args_client(fcinfo, 1, &client);
	ask_by_mail(ONE_TIME_EMAIL_VERIFICATION, args_text(fcinfo, 0), &client, NULL);
	PG_RETURN_VOID();
}

Datum
enclave_verify_email(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);
	int64		user_id = 0;
	LoginStatus status = confirm_email(token.text, token.length, &user_id);
	Datum		values[2];
	bool		nulls[2] = {false};

	values[0] = CStringGetTextDatum(login_status_name(status));
	values[1] = Int64GetDatum(user_id);
	nulls[1] = status != LOGIN_OK;
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_reject_verification(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);

	confirm_rejection(token.text, token.length);
	PG_RETURN_VOID();
}
