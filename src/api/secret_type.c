/*
 * secret_type.c
 *		Input and output of the type secret.
 */
#include "compat.h"

#include "flow/secret.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#define REDACTED "[REDACTED]"

COMPAT_FUNCTION(enclave_secret_in);
COMPAT_FUNCTION(enclave_secret_out);
COMPAT_FUNCTION(enclave_secret_recv);
COMPAT_FUNCTION(enclave_secret_send);

Datum
enclave_secret_in(PG_FUNCTION_ARGS)
{
	return secret_from_text(PG_GETARG_CSTRING(0));
}

Datum
enclave_secret_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(pstrdup(REDACTED));
}

Datum
enclave_secret_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;

	return secret_from_wire(pq_getmsgbytes(message, length), length);
}

Datum
enclave_secret_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(cstring_to_text(REDACTED));
}
