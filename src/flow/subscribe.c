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

#include "flow/delegate.h"
#include "flow/fault.h"
#include "flow/match.h"
#include "store/catalog.h"
#include "store/event_handlers.h"
#include "utils/timestamp.h"

int64
subscribe_handler(const char *pattern, Oid function)
{
	EventHandler handler = {0};
	Delegate	delegate = {NULL, NULL, NULL, catalog_takes_event};

	fault_if_read_only("enclave.on_event()");
	fault_if_restricted();
	if (pattern == NULL || !match_is_pattern(pattern))
		fault_validation("pattern_invalid", MATCH_ALLOWED);
	if (!delegate_describe(function, &delegate))
		fault_validation("handler_invalid", "Give a function of one argument of type jsonb.");

	handler.pattern = unconstify(char *, pattern);
	handler.function = unconstify(char *, delegate.function);
	handler.function_owner = unconstify(char *, delegate.function_owner);
	handler.role = unconstify(char *, delegate.role);
	return event_handlers_add(&handler, GetCurrentTimestamp());
}

void
subscribe_end(int64 id)
{
	fault_if_read_only("enclave.off_event()");
	if (!event_handlers_remove(id))
		fault_not_found("event handler");
}
