/*
 * authenticate.c
 *		A credential becomes the identity of the transaction.
 *
 * Between two stamps of last use this is verify_token and a few stores to
 * memory: no SPI, no transaction id, no WAL.
 */
#include "compat.h"

#include "flow/authenticate.h"

#include "access/xact.h"
#include "flow/abilities.h"
#include "flow/fault.h"
#include "flow/identify.h"
#include "flow/stamp.h"
#include "flow/verify.h"

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

bool
authenticate_token(const char *text, size_t length, const char *ability, int64 *user_id)
{
	TokenRow	token;

	fault_if_restricted();
	identify_clear();
	if (!verify_access_token(text, length, &token) ||
		(ability != NULL && !abilities_allow(token.abilities, ability)))
		return false;

	stamp_use(token.id);
	set_from_token(&token);
	*user_id = token.user_id;
	if (!IsTransactionBlock())
		ereport(WARNING,
				(errcode(ERRCODE_NO_ACTIVE_SQL_TRANSACTION),
				 errmsg("the identity lasts until the end of this statement only"),
				 errhint("Call enclave.authenticate() in a transaction block.")));
	return true;
}
