/*
 * recognize.c
 *		Whose JWT it is, and whether he may still come in by it.
 *
 * Beyond what its signature and claims say (flow/judge.h), a JWT of ours holds as
 * long as what it was made for does: the session that it names, or, without one,
 * the moment since which its user's JWTs hold.  Either dies with the user, with a
 * change of his password, when he is disabled, and when everything of his is ended;
 * as of this moment, whatever the transaction's snapshot.  Two or three looks at
 * an index, and no SPI.
 */
#include "compat.h"

#include "flow/recognize.h"

#include "flow/abilities.h"
#include "flow/expel.h"
#include "flow/judge.h"
#include "flow/sign.h"
#include "flow/trust.h"
#include "store/sessions.h"
#include "store/users_direct.h"
#include "utils/timestamp.h"

/* Two dots: what has them not is no JWT, and costs nothing more. */
static bool
has_three_parts(const char *text, size_t length)
{
	const char *dot = memchr(text, '.', length);

	return dot != NULL && memchr(dot + 1, '.', length - (size_t) (dot + 1 - text)) != NULL;
}

static bool
by_session(const JudgedToken *token, Identity *identity)
{
	SessionRow	session;

	if (!sessions_find_by_id(token->session_id, GetCurrentTimestamp(), &session) ||
		session.user_id != token->user_id || expel_has(token->session_id))
		return false;
	identity->session_id = session.id;
	identity->auth_time.set = true;
	identity->auth_time.at = session.created_at;
	return true;
}

static bool
by_itself(const JudgedToken *token)
{
	char		id[SIGN_ID_SIZE];
	TimestampTz valid_from;

	judge_id(token, id);
	return users_direct_valid_from(token->user_id, &valid_from) &&
		sign_holds(id, token->user_id, valid_from);
}

static bool
by_our_own(const JudgedToken *token, Identity *identity)
{
	if (token->session_id != 0 ? !by_session(token, identity) : !by_itself(token))
		return false;
	identity->user_id = token->user_id;
	identity->method = IDENTITY_JWT;
	identity->abilities = judge_abilities(token);
	if (identity->abilities == 0)
		identity->abilities = abilities_all();
	identity->claims = token->payload;
	return true;
}

/* An outside provider's word is good for who it is, and for nothing that he may do. */
static bool
by_issuer(const JudgedToken *token, Identity *identity)
{
	TrustedToken trusted;

	if (!trust_verify(token->jws, &trusted))
		return false;
	identity->user_id = trusted.user_id;
	identity->method = IDENTITY_ISSUER;
	identity->abilities = abilities_none();
	identity->claims = trusted.payload;
	return true;
}

bool
recognize_jwt(const char *text, size_t length, Identity *identity)
{
	JudgedToken token;

	if (!has_three_parts(text, length))
		return false;
	if (judge_token(text, length, &token))
		return by_our_own(&token, identity);
	return token.reason == JOSE_KID_UNKNOWN && by_issuer(&token, identity);
}

int64
recognize_session(const char *text, size_t length)
{
	Identity	identity = {0};

	return recognize_jwt(text, length, &identity) ? identity.session_id : 0;
}
