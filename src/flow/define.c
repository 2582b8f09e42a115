/*
 * define.c
 *		Defining named limits.
 *
 * A definition has an id, which its windows bear: one that is changed, or
 * dropped and made anew, has another, and what counted under the old one
 * counts for nothing any more.
 */
#include "compat.h"

#include "flow/define.h"

#include "flow/fault.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "store/limit_definitions.h"
#include "utils/timestamp.h"

#define WINDOW_MIN USECS_PER_SEC
#define WINDOW_MAX (INT64CONST(366) * USECS_PER_DAY)

static void
record(const char *name, const char *change)
{
	record_event(EVENT_LIMIT_CHANGED, 0, 0, NULL,
				 record_two_texts("limit", name, "change", change), GetCurrentTimestamp());
}

void
define_limit(const char *name, int max_attempts, const Interval *per, const char *message)
{
	char	   *trimmed;
	int64		lasting = per == NULL ? 0 : limit_definitions_length(per);

	fault_if_read_only("enclave.define_limit()");
	trimmed = normalize_name_or_raise(name);
	if (trimmed[0] == '\0')
		fault_validation("name_empty", "Give the limit a name.");
	if (max_attempts < 1)
		fault_validation("max_attempts_invalid", "Give a number of attempts, 1 at least.");
	if (lasting < WINDOW_MIN || lasting > WINDOW_MAX)
		fault_validation("per_invalid", "Give an interval from a second to 366 days.");
	if (limit_definitions_put(trimmed, max_attempts, per, normalize_text(message),
							  GetCurrentTimestamp()))
		record(trimmed, "defined");
}

void
define_drop(const char *name)
{
	fault_if_read_only("enclave.drop_limit()");
	if (name == NULL || !limit_definitions_remove(name))
		fault_not_found("limit");
	record(name, "dropped");
}
