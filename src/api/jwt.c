/*
 * jwt.c
 *		JSON Web Tokens, and the signatures beneath them.
 */
#include "compat.h"

#include "access/detoast.h"
#include "api/args.h"
#include "flow/compute.h"
#include "utils/jsonb.h"

/* More bytes than any signed token has that is taken; see crypto/jws.h. */
#define COMPACT_MAX 16384

COMPAT_FUNCTION(enclave_verify_jws);

Datum
enclave_verify_jws(PG_FUNCTION_ARGS)
{
	const char *compact = "";
	size_t		length = 0;
	Datum		payload;

	/* longer than any token: not even uncompressed, and refused as the empty one */
	if (!PG_ARGISNULL(0) &&
		toast_raw_datum_size(PG_GETARG_DATUM(0)) - VARHDRSZ <= COMPACT_MAX)
	{
		text	   *value = PG_GETARG_TEXT_PP(0);

		compact = VARDATA_ANY(value);
		length = VARSIZE_ANY_EXHDR(value);
	}
	payload = compute_verify_jws(compact, length,
								 PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1));
	if (payload == (Datum) 0)
		PG_RETURN_NULL();
	return payload;
}
