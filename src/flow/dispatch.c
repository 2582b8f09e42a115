/*
 * dispatch.c
 *		Telling handlers and listeners of an event.
 *
 * A handler runs in a subtransaction of the transaction that the event belongs
 * to, as flow/delegate.h says.
 *
 * To the client a handler is silent.  What it has to say would tell a stranger
 * what is behind a refusal: that an address has an account, for instance.
 *
 * An event that a handler causes is on record, but no handler hears of it.
 */
#include "compat.h"

#include "flow/dispatch.h"

#include "commands/async.h"
#include "flow/delegate.h"
#include "flow/isolate.h"
#include "flow/match.h"
#include "settings.h"
#include "store/audit_logs.h"
#include "store/catalog.h"
#include "store/event_handlers.h"
#include "utils/builtins.h"

#define CHANNEL "enclave_events"

static bool dispatching = false;

typedef struct HandlerCall
{
	const EventHandler *handler;
	Datum		event;			/* jsonb */
} HandlerCall;

static void
run_handler(void *argument)
{
	const HandlerCall *call = argument;
	const EventHandler *handler = call->handler;
	Delegate	delegate = {handler->function, handler->function_owner, handler->role,
	catalog_takes_event};
	bool		isnull;

	(void) delegate_call(&delegate, call->event, &isnull);
}

static void
run_handlers(const char *event, int64 audit_id)
{
	HandlerCall call = {0};
	int			count;
	EventHandler *handlers = event_handlers_list(&count);

	for (int i = 0; i < count; i++)
	{
		ErrorData  *error;

		if (!match_event(handlers[i].pattern, event))
			continue;
		if (call.event == 0)
			call.event = audit_logs_payload(audit_id);
		call.handler = &handlers[i];
		error = isolate_run(run_handler, &call);
		if (error != NULL)
			delegate_complain(psprintf("event handler " INT64_FORMAT, handlers[i].id), error);
	}
}

void
dispatch_event(const char *event, int64 audit_id, bool handlers)
{
	if (match_event(settings_notify_events, event))
		Async_Notify(CHANNEL, psprintf("%s " INT64_FORMAT, event, audit_id));
	if (dispatching || !handlers)
		return;

	PG_TRY();
	{
		dispatching = true;
		run_handlers(event, audit_id);
	}
	PG_FINALLY();
	{
		dispatching = false;
	}
	PG_END_TRY();
}
