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
#include "utils/builtins.h"

COMPAT_FUNCTION(enclave_prune_now);
COMPAT_FUNCTION(enclave_current_settings);
COMPAT_FUNCTION(enclave_apply_preset);
COMPAT_FUNCTION(enclave_doctor);
COMPAT_FUNCTION(enclave_health);

Datum
enclave_prune_now(PG_FUNCTION_ARGS)
{
	PruneResult result[PRUNE_TABLES];
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	prune_everything(result);
	for (int i = 0; i < PRUNE_TABLES; i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false};

		values[0] = CStringGetTextDatum(result[i].table);
		values[1] = Int64GetDatum(result[i].removed);
		tuplestore_putvalues(store, descriptor, values, nulls);
	}
	return (Datum) 0;
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
