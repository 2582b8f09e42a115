/*
 * impersonate.c
 *		Being a user without his credential.
 *
 * Who rolls back takes the audit row with him, and has seen what he has seen:
 * so it stands in the server's log as well.
 */
#include "compat.h"

#include "flow/impersonate.h"

#include "flow/abilities.h"
#include "flow/fault.h"
#include "flow/identify.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "miscadmin.h"
#include "store/users.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/timestamp.h"

void
impersonate_user(int64 user_id, const char *reason)
{
	TimestampTz now = GetCurrentTimestamp();
	char	   *why;
	char	   *role;
	UserRow		user;
	Identity	identity = {0};

	fault_if_read_only("enclave.impersonate()");
	fault_if_restricted();
	identify_clear();
	why = normalize_reason_or_raise(reason);
	if (!users_find(user_id, &user))
		fault_user_not_found();
	if (users_is_disabled(&user, now))
		fault_forbidden("The account is disabled.");

	role = GetUserNameFromId(GetOuterUserId(), false);
	record_event(EVENT_IMPERSONATED, user_id, 0, NULL, record_text("reason", why), now);
	ereport(LOG,
			(errmsg("role \"%s\" impersonates user " INT64_FORMAT, role, user_id),
			 errdetail_log("Reason: %s", why),
			 errhidestmt(true), errhidecontext(true)));

	identity.user_id = user_id;
	identity.method = IDENTITY_IMPERSONATION;
	identity.abilities = abilities_all();
	namestrcpy(&identity.impersonated_by, role);
	identify_set(&identity);
}
