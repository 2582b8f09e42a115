/*
 * authenticate.c
 *		A credential becomes the identity of the transaction.
 *
 * Between two stamps of last use this is verify_token and a few stores to
 * memory: no SPI, no transaction id, no WAL.  A session is stamped by who
 * touches it, and never here.
 */
#include "compat.h"

#include "flow/authenticate.h"

#include "access/xact.h"
#include "flow/abilities.h"
#include "flow/fault.h"
#include "flow/identify.h"
#include "flow/recognize.h"
#include "flow/stamp.h"
#include "flow/verify.h"
#include "utils/timestamp.h"

static void
set_from_token(const TokenRow *token)
{
	Identity	identity = {0};

	identity.user_id = token->user_id;
	identity.token_id = token->id;
	identity.method = token->kind == TOKEN_KIND_LOGIN ? IDENTITY_LOGIN : IDENTITY_PERSONAL;
	identity.auth_time.set = token->kind == TOKEN_KIND_LOGIN;
	identity.auth_time.at = token->created_at;
	identity.abilities = token->abilities;
	identify_set(&identity);
}

static bool
by_token(const char *text, size_t length, const char *ability, int64 *user_id)
{
	TokenRow	token;

	if (!verify_access_token(text, length, &token) ||
		(ability != NULL && !abilities_allow(token.abilities, ability)))
		return false;
	stamp_use(token.id);
	set_from_token(&token);
	*user_id = token.user_id;
	return true;
}

static bool
by_jwt(const char *text, size_t length, const char *ability, int64 *user_id)
{
	Identity	identity = {0};

	if (!recognize_jwt(text, length, &identity) ||
		(ability != NULL && !abilities_allow(identity.abilities, ability)))
		return false;
	identify_set(&identity);
	*user_id = identity.user_id;
	return true;
}

static bool
by_session(const char *text, size_t length, const char *ability, int64 *user_id)
{
	Identity	identity = {0};
	SessionRow	session;

	if (!verify_session(text, length, GetCurrentTimestamp(), &session))
		return false;
	identity.abilities = abilities_all();
	if (ability != NULL && !abilities_allow(identity.abilities, ability))
		return false;
	identity.user_id = session.user_id;
	identity.session_id = session.id;
	identity.method = IDENTITY_SESSION;
	identity.auth_time.set = true;
	identity.auth_time.at = session.created_at;
	identify_set(&identity);
	*user_id = session.user_id;
	return true;
}

bool
authenticate_token(const char *text, size_t length, const char *ability, int64 *user_id)
{
	fault_if_restricted();
	identify_clear();
	if (!by_jwt(text, length, ability, user_id) && !by_token(text, length, ability, user_id) &&
		!by_session(text, length, ability, user_id))
		return false;
	if (!IsTransactionBlock())
		ereport(WARNING,
				(errcode(ERRCODE_NO_ACTIVE_SQL_TRANSACTION),
				 errmsg("the identity lasts until the end of this statement only"),
				 errhint("Call enclave.authenticate() in a transaction block.")));
	return true;
}
