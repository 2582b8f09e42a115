/*
 * cookie_session.c
 *		Cookie sessions.
 */
#include "compat.h"

#include "api/args.h"
#include "flow/close.h"
#include "flow/cookie.h"
#include "flow/find.h"
#include "flow/open.h"
#include "flow/slide.h"
#include "flow/verify.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

COMPAT_FUNCTION(enclave_login_session);
COMPAT_FUNCTION(enclave_create_session);
COMPAT_FUNCTION(enclave_verify_session);
COMPAT_FUNCTION(enclave_touch_session);
COMPAT_FUNCTION(enclave_set_session_data);
COMPAT_FUNCTION(enclave_end_session);
COMPAT_FUNCTION(enclave_user_sessions);
COMPAT_FUNCTION(enclave_end_user_sessions);

Datum
enclave_login_session(PG_FUNCTION_ARGS)
{
	PresentedToken replaces = args_token(fcinfo, 5);
	LoginResult result;
	Client		client;

	args_client(fcinfo, 2, &client);
	login_with_password_for_session(args_text(fcinfo, 0), secret_copy(args_datum(fcinfo, 1)),
									&client, args_datum(fcinfo, 4), replaces.text,
									replaces.length, &result);
	return args_session_login_row(fcinfo, &result);
}

Datum
enclave_create_session(PG_FUNCTION_ARGS)
{
	SessionTicket ticket;
	Client		client;
	Datum		values[3];
	bool		nulls[3] = {false};

	args_client(fcinfo, 1, &client);
	open_session_for_user(args_id(fcinfo, 0), &client, args_datum(fcinfo, 3), &ticket);
	values[0] = CStringGetTextDatum(ticket.issued.text);
	values[1] = TimestampTzGetDatum(ticket.issued.expires_at);
	values[2] = CStringGetTextDatum(ticket.set_cookie);
	open_wipe(&ticket);
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_verify_session(PG_FUNCTION_ARGS)
{
	PresentedToken presented = args_token(fcinfo, 0);
	SessionRow	session;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (!verify_session(presented.text, presented.length, GetCurrentTimestamp(), &session))
		return args_no_row(fcinfo);

	values[0] = Int64GetDatum(session.id);
	values[1] = Int64GetDatum(session.user_id);
	values[2] = session.data;
	values[3] = TimestampTzGetDatum(session.expires_at);
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_touch_session(PG_FUNCTION_ARGS)
{
	PresentedToken presented = args_token(fcinfo, 0);
	char		set_cookie[COOKIE_SIZE];
	TimestampTz expires_at;
	Datum		values[2];
	bool		nulls[2] = {false};

	if (!slide_session(presented.text, presented.length, &expires_at, set_cookie))
		return args_no_row(fcinfo);

	values[0] = TimestampTzGetDatum(expires_at);
	values[1] = CStringGetTextDatum(set_cookie);
	cookie_wipe(set_cookie);
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_set_session_data(PG_FUNCTION_ARGS)
{
	PresentedToken presented = args_token(fcinfo, 0);

	PG_RETURN_BOOL(slide_set_data(presented.text, presented.length, args_datum(fcinfo, 1)));
}

Datum
enclave_end_session(PG_FUNCTION_ARGS)
{
	PresentedToken presented = args_token(fcinfo, 0);
	char		set_cookie[COOKIE_SIZE];
	Datum		values[2];
	bool		nulls[2] = {false};

	values[0] = BoolGetDatum(close_session(presented.text, presented.length, set_cookie));
	values[1] = CStringGetTextDatum(set_cookie);
	return args_row(fcinfo, values, nulls);
}

Datum
enclave_user_sessions(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor;
	Tuplestorestate *store = args_begin_set(fcinfo, &descriptor);

	find_sessions(args_id(fcinfo, 0), store, descriptor);
	return (Datum) 0;
}

Datum
enclave_end_user_sessions(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(close_all(args_id(fcinfo, 0)));
}
