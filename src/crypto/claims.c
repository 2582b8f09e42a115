/*
 * claims.c
 *		The registered claims of a JWT.
 */
#include "crypto/claims.h"

#include <string.h>

#include "crypto/json_string.h"

/* A claim that has to be there by the rules, or just may be. */
static bool
read_time(const Claims *claims, const char *name, int64_t *out, bool *found)
{
	const JsonNode *node = json_member(&claims->members, json_root(&claims->members), name);

	*out = 0;
	*found = node != NULL;
	return node == NULL ||
		(json_integer(&claims->members, node, out) && *out >= 0 && *out <= CLAIMS_TIME_MAX);
}

static JoseReason
check_times(const ClaimRules *rules, Claims *claims)
{
	int64_t		not_before;
	bool		found;

	if (!read_time(claims, "exp", &claims->expires_at, &found))
		return JOSE_EXP_INVALID;
	if (!found)
		return JOSE_EXP_MISSING;
	if (!read_time(claims, "nbf", &not_before, &found))
		return JOSE_NBF_INVALID;
	if (!found && rules->require_nbf)
		return JOSE_NBF_MISSING;
	if (!read_time(claims, "iat", &claims->issued_at, &found))
		return JOSE_IAT_INVALID;
	if (!found && rules->require_iat)
		return JOSE_IAT_MISSING;

	/* on the left what was checked to be small: nothing overflows */
	if (claims->expires_at <= rules->now - rules->leeway)
		return JOSE_EXPIRED;
	if (not_before > rules->now + rules->leeway)
		return JOSE_NOT_YET_VALID;
	if (claims->issued_at > rules->now + rules->leeway)
		return JOSE_ISSUED_LATER;
	return JOSE_OK;
}

static JoseReason
check_audience(const JsonDocument *members, const JsonNode *audience, const char *wanted)
{
	const JsonNode *one;
	bool		named = false;

	if (audience == NULL)
		return wanted == NULL ? JOSE_OK : JOSE_AUD_MISSING;
	if (audience->type == JSON_STRING)
		named = wanted == NULL || json_string_is(members, audience, wanted);
	else
	{
		one = audience->type == JSON_ARRAY ? json_first(members, audience) : NULL;
		if (one == NULL)
			return JOSE_AUD_INVALID;
		for (; one != NULL; one = json_after(members, audience, one))
		{
			if (one->type != JSON_STRING)
				return JOSE_AUD_INVALID;
			named = named || wanted == NULL || json_string_is(members, one, wanted);
		}
	}
	return named ? JOSE_OK : JOSE_AUD_MISMATCH;
}

JoseReason
claims_check(const char *json, size_t length, const ClaimRules *rules, Claims *out)
{
	JoseReason	reason = jose_of_json(json_parse(json, length, &out->members));
	const JsonNode *root = json_root(&out->members);
	const JsonNode *issuer;
	const JsonNode *subject;
	size_t		subject_length;

	out->expires_at = out->issued_at = 0;
	out->subject[0] = '\0';
	if (reason != JOSE_OK)
		return reason;
	if (root->type != JSON_OBJECT)
		return JOSE_JSON_NOT_OBJECT;

	reason = check_times(rules, out);
	if (reason != JOSE_OK)
		return reason;
	issuer = json_member(&out->members, root, "iss");
	if (rules->issuer != NULL && issuer == NULL)
		return JOSE_ISS_MISSING;
	if (rules->issuer != NULL && !json_string_is(&out->members, issuer, rules->issuer))
		return JOSE_ISS_MISMATCH;
	reason = check_audience(&out->members, json_member(&out->members, root, "aud"),
							rules->audience);
	if (reason != JOSE_OK)
		return reason;
	subject = json_member(&out->members, root, "sub");
	if (subject == NULL)
		return rules->require_sub ? JOSE_SUB_MISSING : JOSE_OK;
	if (!json_string_copy(&out->members, subject, out->subject, sizeof(out->subject),
						  &subject_length) || subject_length == 0)
		return JOSE_SUB_INVALID;
	return JOSE_OK;
}
