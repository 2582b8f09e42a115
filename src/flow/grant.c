/*
 * grant.c
 *		Levels of access for the application's own roles.
 *
 * What is given is remembered by the role's name, since an update and a
 * restore can leave rights behind.  The extension makes no roles: those are
 * global and not dumped.
 */
#include "compat.h"

#include "flow/grant.h"

#include "flow/fault.h"
#include "flow/record.h"
#include "miscadmin.h"
#include "store/access_grants.h"
#include "store/catalog.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static const char *const levels[] = {
	"anon", "verifier", "app", "mailer", "support", "auditor", "admin"
};

/* A right to execute that was given by mistake does not do. */
static void
require_owner(void)
{
	if (!has_privs_of_role(GetUserId(), catalog_owner()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("only a superuser or the owner of the extension can give and take access")));
}

static void
require_level(const char *level)
{
	for (int i = 0; level != NULL && i < (int) lengthof(levels); i++)
		if (strcmp(level, levels[i]) == 0)
			return;
	fault_validation("level_invalid",
					 "Give anon, verifier, app, mailer, support, auditor or admin.");
}

static char *
begin(const char *function, Oid role, const char *level)
{
	char	   *name = OidIsValid(role) ? GetUserNameFromId(role, true) : NULL;

	fault_if_read_only(function);
	fault_if_restricted();
	require_owner();
	require_level(level);
	if (name == NULL)
		fault_not_found("role");
	access_grants_lock();
	return name;
}

static void
record(EventKind event, const char *role, const char *level, TimestampTz now)
{
	record_event(event, 0, 0, NULL, record_two_texts("role", role, "level", level), now);
}

void
grant_access(Oid role, const char *level)
{
	TimestampTz now = GetCurrentTimestamp();
	char	   *name = begin("enclave.grant_access()", role, level);

	access_grants_give(name, level);
	access_grants_remember(name, level, now);
	record(EVENT_ACCESS_GRANTED, name, level, now);
}

void
grant_revoke(Oid role, const char *level)
{
	char	   *name = begin("enclave.revoke_access()", role, level);
	AccessGrant *left;
	int			count;

	if (!access_grants_forget(name, level))
		fault_not_found("grant of this level to this role");
	left = access_grants_list(name, &count);
	access_grants_take(name, level, count == 0);
	for (int i = 0; i < count; i++)
		access_grants_give(name, left[i].level);
	record(EVENT_ACCESS_REVOKED, name, level, GetCurrentTimestamp());
}

void
grant_renew(Tuplestorestate *into, TupleDesc descriptor)
{
	AccessGrant *grants;
	int			count;

	fault_if_read_only("enclave.renew_grants()");
	access_grants_lock();
	grants = access_grants_list(NULL, &count);
	for (int i = 0; i < count; i++)
	{
		bool		exists = OidIsValid(get_role_oid(grants[i].role, true));
		NameData	name;
		Datum		values[3];
		bool		nulls[3] = {false};

		if (exists)
			access_grants_give(grants[i].role, grants[i].level);
		namestrcpy(&name, grants[i].role);
		values[0] = NameGetDatum(&name);
		values[1] = CStringGetTextDatum(grants[i].level);
		values[2] = BoolGetDatum(exists);
		tuplestore_putvalues(into, descriptor, values, nulls);
	}
}
