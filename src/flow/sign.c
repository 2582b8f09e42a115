/*
 * sign.c
 *		Making JWTs.
 *
 * A token is written as we would read it: the claims are judged by the rules of
 * verifying before they are signed, so what is refused is not made.
 *
 * A token of a session ends with it.  One without has to know by itself whether
 * its user's JWTs were ended since it was made, and iat, in whole seconds, cannot
 * tell what came first within one.  So its jti, beside being random, is marked with
 * the moment since which his JWTs held when it was made, hashed with the random
 * part: if that moment is another now, the token is dead, even if it was made
 * by a transaction that did not see the end that came before.
 */
#include "compat.h"

#include "flow/sign.h"

#include "catalog/pg_type.h"
#include "crypto/base62.h"
#include "crypto/claims.h"
#include "crypto/jws.h"
#include "crypto/token.h"
#include "crypto/wipe.h"
#include "flow/abilities.h"
#include "flow/enrich.h"
#include "flow/fault.h"
#include "flow/issue.h"
#include "flow/judge.h"
#include "flow/keep.h"
#include "flow/record.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "settings.h"
#include "store/users.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

/* Bytes of the application's claims, as text. */
#define CLAIMS_BYTES_MAX 4096

/* About 131 bits, and a mark of 65. */
#define ID_LENGTH 22
#define MARK_LENGTH (SIGN_ID_SIZE - 1 - ID_LENGTH)

/* Seconds from 1970 to the server's own beginning of time. */
#define EPOCH_SHIFT ((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY)

/* Nobody but we says these, now or in a later version. */
static const char *const reserved[] = {
	"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "typ", "sid", "team", "epoch", "auth_time",
	"amr", "acr", "impersonated_by",
};

#define RESERVED \
	"Leave out iss, sub, aud, exp, nbf, iat, jti, typ, sid, team, epoch, auth_time, amr, acr and impersonated_by."

/* Values and names of members that the application may have, beside those that are ours. */
#define NODES_MAX 1000

#define LIMITS \
	"Give claims of at most 16 levels and 1000 values, and an end before the year 10000."

static bool
is_reserved(const JsonbValue *name)
{
	for (int i = 0; i < (int) lengthof(reserved); i++)
		if (name->val.string.len == (int) strlen(reserved[i]) &&
			pg_strncasecmp(name->val.string.val, reserved[i], strlen(reserved[i])) == 0)
			return true;
	return false;
}

/*
 * The name of a member of an object that is ours to say, or NULL.  In whatever case:
 * there are readers that take "SUB" for "sub", and the last one said.
 */
static text *
find_reserved(Jsonb *claims)
{
	JsonbIterator *iterator = JsonbIteratorInit(&claims->root);
	JsonbIteratorToken token;
	JsonbValue	value;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
		if (token == WJB_KEY && is_reserved(&value))
			return cstring_to_text_with_len(value.val.string.val, value.val.string.len);
	return NULL;
}

static JsonbValue *
find(Jsonb *claims, const char *name)
{
	JsonbValue	key;

	key.type = jbvString;
	key.val.string.val = unconstify(char *, name);
	key.val.string.len = (int) strlen(name);
	return findJsonbValueFromContainer(&claims->root, JB_FOBJECT, &key);
}

static void
check_abilities(Jsonb *claims)
{
	JsonbValue *list = find(claims, "abilities");
	Datum	   *words;
	uint32		count;

	if (list == NULL)
		return;
	if (list->type != jbvBinary || !JsonContainerIsArray(list->val.binary.data))
		(void) abilities_check_or_raise((Datum) 0);
	count = JsonContainerSize(list->val.binary.data);
	words = palloc(sizeof(Datum) * Max(count, 1));
	for (uint32 i = 0; i < count; i++)
	{
		JsonbValue *word = getIthJsonbValueFromContainer(list->val.binary.data, i);

		if (word->type != jbvString)
			(void) abilities_check_or_raise((Datum) 0);
		words[i] = PointerGetDatum(cstring_to_text_with_len(word->val.string.val,
															word->val.string.len));
	}
	(void) abilities_check_or_raise(PointerGetDatum(construct_array(words, (int) count, TEXTOID,
																	-1, false, TYPALIGN_INT)));
}

static Jsonb *
check_object(Datum value)
{
	Jsonb	   *claims = DatumGetJsonbP(value);

	if (!JB_ROOT_IS_OBJECT(claims))
		fault_validation("claims_invalid", "Give a JSON object.");
	if (VARSIZE(claims) > 4 * CLAIMS_BYTES_MAX)
		fault_validation("claims_too_long", "Give 4096 bytes of JSON at most.");
	return claims;
}

/* What every reader can read, we too. */
static void
check_json(char *text)
{
	static JsonDocument document;
	char	   *utf8 = pg_server_to_any(text, (int) strlen(text), PG_UTF8);
	JoseReason	reason = jose_of_json(json_parse(utf8, strlen(utf8), &document));

	if (reason == JOSE_OK && document.count > NODES_MAX)
		reason = JOSE_JSON_TOO_LARGE;
	if (reason != JOSE_OK)
		fault_validation(jose_reason_name(reason), LIMITS);
}

/* An object as text. */
static char *
write_object(Jsonb *claims)
{
	char	   *text;

	check_abilities(claims);
	text = JsonbToCString(NULL, &claims->root, (int) VARSIZE(claims));
	if (strlen(text) > CLAIMS_BYTES_MAX)
		fault_validation("claims_too_long", "Give 4096 bytes of JSON at most.");
	check_json(text);
	return text;
}

Datum
sign_application_claims(Datum claims)
{
	Datum		rest = JsonbPGetDatum(check_object(claims));
	text	   *name;

	while ((name = find_reserved(DatumGetJsonbP(rest))) != NULL)
		rest = DirectFunctionCall2(jsonb_delete, rest, PointerGetDatum(name));
	(void) write_object(DatumGetJsonbP(rest));
	return rest;
}

/* The members of the application's object, as text without its braces. */
static const char *
members_of(const SignRequest *request)
{
	Datum		claims = request->claims;
	char	   *text;

	if (claims != 0 && find_reserved(check_object(claims)) != NULL)
		fault_validation("claim_reserved", RESERVED);
	claims = enrich_claims(request->user_id, claims);
	if (claims == 0)
		return "";
	text = write_object(check_object(claims));
	text[strlen(text) - 1] = '\0';
	return text + 1;
}

/* Names are of plain ASCII: the settings see to that. */
static char *
write_claims(const SignRequest *request, TimestampTz now, SignedToken *token)
{
	const char *members = members_of(request);
	int64		issued_at = judge_seconds(now);
	int64		expires_at = Max(judge_seconds(request->expires_at), issued_at + 1);
	StringInfoData text;

	token->expires_at = (expires_at - EPOCH_SHIFT) * USECS_PER_SEC;
	initStringInfo(&text);
	appendStringInfo(&text, "{\"sub\":\"" INT64_FORMAT "\"", request->user_id);
	appendStringInfo(&text, ",\"exp\":" INT64_FORMAT ",\"iat\":" INT64_FORMAT, expires_at, issued_at);
	appendStringInfo(&text, ",\"jti\":\"%s\",\"typ\":\"%s\"", token->id, SIGN_CLAIM_TYPE);
	if (settings_jwt_issuer[0] != '\0')
		appendStringInfo(&text, ",\"iss\":\"%s\"", settings_jwt_issuer);
	if (settings_jwt_audience[0] != '\0')
		appendStringInfo(&text, ",\"aud\":\"%s\"", settings_jwt_audience);
	if (request->session_id != 0)
		appendStringInfo(&text, ",\"sid\":\"" INT64_FORMAT "\"", request->session_id);
	if (request->own != NULL)
		appendStringInfo(&text, ",%s", request->own);
	if (members[0] != '\0')
		appendStringInfo(&text, ",%s", members);
	appendStringInfoChar(&text, '}');
	return pg_server_to_any(text.data, text.len, PG_UTF8);
}

static void
check_claims(const char *text, TimestampTz now)
{
	static Claims claims;
	ClaimRules	rules = {0};
	JoseReason	reason;

	rules.now = judge_seconds(now);
	rules.require_iat = true;
	rules.require_sub = true;
	reason = claims_check(text, strlen(text), &rules, &claims);
	if (reason != JOSE_OK)
		fault_validation(jose_reason_name(reason), LIMITS);
}

/* The mark behind the random part of an id. */
static void
put_mark(const char *id, int64 user_id, TimestampTz valid_from, char *mark)
{
	char		text[ID_LENGTH + 48];
	char		digits[BASE62_BLOCK_DIGITS];
	TokenDigest digest;

	snprintf(text, sizeof(text), "%.*s " INT64_FORMAT " " INT64_FORMAT, ID_LENGTH, id, user_id,
			 valid_from);
	issue_digest(text, strlen(text), &digest);
	base62_from_block(digest.bytes, digits);
	memcpy(mark, digits + BASE62_BLOCK_DIGITS - MARK_LENGTH, MARK_LENGTH);
	mark[MARK_LENGTH] = '\0';
}

bool
sign_holds(const char *id, int64 user_id, TimestampTz valid_from)
{
	char		mark[MARK_LENGTH + 1];

	if (strlen(id) != ID_LENGTH + MARK_LENGTH)
		return false;
	put_mark(id, user_id, valid_from, mark);
	return strcmp(id + ID_LENGTH, mark) == 0;
}

void
sign_token(const SignRequest *request, TimestampTz now, SignedToken *token)
{
	char		header[JWS_HEADER_MAX + 1];
	const char *kid;
	const Jwk  *key;
	const char *claims;
	JoseReason	reason = JOSE_FAILED;

	token->id = palloc(SIGN_ID_SIZE);
	if (!token_random_text(ID_LENGTH, pg_strong_random, token->id))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values")));
	if (request->session_id == 0)
		put_mark(token->id, request->user_id, request->valid_from, token->id + ID_LENGTH);
	claims = write_claims(request, now, token);
	check_claims(claims, now);

	token->text = palloc(JWS_LENGTH_MAX + 1);
	key = keep_signer(now, &kid);
	if (jws_header(key, SIGN_HEADER_TYPE, kid, header))
		reason = jws_sign(key, header, strlen(header), claims, strlen(claims), token->text,
						  &token->length);
	if (reason != JOSE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not sign a token: %s", jose_reason_name(reason))));
}

void
sign_wipe(SignedToken *token)
{
	wipe_memory(token->text, token->length);
}

TimestampTz
sign_expiry(TimestampTz now)
{
	return now + (int64) settings_jwt_access_lifetime * USECS_PER_SEC;
}

void
sign_for_user(int64 user_id, Datum claims, const Interval *expires_in, SignedToken *token)
{
	TimestampTz now = GetCurrentTimestamp();
	SignRequest request = {0};
	UserRow		user;

	fault_if_read_only("enclave.issue_jwt()");
	request.user_id = user_id;
	request.claims = claims;
	request.expires_at = expires_in == NULL ? sign_expiry(now) : issue_end_of_life(now, expires_in);
	if (!users_find(user_id, &user))
		fault_user_not_found();
	if (users_is_disabled(&user, now))
		fault_forbidden("The account is disabled.");
	request.valid_from = user.valid_from;
	sign_token(&request, now, token);
	record_event(EVENT_TOKEN_CREATED, user_id, 0, NULL,
				 record_two_texts("kind", "jwt", "jti", token->id), now);
}
