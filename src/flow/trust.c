/*
 * trust.c
 *		Outside providers: whose tokens are believed, and what of them.
 *
 * Nothing of a token is read before a signature was found right: the header's kid
 * leads to the keys of that id of all issuers that are trusted, each is tried, and
 * the claims have to be those of the issuer whose key it was.  So one issuer
 * cannot speak for another, though it gives its key the other's id.
 *
 * A key has one algorithm: its own `alg` or, where it names none and the issuer
 * was given only one, that; and it has to be among those given.  Secrets of HMAC
 * are never taken: who can verify with one can sign with it.
 *
 * exp, iat, iss, aud and sub are required.  iat, for a user all of whose
 * credentials were ended must not come in by a token that is older; within the same
 * second, and within jwt_leeway after it, as far as the provider's clock may be
 * ahead, it is taken for older.  The link is by issuer and subject alone: an
 * address in the claims is never looked at.
 */
#include "compat.h"

#include "flow/trust.h"

#include "catalog/pg_type.h"
#include "crypto/claims.h"
#include "crypto/json_string.h"
#include "flow/fault.h"
#include "flow/isolate.h"
#include "flow/judge.h"
#include "flow/record.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "settings.h"
#include "store/linked_identities.h"
#include "store/trusted_issuers.h"
#include "store/users.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* Bytes. */
#define NAME_MAX_BYTES 512

/* Of as many issuers a key of one id is tried. */
#define ISSUERS_TRIED 8

#define ALGORITHMS_MAX 16

#define NAME_ALLOWED "Give 1 to 512 bytes without control characters."

typedef struct AllowList
{
	JoseAlgorithm algorithms[ALGORITHMS_MAX];
	int			count;
} AllowList;

static JsonDocument document;
static Claims claims;
static char payload[JWS_PAYLOAD_MAX + 1];

static bool
is_name(const char *text, size_t max)
{
	if (text == NULL || text[0] == '\0' || strlen(text) > max)
		return false;
	for (; *text != '\0'; text++)
		if ((unsigned char) *text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

/* False if one of them is none that can be verified with a public key. */
static bool
read_algorithms(Datum list, AllowList *allowed)
{
	ArrayType  *array = list == 0 ? NULL : DatumGetArrayTypeP(list);
	Datum	   *words;
	bool	   *nulls;
	int			count;

	allowed->count = 0;
	if (array == NULL || ARR_NDIM(array) != 1)
		return false;
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &words, &nulls, &count);
	if (count > ALGORITHMS_MAX)
		return false;
	for (int i = 0; i < count; i++)
	{
		JoseAlgorithm algorithm = nulls[i] ? JOSE_UNKNOWN_ALGORITHM :
			jose_find(TextDatumGetCString(words[i]));

		if (algorithm == JOSE_UNKNOWN_ALGORITHM || jose_facts(algorithm)->family == JOSE_HMAC)
			return false;
		allowed->algorithms[allowed->count++] = algorithm;
	}
	return allowed->count > 0;
}

static bool
allows(const AllowList *allowed, JoseAlgorithm algorithm)
{
	for (int i = 0; i < allowed->count; i++)
		if (allowed->algorithms[i] == algorithm)
			return true;
	return false;
}

/* NULL if the key is none that we could use; others in a set may be for others. */
static Jwk *
import_key(const JsonNode *object, const AllowList *allowed)
{
	JoseAlgorithm assumed = allowed->count == 1 ? allowed->algorithms[0] : JOSE_UNKNOWN_ALGORITHM;
	Jwk		   *key = NULL;

	if (jwk_import_node(&document, object, JWK_TO_VERIFY, assumed, &key) != JOSE_OK)
		return NULL;
	if (allows(allowed, key->algorithm))
		return key;
	jwk_free(key);
	return NULL;
}

static bool
read_keys(const char *utf8)
{
	return json_parse(utf8, strlen(utf8), &document) == JSON_OK;
}

static const JsonNode *
key_set(void)
{
	const JsonNode *keys = json_member(&document, json_root(&document), "keys");

	return keys != NULL && keys->type == JSON_ARRAY ? keys : NULL;
}

static void
refuse_keys(const char *rule)
{
	fault_validation(rule,
					 "Give a JWK set with public keys that have a kid, one at least for one of the algorithms.");
}

static void
check_keys(const char *utf8, const AllowList *allowed)
{
	static const char *const hidden[] = {"d", "k", "p", "q", "dp", "dq", "qi", "oth"};
	const JsonNode *keys = read_keys(utf8) ? key_set() : NULL;
	bool		usable = false;

	if (keys == NULL)
		refuse_keys("jwks_invalid");
	for (const JsonNode *one = json_first(&document, keys); one != NULL;
		 one = json_after(&document, keys, one))
	{
		Jwk		   *key;

		for (int i = 0; i < (int) lengthof(hidden); i++)
			if (json_member(&document, one, hidden[i]) != NULL)
				refuse_keys("jwks_not_public");
		key = import_key(one, allowed);
		usable = usable || (key != NULL && key->id[0] != '\0');
		jwk_free(key);
	}
	if (!usable)
		refuse_keys("jwks_without_key");
}

void
trust_issuer(const char *issuer, const Jsonb *jwks, const char *audience, Datum algorithms)
{
	TrustedIssuer row;
	AllowList	allowed;

	fault_if_read_only("enclave.trust_issuer()");
	if (!is_name(issuer, NAME_MAX_BYTES) || strcmp(issuer, settings_jwt_issuer) == 0)
		fault_validation("issuer_invalid", NAME_ALLOWED);
	if (!is_name(audience, NAME_MAX_BYTES))
		fault_validation("audience_invalid", NAME_ALLOWED);
	if (!read_algorithms(algorithms, &allowed))
		fault_validation("algorithms_invalid",
						 "Give one to 16 of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 and EdDSA.");
	if (jwks == NULL || VARSIZE(jwks) > JSON_LENGTH_MAX)
		refuse_keys(jwks == NULL ? "jwks_invalid" : "jwks_too_long");

	row.issuer = unconstify(char *, issuer);
	row.audience = unconstify(char *, audience);
	row.algorithms = algorithms;
	row.jwks = JsonbToCString(NULL, &unconstify(Jsonb *, jwks)->root, (int) VARSIZE(jwks));
	check_keys(pg_server_to_any(row.jwks, (int) strlen(row.jwks), PG_UTF8), &allowed);
	trusted_issuers_set(&row, GetCurrentTimestamp());
}

void
trust_end(const char *issuer)
{
	fault_if_read_only("enclave.untrust_issuer()");
	if (issuer == NULL || !trusted_issuers_remove(issuer))
		fault_not_found("issuer");
}

void
trust_link(int64 user_id, const char *issuer, const char *subject)
{
	TimestampTz now = GetCurrentTimestamp();
	UserRow		user;
	int64		linked;

	fault_if_read_only("enclave.link_identity()");
	if (!is_name(subject, CLAIMS_SUBJECT_MAX))
		fault_validation("subject_invalid", "Give 1 to 255 bytes without control characters.");
	if (!users_find(user_id, &user))
		fault_user_not_found();
	if (issuer == NULL || !trusted_issuers_has(issuer))
		fault_not_found("issuer");
	users_require_visible(user_id);
	if (linked_identities_add(user_id, issuer, subject, now))
	{
		record_event(EVENT_IDENTITY_LINKED, user_id, 0, NULL,
					 record_two_texts("issuer", issuer, "subject", subject), now);
		return;
	}
	linked = linked_identities_find(issuer, subject);
	if (linked == 0)
		fault_user_not_found();
	if (linked != user_id)
		fault_forbidden("The subject is linked to another user.");
}

bool
trust_unlink(int64 user_id, const char *issuer, const char *subject)
{
	fault_if_read_only("enclave.unlink_identity()");
	if (issuer == NULL || subject == NULL || !linked_identities_remove(user_id, issuer, subject))
		return false;
	record_event(EVENT_IDENTITY_UNLINKED, user_id, 0, NULL,
				 record_two_texts("issuer", issuer, "subject", subject), GetCurrentTimestamp());
	return true;
}

/* By the key of this id; the signature is all that is looked at. */
static bool
is_signed(const Jws *jws, const TrustedIssuer *issuer, size_t *length)
{
	const JsonNode *keys = NULL;
	AllowList	allowed;
	JoseReason	reason = JOSE_KID_UNKNOWN;

	if (read_algorithms(issuer->algorithms, &allowed) &&
		read_keys(pg_server_to_any(issuer->jwks, (int) strlen(issuer->jwks), PG_UTF8)))
		keys = key_set();
	if (keys == NULL)
		return false;
	for (const JsonNode *one = json_first(&document, keys); one != NULL && reason != JOSE_OK;
		 one = json_after(&document, keys, one))
	{
		const JsonNode *id = json_member(&document, one, "kid");
		Jwk		   *key;

		if (id == NULL || !json_string_is(&document, id, jws->id))
			continue;
		key = import_key(one, &allowed);
		if (key != NULL)
			reason = jws_verify(jws, key, (uint8_t *) payload, length);
		jwk_free(key);
	}
	return reason == JOSE_OK;
}

/* A token is for access or about a login; not, say, one that tells of a logout. */
static bool
is_of_a_type(const Jws *jws)
{
	return jws->type[0] == '\0' || jws_is_type(jws, "JWT") || jws_is_type(jws, "at+jwt");
}

static bool
holds(const TrustedIssuer *issuer, size_t length, TimestampTz now)
{
	ClaimRules	rules = {0};

	rules.now = judge_seconds(now);
	rules.leeway = settings_jwt_leeway;
	rules.issuer = pg_server_to_any(issuer->issuer, (int) strlen(issuer->issuer), PG_UTF8);
	rules.audience = pg_server_to_any(issuer->audience, (int) strlen(issuer->audience), PG_UTF8);
	rules.require_iat = true;
	rules.require_sub = true;
	return claims_check(payload, length, &rules, &claims) == JOSE_OK;
}

/* In this database's encoding, and as jsonb: what it cannot hold is refused. */
static void
check_text(void *argument)
{
	char	  **subject = argument;

	*subject = pg_any_to_server(claims.subject, (int) strlen(claims.subject), PG_UTF8);
	(void) judge_jsonb(payload, strlen(payload));
}

static bool
may_come_in(int64 user_id, TimestampTz now)
{
	UserRow		user;

	if (!users_find(user_id, &user) || users_is_disabled(&user, now))
		return false;

	/* nothing was ended yet: he may be younger than the token that he was made for */
	return user.valid_from == user.created_at ||
		claims.issued_at - settings_jwt_leeway > judge_seconds(user.valid_from);
}

static bool
is_believed(const Jws *jws, const TrustedIssuer *issuer, TrustedToken *token)
{
	TimestampTz now = GetCurrentTimestamp();
	char	   *subject;
	size_t		length;

	if (!is_signed(jws, issuer, &length))
		return false;
	payload[length] = '\0';
	if (!is_of_a_type(jws) || !holds(issuer, length, now) ||
		isolate_run(check_text, &subject) != NULL)
		return false;
	token->user_id = linked_identities_find(issuer->issuer, subject);
	token->payload = payload;
	return token->user_id != 0 && may_come_in(token->user_id, now);
}

/* As all ids of keys are; others might not be to be had in this encoding. */
static bool
is_key_id(const char *text)
{
	bool		ascii = text[0] != '\0';

	for (; *text != '\0'; text++)
		ascii = ascii && (unsigned char) *text < 0x80;
	return ascii;
}

bool
trust_verify(const Jws *jws, TrustedToken *token)
{
	TrustedIssuer issuers[ISSUERS_TRIED];
	int			count;

	if (!is_key_id(jws->id))
		return false;
	count = trusted_issuers_find(jws->id, issuers, ISSUERS_TRIED);
	for (int i = 0; i < count; i++)
		if (is_believed(jws, &issuers[i], token))
			return true;
	return false;
}
