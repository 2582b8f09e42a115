/*
 * verify.c
 *		Verifying access tokens and sessions: the hot path.
 */
#include "compat.h"

#include "flow/verify.h"

#include "crypto/token.h"
#include "flow/abilities.h"
#include "flow/cookie.h"
#include "flow/issue.h"
#include "shmem/tally.h"
#include "utils/timestamp.h"

static bool
digest_for(TokenPurpose wanted, const char *text, size_t length, TokenDigest *digest)
{
	TokenPurpose purpose = wanted;
	TokenForm	form = token_classify(text, length, &purpose);

	if (form == TOKEN_FORM_REFUSED || (form == TOKEN_FORM_OURS && purpose != wanted))
		return false;
	issue_digest(text, length, digest);
	return true;
}

bool
verify_digest(const char *text, size_t length, TokenDigest *digest)
{
	return digest_for(TOKEN_ACCESS, text, length, digest);
}

/* What is not of the kind that is asked for was not looked up. */
static bool
count(bool valid)
{
	tally_add(valid ? TALLY_VERIFIED : TALLY_REFUSED);
	return valid;
}

bool
verify_access_token(const char *text, size_t length, TokenRow *token)
{
	TokenDigest digest;
	bool		current;

	return verify_digest(text, length, &digest) &&
		count(access_tokens_find(&digest, token, &current) && current &&
			  token->expires_at > GetCurrentTimestamp());
}

bool
verify_token_ability(const char *text, size_t length, const char *ability)
{
	TokenRow	token;

	return ability != NULL && verify_access_token(text, length, &token) &&
		abilities_allow(token.abilities, ability);
}

/* What no cookie can hold has come out of none. */
bool
verify_session_digest(const char *text, size_t length, TokenDigest *digest)
{
	return digest_for(TOKEN_SESSION, text, length, digest) && cookie_can_hold(text, length);
}

bool
verify_session(const char *text, size_t length, TimestampTz now, SessionRow *session)
{
	TokenDigest digest;

	return verify_session_digest(text, length, &digest) &&
		count(sessions_find(&digest, now, session));
}
