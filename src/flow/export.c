/*
 * export.c
 *		What is held about a user: a person's right to know.
 */
#include "compat.h"

#include "flow/export.h"

#include "flow/attempt.h"
#include "flow/find.h"
#include "flow/normalize.h"
#include "lib/stringinfo.h"
#include "store/access_tokens.h"
#include "store/audit_logs.h"
#include "store/known_networks.h"
#include "store/linked_identities.h"
#include "store/mail_queue.h"
#include "store/one_time_tokens.h"
#include "store/session_marks.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

/* A table that knows its rows by the user's id. */
typedef struct Part
{
	const char *name;
	char	   *(*read) (int64 user_id);
} Part;

static const Part parts[] = {
	{"user", users_export},
	{"access_tokens", access_tokens_export},
	{"one_time_tokens", one_time_tokens_export},
	{"mail_queue", mail_queue_export},
	{"known_networks", known_networks_export},
	{"sessions", session_marks_export},
	{"linked_identities", linked_identities_export},
	{"audit_logs", audit_logs_export},
};

Datum
export_user(int64 user_id)
{
	StringInfoData json;
	TokenDigest account;
	UserRow		user;

	find_user_or_raise(user_id, &user);
	initStringInfo(&json);
	for (int i = 0; i < (int) lengthof(parts); i++)
		appendStringInfo(&json, "%s\"%s\": %s", i == 0 ? "{" : ", ", parts[i].name,
						 parts[i].read(user_id));

	attempt_account(normalize_folded(user.email), &account);
	appendStringInfo(&json, ", \"login_attempts\": %s}", login_attempts_export(&account));
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}
