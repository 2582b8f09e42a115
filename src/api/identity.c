/*
 * identity.c
 *		Who is asking: the identity of a transaction.
 *
 * The getters are what policies call: they read a few words of memory, and
 * neither a table nor a snapshot.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/authenticate.h"
#include "flow/identify.h"
#include "flow/impersonate.h"
#include "flow/judge.h"
#include "flow/protect.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

COMPAT_FUNCTION(enclave_authenticate);
COMPAT_FUNCTION(enclave_clear_identity);
COMPAT_FUNCTION(enclave_user_id);
COMPAT_FUNCTION(enclave_token_id);
COMPAT_FUNCTION(enclave_session_id);
COMPAT_FUNCTION(enclave_abilities);
COMPAT_FUNCTION(enclave_claims);
COMPAT_FUNCTION(enclave_auth_method);
COMPAT_FUNCTION(enclave_auth_time);
COMPAT_FUNCTION(enclave_impersonated_by);
COMPAT_FUNCTION(enclave_require_user);
COMPAT_FUNCTION(enclave_require_recent_login);
COMPAT_FUNCTION(enclave_can);
COMPAT_FUNCTION(enclave_impersonate);
COMPAT_FUNCTION(enclave_protect);

Datum
enclave_authenticate(PG_FUNCTION_ARGS)
{
	PresentedToken token = args_token(fcinfo, 0);
	int64		user_id;

	if (!authenticate_token(token.text, token.length, args_text(fcinfo, 1), &user_id))
		PG_RETURN_NULL();
	PG_RETURN_INT64(user_id);
}

Datum
enclave_clear_identity(PG_FUNCTION_ARGS)
{
	identify_clear();
	PG_RETURN_VOID();
}

Datum
enclave_user_id(PG_FUNCTION_ARGS)
{
	int64		user_id = identify_user_id();

	if (user_id == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(user_id);
}

Datum
enclave_token_id(PG_FUNCTION_ARGS)
{
	const Identity *identity = identify_get();

	if (identity == NULL || identity->token_id == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(identity->token_id);
}

Datum
enclave_session_id(PG_FUNCTION_ARGS)
{
	const Identity *identity = identify_get();

	if (identity == NULL || identity->session_id == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(identity->session_id);
}

/* A copy: who gets it may keep it beyond the identity. */
Datum
enclave_abilities(PG_FUNCTION_ARGS)
{
	const Identity *identity = identify_get();

	if (identity == NULL || identity->abilities == 0)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(PG_DETOAST_DATUM_COPY(identity->abilities));
}

Datum
enclave_claims(PG_FUNCTION_ARGS)
{
	const Identity *identity = identify_get();

	if (identity == NULL || identity->claims == NULL)
		PG_RETURN_NULL();
	return judge_jsonb(identity->claims, strlen(identity->claims));
}

Datum
enclave_auth_method(PG_FUNCTION_ARGS)
{
	const Identity *identity = identify_get();

	if (identity == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(identify_method_name(identity->method)));
}

Datum
enclave_auth_time(PG_FUNCTION_ARGS)
{
	const Identity *identity = identify_get();

	if (identity == NULL || !identity->auth_time.set)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(identity->auth_time.at);
}

Datum
enclave_impersonated_by(PG_FUNCTION_ARGS)
{
	const Identity *identity = identify_get();

	if (identity == NULL || identity->method != IDENTITY_IMPERSONATION)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(NameStr(identity->impersonated_by)));
}

Datum
enclave_require_user(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(identify_require()->user_id);
}

Datum
enclave_require_recent_login(PG_FUNCTION_ARGS)
{
	identify_require_recent_login(DatumGetIntervalP(args_datum(fcinfo, 0)));
	PG_RETURN_VOID();
}

Datum
enclave_can(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(identify_can(args_text(fcinfo, 0)));
}

Datum
enclave_impersonate(PG_FUNCTION_ARGS)
{
	impersonate_user(args_id(fcinfo, 0), args_text(fcinfo, 1));
	PG_RETURN_VOID();
}

Datum
enclave_protect(PG_FUNCTION_ARGS)
{
	Oid			table = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0);
	const char *column = PG_ARGISNULL(1) ? NULL : NameStr(*PG_GETARG_NAME(1));

	protect_table(table, column);
	PG_RETURN_VOID();
}
