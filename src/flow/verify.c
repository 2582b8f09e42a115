/*
 * verify.c
 *		Verifying access tokens: the hot path.
 */
#include "compat.h"

#include "flow/verify.h"

#include "crypto/token.h"
#include "flow/abilities.h"
#include "flow/issue.h"
#include "utils/timestamp.h"

bool
verify_digest(const char *text, size_t length, TokenDigest *digest)
{
	TokenPurpose purpose = TOKEN_ACCESS;
	TokenForm	form = token_classify(text, length, &purpose);

	if (form == TOKEN_FORM_REFUSED || (form == TOKEN_FORM_OURS && purpose != TOKEN_ACCESS))
		return false;
	issue_digest(text, length, digest);
	return true;
}

bool
verify_access_token(const char *text, size_t length, TokenRow *token)
{
	TokenDigest digest;
	bool		current;

	return verify_digest(text, length, &digest) &&
		access_tokens_find(&digest, token, &current) && current &&
		token->expires_at > GetCurrentTimestamp();
}

bool
verify_token_ability(const char *text, size_t length, const char *ability)
{
	TokenRow	token;

	return ability != NULL && verify_access_token(text, length, &token) &&
		abilities_allow(token.abilities, ability);
}
