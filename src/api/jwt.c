/*
 * jwt.c
 *		JSON Web Tokens, and the signatures beneath them.
 */
#include "compat.h"

#include "access/detoast.h"
#include "api/args.h"
#include "flow/compute.h"
#include "flow/enrich.h"
#include "flow/judge.h"
#include "flow/sign.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

/* More bytes than any signed token has that is taken; see crypto/jws.h. */
#define COMPACT_MAX 16384

COMPAT_FUNCTION(enclave_verify_jws);
COMPAT_FUNCTION(enclave_issue_jwt);
COMPAT_FUNCTION(enclave_verify_jwt);
COMPAT_FUNCTION(enclave_inspect_jwt);
COMPAT_FUNCTION(enclave_set_claims_function);

/*
 * A token where it lies.  One that is longer than any is not even uncompressed:
 * its length alone, which is too long, has it refused.
 */
static PresentedToken
compact_argument(FunctionCallInfo fcinfo, int n)
{
	PresentedToken token = {"", 0};

	if (PG_ARGISNULL(n))
		return token;
	if (toast_raw_datum_size(PG_GETARG_DATUM(n)) - VARHDRSZ > COMPACT_MAX)
		token.length = COMPACT_MAX + 1;
	else
	{
		text	   *value = PG_GETARG_TEXT_PP(n);

		token.text = VARDATA_ANY(value);
		token.length = VARSIZE_ANY_EXHDR(value);
	}
	return token;
}

Datum
enclave_verify_jws(PG_FUNCTION_ARGS)
{
	PresentedToken compact = compact_argument(fcinfo, 0);
	Datum		payload = compute_verify_jws(compact.text, compact.length,
											 PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1));

	if (payload == (Datum) 0)
		PG_RETURN_NULL();
	return payload;
}

Datum
enclave_issue_jwt(PG_FUNCTION_ARGS)
{
	SignedToken token;
	Datum		values[2];
	bool		nulls[2] = {false};

	sign_for_user(args_id(fcinfo, 0), args_datum(fcinfo, 1),
				  DatumGetIntervalP(args_datum(fcinfo, 2)), &token);
	values[0] = PointerGetDatum(cstring_to_text_with_len(token.text, (int) token.length));
	values[1] = TimestampTzGetDatum(token.expires_at);
	sign_wipe(&token);
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_verify_jwt(PG_FUNCTION_ARGS)
{
	PresentedToken compact = compact_argument(fcinfo, 0);
	JudgedToken token;

	if (!judge_token(compact.text, compact.length, &token))
		PG_RETURN_NULL();
	return judge_claims(&token);
}

Datum
enclave_inspect_jwt(PG_FUNCTION_ARGS)
{
	PresentedToken compact = compact_argument(fcinfo, 0);
	JudgedToken token;
	Datum		values[4];
	bool		nulls[4] = {false};

	values[0] = BoolGetDatum(judge_token(compact.text, compact.length, &token));
	values[1] = CStringGetTextDatum(jose_reason_name(token.reason));
	values[2] = judge_header(&token);
	nulls[2] = values[2] == (Datum) 0;
	values[3] = judge_claims_or_none(&token);
	nulls[3] = values[3] == (Datum) 0;
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_set_claims_function(PG_FUNCTION_ARGS)
{
	enrich_set_function(PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0));
	PG_RETURN_VOID();
}
