/*
 * delegate.c
 *		Calling a function that somebody registered, as the one who did.
 */
#include "compat.h"

#include "flow/delegate.h"

#include "flow/fault.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/regproc.h"

bool
delegate_describe(Oid function, Delegate *delegate)
{
	Oid			owner;

	if (!delegate->is_fit(function, &owner))
		return false;
	if (!compat_may_execute(function, GetUserId()))
		fault_forbidden("The current role may not execute the function, and would be the one who does.");
	delegate->function = format_procedure_qualified(function);
	delegate->function_owner = GetUserNameFromId(owner, false);
	delegate->role = GetUserNameFromId(GetUserId(), false);
	return true;
}

static void
save_setting(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
}

/* The role may lose a right after registering, and the name become another's. */
static Oid
find_function(const Delegate *delegate)
{
	Datum		name = CStringGetDatum(delegate->function);
	Oid			function = DatumGetObjectId(DirectFunctionCall1(regprocedurein, name));
	Oid			owner;

	if (!delegate->is_fit(function, &owner) ||
		owner != get_role_oid(delegate->function_owner, true))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("function %s is not the one that was registered", delegate->function)));
	if (!compat_may_execute(function, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for function %s", delegate->function)));
	return function;
}

static Datum
call_function(Oid function, Datum argument, bool *isnull)
{
	FmgrInfo	info;
	Datum		result;

	LOCAL_FCINFO(call, 1);

	fmgr_info(function, &info);
	InitFunctionCallInfoData(*call, &info, 1, InvalidOid, NULL, NULL);
	call->args[0].value = argument;
	call->args[0].isnull = false;
	result = FunctionCallInvoke(call);
	*isnull = call->isnull;
	return result;
}

Datum
delegate_call(const Delegate *delegate, Datum argument, bool *isnull)
{
	Oid			role = get_role_oid(delegate->role, false);
	Oid			user;
	int			security;
	int			guc_level;
	Datum		result;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(role, security | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION);
	guc_level = NewGUCNestLevel();
	save_setting("search_path", "pg_catalog, pg_temp");
	save_setting("client_min_messages", "error");

	result = call_function(find_function(delegate), argument, isnull);

	/* As in index_build: what it sets would be the caller's, who may be a superuser. */
	AtEOXact_GUC(false, guc_level);
	SetUserIdAndSecContext(user, security);
	return result;
}

/* What we refuse says in its detail which rule it was, and repeats nothing. */
static bool
is_ours(int code)
{
	return ERRCODE_TO_CATEGORY(code) == MAKE_SQLSTATE('N', 'C', '0', '0', '0');
}

void
delegate_complain(const char *what, const ErrorData *error)
{
	int			guc_level = NewGUCNestLevel();

	save_setting("client_min_messages", "error");
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("%s failed: %s", what, error->message),
			 error->detail != NULL && is_ours(error->sqlerrcode) ?
			 errdetail_internal("%s", error->detail) : 0,
			 errhidestmt(true), errhidecontext(true)));
	AtEOXact_GUC(true, guc_level);
}
