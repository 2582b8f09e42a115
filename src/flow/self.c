/*
 * self.c
 *		What the authenticated user does with his own account.
 */
#include "compat.h"

#include "flow/self.h"

#include "flow/fault.h"
#include "flow/find.h"
#include "flow/identify.h"
#include "flow/revoke.h"

void
self_account(UserRow *user)
{
	find_user_or_raise(identify_require()->user_id, user);
}

void
self_tokens(Tuplestorestate *into, TupleDesc descriptor)
{
	find_tokens(identify_require()->user_id, into, descriptor);
}

bool
self_revoke_token(int64 token_id)
{
	const Identity *identity = identify_require_interactive();
	bool		own = identity->token_id == token_id;
	bool		revoked = revoke_one(identity->user_id, token_id);

	if (own)
		identify_clear();
	return revoked;
}

int64
self_end_everything(void)
{
	int64		ended = revoke_everything(identify_require_interactive()->user_id, "", 0);

	identify_clear();
	return ended;
}
