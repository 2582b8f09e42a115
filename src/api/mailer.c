/*
 * mailer.c
 *		For the process that sends mail.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/mail.h"

COMPAT_FUNCTION(enclave_take_mail);
COMPAT_FUNCTION(enclave_mail_sent);
COMPAT_FUNCTION(enclave_mail_failed);

Datum
enclave_take_mail(PG_FUNCTION_ARGS)
{
	int			max_count = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT32(0);
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	mail_take(max_count, store, descriptor);
	return (Datum) 0;
}

Datum
enclave_mail_sent(PG_FUNCTION_ARGS)
{
	mail_confirm(args_id(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
enclave_mail_failed(PG_FUNCTION_ARGS)
{
	mail_fail(args_id(fcinfo, 0), args_text(fcinfo, 1));
	PG_RETURN_VOID();
}
