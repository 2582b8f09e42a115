/*
 * access_token.c
 *		Access tokens.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/find.h"
#include "flow/issue.h"
#include "flow/revoke.h"
#include "flow/verify.h"
#include "utils/builtins.h"

COMPAT_FUNCTION(enclave_create_token);
COMPAT_FUNCTION(enclave_verify_token);
COMPAT_FUNCTION(enclave_token_can);
COMPAT_FUNCTION(enclave_user_tokens);
COMPAT_FUNCTION(enclave_revoke_token);
COMPAT_FUNCTION(enclave_revoke_user_tokens);

Datum
enclave_create_token(PG_FUNCTION_ARGS)
{
	IssuedToken issued;
	Datum		values[3];
	bool		nulls[3] = {false};

	issue_personal_token(args_id(fcinfo, 0), args_text(fcinfo, 1), args_datum(fcinfo, 2),
						 DatumGetIntervalP(args_datum(fcinfo, 3)), &issued);
	values[0] = Int64GetDatum(issued.id);
	values[1] = CStringGetTextDatum(issued.text);
	issue_wipe(&issued);
	values[2] = TimestampTzGetDatum(issued.expires_at);
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_verify_token(PG_FUNCTION_ARGS)
{
	PresentedToken presented = args_token(fcinfo, 0);
	TokenRow	token;
	Datum		values[6];
	bool		nulls[6] = {false};

	if (!verify_access_token(presented.text, presented.length, &token))
		return args_no_row(fcinfo);

	values[0] = Int64GetDatum(token.id);
	values[1] = Int64GetDatum(token.user_id);
	values[2] = token.name;
	values[3] = token.abilities;
	values[4] = TimestampTzGetDatum(token.expires_at);
	values[5] = TimestampTzGetDatum(token.created_at);
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_token_can(PG_FUNCTION_ARGS)
{
	PresentedToken presented = args_token(fcinfo, 0);

	PG_RETURN_BOOL(verify_token_ability(presented.text, presented.length, args_text(fcinfo, 1)));
}

Datum
enclave_user_tokens(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	find_tokens(args_id(fcinfo, 0), store, descriptor);
	return (Datum) 0;
}

Datum
enclave_revoke_token(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(revoke_one(args_id(fcinfo, 0), args_id(fcinfo, 1)));
}

Datum
enclave_revoke_user_tokens(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(revoke_all(args_id(fcinfo, 0)));
}
