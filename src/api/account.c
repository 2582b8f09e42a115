/*
 * account.c
 *		Accounts.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/delete.h"
#include "flow/disable.h"
#include "flow/export.h"
#include "flow/find.h"
#include "flow/relocate.h"
#include "flow/secret.h"
#include "flow/signup.h"
#include "flow/update.h"
#include "utils/timestamp.h"

COMPAT_FUNCTION(enclave_signup);
COMPAT_FUNCTION(enclave_request_signup);
COMPAT_FUNCTION(enclave_create_user);
COMPAT_FUNCTION(enclave_import_user);
COMPAT_FUNCTION(enclave_get_user);
COMPAT_FUNCTION(enclave_find_user);
COMPAT_FUNCTION(enclave_update_user);
COMPAT_FUNCTION(enclave_request_email_change);
COMPAT_FUNCTION(enclave_confirm_email_change);
COMPAT_FUNCTION(enclave_delete_user);
COMPAT_FUNCTION(enclave_disable_user);
COMPAT_FUNCTION(enclave_enable_user);
COMPAT_FUNCTION(enclave_export_user);

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
	int64		id = args_id(fcinfo, 4);
	UserRow		user;

	signup_imported(args_text(fcinfo, 0), args_text(fcinfo, 1), args_text(fcinfo, 2),
					args_time(fcinfo, 3), PG_ARGISNULL(4) ? NULL : &id, &user);
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

Datum
enclave_update_user(PG_FUNCTION_ARGS)
{
	UserRow		user;

	update_user(args_id(fcinfo, 0), args_text(fcinfo, 1), args_text(fcinfo, 2), &user);
	return args_account(fcinfo, &user);
}

Datum
enclave_request_email_change(PG_FUNCTION_ARGS)
{
	relocate_request(args_id(fcinfo, 0), args_text(fcinfo, 1));
	PG_RETURN_VOID();
}

Datum
enclave_confirm_email_change(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);
	int64		user_id = 0;
	LoginStatus status = relocate_confirm(token.text, token.length, &user_id);

	return args_status_and_user(fcinfo, status, user_id);
}

Datum
enclave_delete_user(PG_FUNCTION_ARGS)
{
	delete_user(args_id(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
enclave_disable_user(PG_FUNCTION_ARGS)
{
	disable_user(args_id(fcinfo, 0), args_text(fcinfo, 1), args_time(fcinfo, 2));
	PG_RETURN_VOID();
}

Datum
enclave_enable_user(PG_FUNCTION_ARGS)
{
	disable_lift(args_id(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
enclave_export_user(PG_FUNCTION_ARGS)
{
	return export_user(args_id(fcinfo, 0));
}
