/*
 * link.c
 *		Password resets, magic links, and a look at one-time tokens.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/ask.h"
#include "flow/enter.h"
#include "flow/one_time.h"
#include "utils/builtins.h"

COMPAT_FUNCTION(enclave_create_password_reset);
COMPAT_FUNCTION(enclave_forgot_password);
COMPAT_FUNCTION(enclave_create_magic_link);
COMPAT_FUNCTION(enclave_request_magic_link);
COMPAT_FUNCTION(enclave_verify_magic_link);
COMPAT_FUNCTION(enclave_peek_token);

/* The binder of a link that is asked for: NULL for NULL. */
static const TokenDigest *
binder_asked(FunctionCallInfo fcinfo, int n, TokenDigest *digest)
{
	PresentedToken binder = args_token(fcinfo, n);

	if (PG_ARGISNULL(n))
		return NULL;
	ask_binder(binder.text, binder.length, digest);
	return digest;
}

/* The one that is presented: one that no link can have is refused as any other. */
static const TokenDigest *
binder_presented(FunctionCallInfo fcinfo, int n, TokenDigest *digest)
{
	PresentedToken binder = args_token(fcinfo, n);

	if (PG_ARGISNULL(n))
		return NULL;
	issue_digest(binder.text, binder.length, digest);
	return digest;
}

Datum
enclave_create_password_reset(PG_FUNCTION_ARGS)
{
	Client		client;
	IssuedToken issued;

	args_client(fcinfo, 1, &client);
	if (!ask_for_token(ONE_TIME_PASSWORD_RESET, args_text(fcinfo, 0), &client, NULL, &issued))
		return args_no_row(fcinfo);
	return args_issued(fcinfo, &issued);
}

Datum
enclave_forgot_password(PG_FUNCTION_ARGS)
{
	Client		client;

	args_client(fcinfo, 1, &client);
	ask_by_mail(ONE_TIME_PASSWORD_RESET, args_text(fcinfo, 0), &client, NULL);
	PG_RETURN_VOID();
}

Datum
enclave_create_magic_link(PG_FUNCTION_ARGS)
{
	Client		client;
	IssuedToken issued;
	TokenDigest binder;

	args_client(fcinfo, 1, &client);
	if (!ask_for_token(ONE_TIME_MAGIC_LINK, args_text(fcinfo, 0), &client,
					   binder_asked(fcinfo, 3, &binder), &issued))
		return args_no_row(fcinfo);
	return args_issued(fcinfo, &issued);
}

Datum
enclave_request_magic_link(PG_FUNCTION_ARGS)
{
	Client		client;
	TokenDigest binder;

	args_client(fcinfo, 1, &client);
	ask_by_mail(ONE_TIME_MAGIC_LINK, args_text(fcinfo, 0), &client,
				binder_asked(fcinfo, 3, &binder));
	PG_RETURN_VOID();
}

Datum
enclave_verify_magic_link(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);
	Client		client;
	LoginResult result;
	TokenDigest binder;

	args_client(fcinfo, 1, &client);
	enter_by_link(token.text, token.length, &client, binder_presented(fcinfo, 3, &binder),
				  &result);
	return args_login_row(fcinfo, &result);
}

Datum
enclave_peek_token(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);
	OneTimePurpose purpose;
	OneTimeRow	row;
	Datum		values[3];
	bool		nulls[3] = {false};

	if (!one_time_peek(token.text, token.length, &purpose, &row))
		return args_no_row(fcinfo);
	values[0] = CStringGetTextDatum(one_time_purpose_name(purpose));
	values[1] = TimestampTzGetDatum(row.expires_at);
	values[2] = CStringGetTextDatum(one_time_mask(row.email));
	return args_row(fcinfo, values, nulls);
}
