/*
 * args.c
 *		Arguments in and rows out.
 *
 * No function here is STRICT: a NULL credential is refused like a wrong one,
 * and a NULL argument gets a clear error, where STRICT would answer NULL.
 */
#include "compat.h"

#include "api/args.h"

#include "access/detoast.h"
#include "access/htup_details.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

char *
args_text(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

Datum
args_datum(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? (Datum) 0 : PG_GETARG_DATUM(n);
}

int64
args_id(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? 0 : PG_GETARG_INT64(n);
}

OptionalTime
args_time(FunctionCallInfo fcinfo, int n)
{
	OptionalTime time = {false, 0};

	if (!PG_ARGISNULL(n))
	{
		time.set = true;
		time.at = PG_GETARG_TIMESTAMPTZ(n);
	}
	return time;
}

void
args_client(FunctionCallInfo fcinfo, int n, Client *client)
{
	client_read(args_datum(fcinfo, n), args_text(fcinfo, n + 1), client);
}

PresentedToken
args_token(FunctionCallInfo fcinfo, int n)
{
	PresentedToken token = {"", 0};

	/* Longer than any token: not even uncompressed. */
	if (!PG_ARGISNULL(n) &&
		toast_raw_datum_size(PG_GETARG_DATUM(n)) - VARHDRSZ <= ARGS_TOKEN_MAX)
	{
		text	   *value = PG_GETARG_TEXT_PP(n);

		token.text = VARDATA_ANY(value);
		token.length = VARSIZE_ANY_EXHDR(value);
	}
	return token;
}

Tuplestorestate *
args_begin_set(FunctionCallInfo fcinfo, TupleDesc *descriptor)
{
	ReturnSetInfo *info = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;
	Tuplestorestate *store;

	if (info == NULL || !IsA(info, ReturnSetInfo) || !(info->allowedModes & SFRM_Materialize) ||
		info->expectedDesc == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));

	old = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
	*descriptor = CreateTupleDescCopy(info->expectedDesc);
	store = tuplestore_begin_heap((info->allowedModes & SFRM_Materialize_Random) != 0, false,
								  work_mem);
	MemoryContextSwitchTo(old);

	info->returnMode = SFRM_Materialize;
	info->setResult = store;
	info->setDesc = *descriptor;
	return store;
}

/* The descriptor is looked up once for a call site and kept with it. */
Datum
args_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	descriptor = (TupleDesc) fcinfo->flinfo->fn_extra;

	if (descriptor == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		descriptor = BlessTupleDesc(CreateTupleDescCopy(descriptor));
		fcinfo->flinfo->fn_extra = descriptor;
		MemoryContextSwitchTo(old);
	}
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}

Datum
args_no_row(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *info = (ReturnSetInfo *) fcinfo->resultinfo;

	if (info != NULL && IsA(info, ReturnSetInfo))
		info->isDone = ExprEndResult;
	fcinfo->isnull = true;
	return (Datum) 0;
}

Datum
args_status(LoginStatus status)
{
	return CStringGetTextDatum(login_status_name(status));
}

Datum
args_status_and_user(FunctionCallInfo fcinfo, LoginStatus status, int64 user_id)
{
	Datum		values[2];
	bool		nulls[2] = {false};

	values[0] = args_status(status);
	values[1] = Int64GetDatum(user_id);
	nulls[1] = status != LOGIN_OK;
	return args_row(fcinfo, values, nulls);
}

static Datum
optional_time(OptionalTime time, bool *isnull)
{
	*isnull = !time.set;
	return TimestampTzGetDatum(time.at);
}

Datum
args_account(FunctionCallInfo fcinfo, const UserRow *user)
{
	Datum		values[7];
	bool		nulls[7] = {false};

	values[0] = Int64GetDatum(user->id);
	values[1] = CStringGetTextDatum(user->email);
	values[2] = CStringGetTextDatum(user->name);
	values[3] = optional_time(user->email_verified_at, &nulls[3]);
	values[4] = optional_time(user->disabled_at, &nulls[4]);
	values[5] = TimestampTzGetDatum(user->created_at);
	values[6] = TimestampTzGetDatum(user->updated_at);
	return args_row(fcinfo, values, nulls);
}

Datum
args_issued(FunctionCallInfo fcinfo, IssuedToken *issued)
{
	Datum		values[2];
	bool		nulls[2] = {false};

	values[0] = CStringGetTextDatum(issued->text);
	values[1] = TimestampTzGetDatum(issued->expires_at);
	issue_wipe(issued);
	return args_row(fcinfo, values, nulls);
}

#define LOGIN_COLUMNS 8

static void
login_columns(LoginResult *result, Datum *values, bool *nulls)
{
	bool		ok = result->status == LOGIN_OK;
	Interval   *retry_after = palloc0(sizeof(Interval));

	values[0] = CStringGetTextDatum(login_status_name(result->status));
	nulls[0] = false;
	values[1] = Int64GetDatum(result->user_id);
	nulls[1] = !ok;
	values[2] = CStringGetTextDatum(result->jwt != NULL ? result->jwt : result->token);
	nulls[2] = !ok;
	values[3] = TimestampTzGetDatum(result->expires_at);
	nulls[3] = !ok;
	retry_after->time = result->retry_after;
	values[4] = IntervalPGetDatum(retry_after);
	nulls[4] = result->status != LOGIN_TOO_MANY_ATTEMPTS;
	values[5] = CStringGetTextDatum(result->challenge);
	nulls[5] = result->status != LOGIN_PASSWORD_CHANGE_REQUIRED;
	values[6] = optional_time(result->last_login_at, &nulls[6]);
	values[7] = Int32GetDatum(result->failures_since);
	nulls[7] = !result->has_failures;
}

Datum
args_login_row(FunctionCallInfo fcinfo, LoginResult *result)
{
	Datum		values[LOGIN_COLUMNS];
	bool		nulls[LOGIN_COLUMNS];

	login_columns(result, values, nulls);
	login_wipe(result);
	return args_row(fcinfo, values, nulls);
}

/* The same and one column more, NULL for NULL. */
static Datum
longer_login_row(FunctionCallInfo fcinfo, LoginResult *result, const char *last)
{
	Datum		values[LOGIN_COLUMNS + 1] = {0};
	bool		nulls[LOGIN_COLUMNS + 1];

	login_columns(result, values, nulls);
	nulls[LOGIN_COLUMNS] = last == NULL;
	if (last != NULL)
		values[LOGIN_COLUMNS] = CStringGetTextDatum(last);
	login_wipe(result);
	return args_row(fcinfo, values, nulls);
}

Datum
args_session_login_row(FunctionCallInfo fcinfo, LoginResult *result)
{
	return longer_login_row(fcinfo, result, result->set_cookie);
}

Datum
args_jwt_login_row(FunctionCallInfo fcinfo, LoginResult *result)
{
	return longer_login_row(fcinfo, result,
							result->status == LOGIN_OK ? result->refresh_token : NULL);
}
