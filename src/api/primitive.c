/*
 * primitive.c
 *		Hashes, tokens and the password policy, by themselves.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/compute.h"
#include "flow/policy.h"
#include "flow/secret.h"
#include "utils/builtins.h"

COMPAT_FUNCTION(enclave_hash_password);
COMPAT_FUNCTION(enclave_verify_password);
COMPAT_FUNCTION(enclave_needs_rehash);
COMPAT_FUNCTION(enclave_check_password);
COMPAT_FUNCTION(enclave_generate_token);
COMPAT_FUNCTION(enclave_hash_token);

Datum
enclave_hash_password(PG_FUNCTION_ARGS)
{
	Secret	   *secret = secret_copy(args_datum(fcinfo, 0));

	PG_RETURN_TEXT_P(cstring_to_text(compute_hash_password(secret)));
}

Datum
enclave_verify_password(PG_FUNCTION_ARGS)
{
	Secret	   *secret = secret_copy(args_datum(fcinfo, 0));

	PG_RETURN_BOOL(compute_verify_password(secret, args_text(fcinfo, 1)));
}

Datum
enclave_needs_rehash(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compute_needs_rehash(args_text(fcinfo, 0)));
}

Datum
enclave_check_password(PG_FUNCTION_ARGS)
{
	Secret	   *secret = secret_copy(args_datum(fcinfo, 0));
	uint32		broken = policy_check(secret, args_text(fcinfo, 1), args_text(fcinfo, 2));
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	secret_wipe(secret);
	for (int rule = 0; rule < POLICY_RULES; rule++)
	{
		Datum		value = CStringGetTextDatum(policy_rule_name((PolicyRule) rule));
		bool		isnull = false;

		if (broken & (UINT32_C(1) << rule))
			tuplestore_putvalues(store, descriptor, &value, &isnull);
	}
	return (Datum) 0;
}

Datum
enclave_generate_token(PG_FUNCTION_ARGS)
{
	int			length = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT32(0);

	PG_RETURN_TEXT_P(cstring_to_text(compute_generate_token(length)));
}

Datum
enclave_hash_token(PG_FUNCTION_ARGS)
{
	text	   *token;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	token = PG_GETARG_TEXT_PP(0);
	return compute_hash_token(VARDATA_ANY(token), VARSIZE_ANY_EXHDR(token));
}
