/*
 * judge.c
 *		Whether a JWT is one of ours and holds at this moment.
 *
 * The hot path: what is large lies in static memory, so that a judgement
 * allocates nothing but its answer.
 */
#include "compat.h"

#include "flow/judge.h"

#include "catalog/pg_type.h"
#include "crypto/json_string.h"
#include "flow/isolate.h"
#include "flow/keep.h"
#include "flow/sign.h"
#include "mb/pg_wchar.h"
#include "settings.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

/* As an ability is, and more. */
#define ABILITY_SIZE 512

/* A longer header is read anew each time. */
#define KEPT_HEADER_MAX 512

static Jws	parsed;

/*
 * The header that `parsed` was read from, with the dot behind it: all tokens of a
 * key have the same.  Its length is 0 when it cannot be used again.
 */
static char kept_header[KEPT_HEADER_MAX];
static size_t kept_length;
static bool kept_is_ours;		/* of our type */

static Claims claims;
static char payload[JWS_PAYLOAD_MAX + 1];

/* Before 2000 too. */
int64
judge_seconds(TimestampTz at)
{
	int64		whole = at / USECS_PER_SEC - (at % USECS_PER_SEC < 0 ? 1 : 0);

	return whole + (int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
}

static const JsonNode *
member(const char *name)
{
	return json_member(&claims.members, json_root(&claims.members), name);
}

/* An id as we write it: digits, no zero in front, above 0. */
static bool
read_id(const char *text, int64 *id)
{
	int64		value = 0;

	if (*text < '1' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, *text - '0', &value))
			return false;
	*id = value;
	return *text == '\0';
}

static JoseReason
parse(const char *text, size_t length)
{
	bool		same = kept_length > 0 && length > kept_length &&
		memcmp(text, kept_header, kept_length) == 0;
	JoseReason	reason;

	if (same && jws_parse_rest(text, length, &parsed) == JOSE_OK)
		return JOSE_OK;
	kept_length = 0;
	reason = jws_parse(text, length, &parsed);
	if (reason != JOSE_OK)
		return reason;
	kept_is_ours = jws_is_type(&parsed, SIGN_HEADER_TYPE);
	if (parsed.payload <= KEPT_HEADER_MAX)
	{
		kept_length = parsed.payload;
		memcpy(kept_header, text, kept_length);
	}
	return JOSE_OK;
}

static JoseReason
check_signature(JudgedToken *token)
{
	KeyLife		life;
	const Jwk  *key = keep_verifier(parsed.id, &life);

	if (key == NULL)
		return life == KEY_RETIRED ? JOSE_KEY_RETIRED : JOSE_KID_UNKNOWN;
	return jws_verify(&parsed, key, (uint8_t *) payload, &token->payload_length);
}

static JoseReason
check_claims(JudgedToken *token)
{
	ClaimRules	rules = {0};
	JoseReason	reason;
	const JsonNode *session;
	char		id[32];

	rules.now = judge_seconds(GetCurrentTimestamp());
	rules.leeway = settings_jwt_leeway;
	rules.issuer = settings_jwt_issuer[0] == '\0' ? NULL : settings_jwt_issuer;
	rules.audience = settings_jwt_audience[0] == '\0' ? NULL : settings_jwt_audience;
	rules.require_iat = true;
	rules.require_sub = true;
	reason = claims_check(payload, token->payload_length, &rules, &claims);
	if (reason != JOSE_OK)
		return reason;
	if (!json_string_is(&claims.members, member("typ"), SIGN_CLAIM_TYPE))
		return JOSE_TYP_MISMATCH;
	if (!read_id(claims.subject, &token->user_id))
		return JOSE_SUB_INVALID;
	session = member("sid");
	if (session != NULL &&
		(!json_string_copy(&claims.members, session, id, sizeof(id), NULL) ||
		 !read_id(id, &token->session_id)))
		return JOSE_SID_INVALID;
	return JOSE_OK;
}

bool
judge_token(const char *text, size_t length, JudgedToken *token)
{
	memset(token, 0, sizeof(*token));
	token->jws = &parsed;
	token->claims = &claims;
	token->payload = payload;
	token->reason = parse(text, length);
	if (token->reason == JOSE_OK)
		token->reason = check_signature(token);
	payload[token->payload_length] = '\0';
	if (token->reason == JOSE_OK && !kept_is_ours)
		token->reason = JOSE_TYP_MISMATCH;
	if (token->reason == JOSE_OK)
		token->reason = check_claims(token);
	if (token->reason == JOSE_FAILED)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not verify a signature")));
	if (token->reason != JOSE_OK)
		return false;
	token->issued_at = claims.issued_at;
	token->expires_at = claims.expires_at;
	return true;
}

void
judge_id(const JudgedToken *token, char *id)
{
	const JsonNode *node = member("jti");

	if (node == NULL ||
		!json_string_copy(&token->claims->members, node, id, SIGN_ID_SIZE, NULL))
		id[0] = '\0';
}

Datum
judge_jsonb(const char *utf8, size_t length)
{
	return DirectFunctionCall1(jsonb_in,
							   CStringGetDatum(pg_any_to_server(utf8, (int) length, PG_UTF8)));
}

Datum
judge_claims(const JudgedToken *token)
{
	return judge_jsonb(token->payload, token->payload_length);
}

Datum
judge_abilities(const JudgedToken *token)
{
	const JsonNode *list = member("abilities");
	Datum		words[JSON_NODES_MAX];
	char		word[ABILITY_SIZE];
	int			count = 0;

	if (list == NULL)
		return (Datum) 0;
	for (const JsonNode *one = json_first(&token->claims->members, list); one != NULL;
		 one = json_after(&token->claims->members, list, one))
		if (json_string_copy(&token->claims->members, one, word, sizeof(word), NULL))
			words[count++] = CStringGetTextDatum(word);
	return PointerGetDatum(construct_array(words, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
read_header(void *header)
{
	*(Datum *) header = judge_jsonb(parsed.header, parsed.header_length);
}

static void
read_payload(void *value)
{
	*(Datum *) value = judge_jsonb(payload, strlen(payload));
}

Datum
judge_claims_or_none(const JudgedToken *token)
{
	Datum		value = (Datum) 0;

	if (json_parse(token->payload, token->payload_length, &claims.members) != JSON_OK ||
		isolate_run(read_payload, &value) != NULL)
		return (Datum) 0;
	return value;
}

/* A stranger's header may be no JSON, or none that jsonb or this encoding can hold. */
Datum
judge_header(const JudgedToken *token)
{
	Datum		header = (Datum) 0;

	if (token->jws->header_length == 0 || isolate_run(read_header, &header) != NULL)
		return (Datum) 0;
	return header;
}
