/*
 * dispatch.c
 *		Telling handlers and listeners of an event.
 *
 * A handler runs in a subtransaction of the transaction that the event belongs
 * to, as the role that registered it, in a security-restricted operation: it
 * cannot become another role, nor leave behind a temporary table, a cursor or
 * a trigger that would run as somebody else.  The caller of the flow may be
 * anybody, so his search path is replaced; a handler names its objects in full
 * or has a path of its own.
 *
 * To the client a handler is silent.  What it has to say would tell a stranger
 * what is behind a refusal: that an address has an account, for instance.
 *
 * An event that a handler causes is on record, but no handler hears of it.
 */
#include "compat.h"

#include "flow/dispatch.h"

#include "commands/async.h"
#include "flow/isolate.h"
#include "flow/match.h"
#include "miscadmin.h"
#include "settings.h"
#include "store/audit_logs.h"
#include "store/catalog.h"
#include "store/event_handlers.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#define CHANNEL "enclave_events"

static bool dispatching = false;

typedef struct HandlerCall
{
	const EventHandler *handler;
	Datum		event;			/* jsonb */
} HandlerCall;

static void
save_setting(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
}

/* The role may lose a right after registering, and the name become another's. */
static Oid
find_function(const EventHandler *handler)
{
	Datum		name = CStringGetDatum(handler->function);
	Oid			function = DatumGetObjectId(DirectFunctionCall1(regprocedurein, name));
	Oid			owner;

	if (!catalog_takes_event(function, &owner) ||
		owner != get_role_oid(handler->function_owner, true))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("function %s is not the one that was registered", handler->function)));
	if (!compat_may_execute(function, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for function %s", handler->function)));
	return function;
}

static void
call_function(Oid function, Datum event)
{
	FmgrInfo	info;

	LOCAL_FCINFO(call, 1);

	fmgr_info(function, &info);
	InitFunctionCallInfoData(*call, &info, 1, InvalidOid, NULL, NULL);
	call->args[0].value = event;
	call->args[0].isnull = false;
	(void) FunctionCallInvoke(call);
}

/* If it fails, the end of its subtransaction restores user and settings. */
static void
run_handler(void *argument)
{
	const HandlerCall *call = argument;
	Oid			role = get_role_oid(call->handler->role, false);
	Oid			user;
	int			security;
	int			guc_level;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(role, security | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION);
	guc_level = NewGUCNestLevel();
	save_setting("search_path", "pg_catalog, pg_temp");
	save_setting("client_min_messages", "error");

	call_function(find_function(call->handler), call->event);

	/* As in index_build: what a handler sets would be the caller's, who may be a superuser. */
	AtEOXact_GUC(false, guc_level);
	SetUserIdAndSecContext(user, security);
}

/* Only for the log: the statement may hold a secret, the client may be anybody. */
static void
warn(const EventHandler *handler, const ErrorData *error)
{
	int			guc_level = NewGUCNestLevel();

	save_setting("client_min_messages", "error");
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("event handler " INT64_FORMAT " failed: %s", handler->id, error->message),
			 errhidestmt(true), errhidecontext(true)));
	AtEOXact_GUC(true, guc_level);
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
			warn(&handlers[i], error);
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
