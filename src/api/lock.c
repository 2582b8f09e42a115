/*
 * lock.c
 *		What is locked by failed logins.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/unlock.h"

COMPAT_FUNCTION(enclave_unlock);
COMPAT_FUNCTION(enclave_unlock_network);
COMPAT_FUNCTION(enclave_current_locks);

Datum
enclave_unlock(PG_FUNCTION_ARGS)
{
	unlock_account(args_text(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
enclave_unlock_network(PG_FUNCTION_ARGS)
{
	unlock_network(args_datum(fcinfo, 0));
	PG_RETURN_VOID();
}

Datum
enclave_current_locks(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	unlock_list(store, descriptor);
	return (Datum) 0;
}
