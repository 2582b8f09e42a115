/*
 * report.c
 *		What a load balancer wants to know.
 */
#include "compat.h"

#include "flow/report.h"

#include "access/xlog.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

Datum
report_health(void)
{
	char	   *text = psprintf("{\"status\": \"ok\", \"version\": \"%s\", \"in_recovery\": %s}",
								ENCLAVE_VERSION, RecoveryInProgress() ? "true" : "false");

	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
}
