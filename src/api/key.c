/*
 * key.c
 *		Signing keys.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/publish.h"
#include "flow/rotate.h"
#include "utils/builtins.h"

COMPAT_FUNCTION(enclave_create_signing_key);
COMPAT_FUNCTION(enclave_rotate_signing_key);
COMPAT_FUNCTION(enclave_retire_signing_key);
COMPAT_FUNCTION(enclave_rewrap_keys);
COMPAT_FUNCTION(enclave_jwks);
COMPAT_FUNCTION(enclave_key_store_changed);

Datum
enclave_create_signing_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(rotate_create(args_text(fcinfo, 0))));
}

Datum
enclave_rotate_signing_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(rotate_signing_key(args_text(fcinfo, 0))));
}

Datum
enclave_retire_signing_key(PG_FUNCTION_ARGS)
{
	rotate_retire(args_text(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
enclave_rewrap_keys(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rotate_rewrap());
}

Datum
enclave_jwks(PG_FUNCTION_ARGS)
{
	return publish_keys();
}

Datum
enclave_key_store_changed(PG_FUNCTION_ARGS)
{
	publish_change(fcinfo);
	return PointerGetDatum(NULL);
}
