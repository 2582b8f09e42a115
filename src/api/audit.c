/*
 * audit.c
 *		What happened, and who is told of it.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/note.h"
#include "flow/review.h"
#include "flow/subscribe.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

COMPAT_FUNCTION(enclave_audit);
COMPAT_FUNCTION(enclave_log_event);
COMPAT_FUNCTION(enclave_on_event);
COMPAT_FUNCTION(enclave_off_event);

Datum
enclave_audit(PG_FUNCTION_ARGS)
{
	int64		user_id = args_id(fcinfo, 0);
	char	   *event = args_text(fcinfo, 1);
	TimestampTz since = PG_ARGISNULL(2) ? DT_NOBEGIN : PG_GETARG_TIMESTAMPTZ(2);
	int			max_rows = PG_ARGISNULL(3) ? 0 : PG_GETARG_INT32(3);
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	review_audit(user_id, event, since, max_rows, store, descriptor);
	return (Datum) 0;
}

Datum
enclave_log_event(PG_FUNCTION_ARGS)
{
	char	   *metadata = NULL;
	Client		client;

	args_client(fcinfo, 2, &client);
	if (!PG_ARGISNULL(4))
	{
		Jsonb	   *value = PG_GETARG_JSONB_P(4);

		metadata = JsonbToCString(NULL, &value->root, (int) VARSIZE(value));
	}
	PG_RETURN_INT64(note_event(args_id(fcinfo, 0), args_text(fcinfo, 1), &client, metadata));
}

Datum
enclave_on_event(PG_FUNCTION_ARGS)
{
	Oid			handler = PG_ARGISNULL(1) ? InvalidOid : PG_GETARG_OID(1);

	PG_RETURN_INT64(subscribe_handler(args_text(fcinfo, 0), handler));
}

Datum
enclave_off_event(PG_FUNCTION_ARGS)
{
	subscribe_end(args_id(fcinfo, 0));
	PG_RETURN_VOID();
}
