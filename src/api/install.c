/*
 * install.c
 *		Called by the install script and the event trigger only.
 */
#include "compat.h"

#include "commands/event_trigger.h"
#include "flow/guard.h"

COMPAT_FUNCTION(enclave_check_schema);
COMPAT_FUNCTION(enclave_guard_drop);
COMPAT_FUNCTION(enclave_seal_privileges);

Datum
enclave_check_schema(PG_FUNCTION_ARGS)
{
	guard_schema(fcinfo->flinfo->fn_oid);
	PG_RETURN_VOID();
}

Datum
enclave_guard_drop(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("enclave.guard_drop() can only be called as an event trigger")));
	guard_drop(((EventTriggerData *) fcinfo->context)->parsetree);
	PG_RETURN_NULL();
}

Datum
enclave_seal_privileges(PG_FUNCTION_ARGS)
{
	guard_privileges();
	PG_RETURN_VOID();
}
