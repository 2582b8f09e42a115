/*
 * find.c
 *		Looking things up, without changing them.
 */
#include "compat.h"

#include "flow/find.h"

#include "flow/fault.h"
#include "flow/normalize.h"
#include "store/access_tokens.h"
#include "store/session_marks.h"
#include "utils/timestamp.h"

void
find_user_or_raise(int64 user_id, UserRow *user)
{
	if (!users_find(user_id, user))
		fault_user_not_found();
}

bool
find_user_by_email(const char *email, UserRow *user)
{
	Email	   *address = palloc0(sizeof(Email));
	const char *rule;

	return normalize_email(email, address, &rule) && users_find_by_email(address->folded, user);
}

const char *
find_counted_as(const char *email, const char **looked_up_as)
{
	Email	   *address = palloc0(sizeof(Email));
	const char *rule;

	if (normalize_email(email, address, &rule))
		return *looked_up_as = address->folded;
	*looked_up_as = "";
	return email == NULL ? "" : email;
}

bool
find_who_logs_in(const char *email, UserRow *user, const char **counted_as)
{
	const char *looked_up_as;

	*counted_as = find_counted_as(email, &looked_up_as);
	return users_find_by_email(looked_up_as, user);
}

void
find_tokens(int64 user_id, Tuplestorestate *into, TupleDesc descriptor)
{
	access_tokens_list(user_id, GetCurrentTimestamp(), into, descriptor);
}

void
find_sessions(int64 user_id, Tuplestorestate *into, TupleDesc descriptor)
{
	session_marks_list(user_id, GetCurrentTimestamp(), into, descriptor);
}
