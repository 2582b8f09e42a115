/*
 * subscribe.c
 *		Who is told of events.
 *
 * A handler belongs to the current user, not to the outer one: a stranger's
 * function that a superuser's command runs must not register anything in the
 * superuser's name.
 */
#include "compat.h"

#include "flow/subscribe.h"

#include "flow/fault.h"
#include "flow/match.h"
#include "miscadmin.h"
#include "store/catalog.h"
#include "store/event_handlers.h"
#include "utils/regproc.h"
#include "utils/timestamp.h"

int64
subscribe_handler(const char *pattern, Oid function)
{
	EventHandler handler = {0};
	Oid			owner;

	fault_if_read_only("enclave.on_event()");
	fault_if_restricted();
	if (pattern == NULL || !match_is_pattern(pattern))
		fault_validation("pattern_invalid", MATCH_ALLOWED);
	if (!catalog_takes_event(function, &owner))
		fault_validation("handler_invalid", "Give a function of one argument of type jsonb.");
	if (!compat_may_execute(function, GetUserId()))
		fault_forbidden("The current role may not execute the handler, and would be the one who does.");

	handler.pattern = unconstify(char *, pattern);
	handler.function = format_procedure_qualified(function);
	handler.function_owner = GetUserNameFromId(owner, false);
	handler.role = GetUserNameFromId(GetUserId(), false);
	return event_handlers_add(&handler, GetCurrentTimestamp());
}

void
subscribe_end(int64 id)
{
	fault_if_read_only("enclave.off_event()");
	if (!event_handlers_remove(id))
		fault_not_found("event handler");
}
