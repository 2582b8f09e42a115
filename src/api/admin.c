/*
 * admin.c
 *		Running it.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/configure.h"
#include "flow/diagnose.h"
#include "flow/prune.h"
#include "flow/report.h"
#include "flow/schedule.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"

COMPAT_FUNCTION(enclave_prune);
COMPAT_FUNCTION(enclave_prune_now);
COMPAT_FUNCTION(enclave_schedule_prune);
COMPAT_FUNCTION(enclave_unschedule_prune);
COMPAT_FUNCTION(enclave_current_settings);
COMPAT_FUNCTION(enclave_apply_preset);
COMPAT_FUNCTION(enclave_doctor);
COMPAT_FUNCTION(enclave_health);
COMPAT_FUNCTION(enclave_current_stats);

/* A procedure: whether it may commit, its caller tells by the call's context. */
Datum
enclave_prune(PG_FUNCTION_ARGS)
{
	CallContext *call = (CallContext *) fcinfo->context;
	bool		atomic = call == NULL || !IsA(call, CallContext) || call->atomic;

	prune_in_batches(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT32(0), atomic);
	PG_RETURN_VOID();
}

Datum
enclave_prune_now(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	prune_everything(store, descriptor);
	return (Datum) 0;
}

Datum
enclave_schedule_prune(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(schedule_prune(args_text(fcinfo, 0)));
}

Datum
enclave_unschedule_prune(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(schedule_end());
}

Datum
enclave_current_settings(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	configure_list(store, descriptor);
	return (Datum) 0;
}

Datum
enclave_apply_preset(PG_FUNCTION_ARGS)
{
	char	   *name = args_text(fcinfo, 0);
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	configure_apply_preset(name, store, descriptor);
	return (Datum) 0;
}

Datum
enclave_doctor(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	diagnose_everything(store, descriptor);
	return (Datum) 0;
}

Datum
enclave_health(PG_FUNCTION_ARGS)
{
	return report_health();
}

Datum
enclave_current_stats(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	report_counters(store, descriptor);
	return (Datum) 0;
}
