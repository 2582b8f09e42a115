/*
 * open.c
 *		Opening cookie sessions.
 */
#include "compat.h"

#include "flow/open.h"

#include "access/detoast.h"
#include "flow/fault.h"
#include "flow/record.h"
#include "settings.h"
#include "store/catalog.h"
#include "store/sessions.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

/* Text of OPEN_DATA_MAX bytes takes less as jsonb: more is not even uncompressed. */
#define DATA_RAW_MAX ((Size) OPEN_DATA_MAX * 16)

Datum
open_data_or_raise(Datum data)
{
	Jsonb	   *value;

	if (data == 0)
		fault_validation("data_invalid", "Give a JSON value, {} for nothing.");
	if (toast_raw_datum_size(data) <= DATA_RAW_MAX)
	{
		value = DatumGetJsonbP(data);
		if (strlen(JsonbToCString(NULL, &value->root, VARSIZE(value))) <= OPEN_DATA_MAX)
			return JsonbPGetDatum(value);
	}
	fault_validation("data_too_long",
					 psprintf("At most %d bytes of JSON are kept with a session.", OPEN_DATA_MAX));
}

Datum
open_believed_data(Datum data)
{
	return catalog_caller_is_trusted() ? open_data_or_raise(data) :
		DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"));
}

bool
open_session(const UserRow *user, const Client *client, Datum data, TimestampTz now,
			 SessionTicket *ticket)
{
	int64		seconds = Min(settings_session_lifetime, settings_session_max_lifetime);
	IssuedToken *issued = &ticket->issued;
	NewSession	new_session = {0};
	TokenDigest digest;

	issue_draw(TOKEN_SESSION, issued->text, &digest);
	new_session.user_id = user->id;
	new_session.epoch = user->session_epoch;
	new_session.created_at = now;
	new_session.expires_at = now + seconds * USECS_PER_SEC;
	new_session.ends_at = now + (int64) settings_session_max_lifetime * USECS_PER_SEC;
	new_session.data = data;
	new_session.ip = client->ip;
	new_session.user_agent = client->user_agent;
	issued->id = sessions_add(&new_session, &digest);
	if (issued->id == 0)
	{
		issue_wipe(issued);
		return false;
	}
	issued->expires_at = new_session.expires_at;
	cookie_set(issued->text, strlen(issued->text), seconds, ticket->set_cookie);
	return true;
}

void
open_session_for_user(int64 user_id, const Client *client, Datum data, SessionTicket *ticket)
{
	TimestampTz now = GetCurrentTimestamp();
	UserRow		user;

	fault_if_read_only("enclave.create_session()");
	cookie_check_settings();
	data = open_data_or_raise(data);
	if (!users_find(user_id, &user))
		fault_user_not_found();
	if (users_is_disabled(&user, now))
		fault_forbidden("The account is disabled.");
	users_require_visible(user_id);

	if (!open_session(&user, client, data, now, ticket))
		fault_user_not_found();
	record_session_event(EVENT_SESSION_CREATED, user_id, ticket->issued.id, client, NULL, now);
}

void
open_wipe(SessionTicket *ticket)
{
	issue_wipe(&ticket->issued);
	cookie_wipe(ticket->set_cookie);
}
