/*
 * enrich.c
 *		The application's own claims in our JWTs.
 *
 * The function belongs to the current user, not to the outer one, as an event
 * handler does.  What it says when it fails is for the server's log: who logs in
 * may be anybody.
 */
#include "compat.h"

#include "flow/enrich.h"

#include "flow/delegate.h"
#include "flow/fault.h"
#include "flow/isolate.h"
#include "flow/sign.h"
#include "store/catalog.h"
#include "store/claims_function.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

typedef struct ClaimsCall
{
	Delegate	delegate;
	int64		user_id;
	Datum		claims;			/* jsonb; 0: none */
} ClaimsCall;

void
enrich_set_function(Oid function)
{
	Delegate	delegate = {NULL, NULL, NULL, catalog_gives_claims};
	ClaimsFunction row;

	fault_if_read_only("enclave.set_claims_function()");
	fault_if_restricted();
	if (!OidIsValid(function))
	{
		claims_function_remove();
		return;
	}
	if (!delegate_describe(function, &delegate))
		fault_validation("claims_function_invalid",
						 "Give a function of one argument of type bigint that returns jsonb.");
	row.function = delegate.function;
	row.function_owner = delegate.function_owner;
	row.role = delegate.role;
	claims_function_set(&row, GetCurrentTimestamp());
}

static void
call_function(void *argument)
{
	ClaimsCall *call = argument;
	bool		isnull;
	Datum		claims = delegate_call(&call->delegate, Int64GetDatum(call->user_id), &isnull);

	if (!isnull)
		call->claims = sign_application_claims(claims);
}

static Datum
claims_of_function(int64 user_id)
{
	ClaimsCall	call = {0};
	ClaimsFunction row;
	ErrorData  *error;

	if (!claims_function_find(&row))
		return (Datum) 0;
	call.delegate.function = row.function;
	call.delegate.function_owner = row.function_owner;
	call.delegate.role = row.role;
	call.delegate.is_fit = catalog_gives_claims;
	call.user_id = user_id;
	error = isolate_run(call_function, &call);
	if (error != NULL)
	{
		delegate_complain("the claims function", error);
		fault_claims_function();
	}
	return call.claims;
}

Datum
enrich_claims(int64 user_id, Datum given)
{
	Datum		claims = claims_of_function(user_id);

	if (claims == 0 || given == 0)
		return claims == 0 ? given : claims;
	return DirectFunctionCall2(jsonb_concat, claims, given);
}
