/*
 * issuer.c
 *		Outside providers, whose tokens authenticate the users linked to them.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/trust.h"

COMPAT_FUNCTION(enclave_trust_issuer);
COMPAT_FUNCTION(enclave_untrust_issuer);
COMPAT_FUNCTION(enclave_link_identity);
COMPAT_FUNCTION(enclave_unlink_identity);

Datum
enclave_trust_issuer(PG_FUNCTION_ARGS)
{
	trust_issuer(args_text(fcinfo, 0), PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1),
				 args_text(fcinfo, 2), args_datum(fcinfo, 3));
	PG_RETURN_VOID();
}

Datum
enclave_untrust_issuer(PG_FUNCTION_ARGS)
{
	trust_end(args_text(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
enclave_link_identity(PG_FUNCTION_ARGS)
{
	trust_link(args_id(fcinfo, 0), args_text(fcinfo, 1), args_text(fcinfo, 2));
	PG_RETURN_VOID();
}

Datum
enclave_unlink_identity(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(trust_unlink(args_id(fcinfo, 0), args_text(fcinfo, 1), args_text(fcinfo, 2)));
}
