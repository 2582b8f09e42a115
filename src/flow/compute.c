/*
 * compute.c
 *		The crypto room's verbs, bounded for callers.
 */
#include "compat.h"

#include "flow/compute.h"

#include "crypto/jws.h"
#include "crypto/token.h"
#include "crypto/wipe.h"
#include "flow/fault.h"
#include "flow/hashing.h"
#include "flow/issue.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#define GENERATED_LENGTH_MIN 16
#define GENERATED_LENGTH_MAX 256

char *
compute_hash_password(Secret *secret)
{
	char	   *hash;

	if (secret->too_long)
		fault_validation("password_too_long", "Give 1024 characters or fewer.");
	if (secret->length == 0)
		fault_validation("password_too_short", "Give a password.");
	hash = hashing_hash(secret);
	secret_wipe(secret);
	return hash;
}

bool
compute_verify_password(Secret *secret, const char *hash)
{
	bool		right = hash != NULL && hashing_verify(secret, hash);

	secret_wipe(secret);
	return right;
}

bool
compute_needs_rehash(const char *hash)
{
	hashing_check_supported(hash == NULL ? "" : hash);
	return hashing_is_outdated(hash);
}

char *
compute_generate_token(int length)
{
	char	   *token;

	if (length < GENERATED_LENGTH_MIN || length > GENERATED_LENGTH_MAX)
		fault_validation("length_invalid", "Give a length from 16 to 256.");
	token = palloc((Size) length + 1);
	if (!token_random_text((size_t) length, pg_strong_random, token))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values")));
	return token;
}

Datum
compute_hash_token(const char *text, size_t length)
{
	bytea	   *digest = palloc(VARHDRSZ + sizeof(TokenDigest));

	SET_VARSIZE(digest, VARHDRSZ + sizeof(TokenDigest));
	issue_digest(text, length, (TokenDigest *) VARDATA(digest));
	return PointerGetDatum(digest);
}

/*
 * Import a JWK for verifying.  It may hold the secret of an HMAC, so its text is
 * wiped, and room for all of it is taken at once: what grows leaves copies.
 */
static Jwk *
import_jwk(const Jsonb *jwk)
{
	StringInfo	text = makeStringInfo();
	JoseReason	reason = JOSE_JSON_TOO_LARGE;
	Jwk		   *key = NULL;

	if (VARSIZE(jwk) <= JSON_LENGTH_MAX)
	{
		char	   *utf8;

		enlargeStringInfo(text, 2 * JSON_LENGTH_MAX);
		(void) JsonbToCString(text, &((Jsonb *) jwk)->root, (int) VARSIZE(jwk));
		utf8 = pg_server_to_any(text->data, text->len, PG_UTF8);
		reason = jwk_import(utf8, strlen(utf8), JWK_TO_VERIFY, JOSE_UNKNOWN_ALGORITHM, &key);
		if (utf8 != text->data)
			wipe_memory(utf8, strlen(utf8));
		wipe_memory(text->data, (size_t) text->len);
	}
	if (reason == JOSE_FAILED)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not import the key")));
	if (reason != JOSE_OK)
		fault_validation(jose_reason_name(reason),
						 "Give a JWK of a signing key: RSA of 2048 to 8192 bits, EC on P-256, P-384 or P-521, "
						 "Ed25519, or an HMAC key as long as its hash.");
	return key;
}

Datum
compute_verify_jws(const char *text, size_t length, const Jsonb *jwk)
{
	bytea	   *payload = palloc(VARHDRSZ + JWS_PAYLOAD_MAX);
	Jws		   *jws = palloc(sizeof(Jws));
	size_t		payload_length = 0;
	JoseReason	reason;
	Jwk		   *key;

	if (jwk == NULL)
		fault_validation("key_missing", "Give a JWK.");
	key = import_jwk(jwk);

	/* nothing from here to jwk_free can raise an error */
	reason = jws_parse(text, length, jws);
	if (reason == JOSE_OK)
		reason = jws_verify(jws, key, (uint8_t *) VARDATA(payload), &payload_length);
	jwk_free(key);
	pfree(jws);

	if (reason == JOSE_FAILED)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not verify a signature")));
	if (reason != JOSE_OK)
		return (Datum) 0;
	SET_VARSIZE(payload, VARHDRSZ + payload_length);
	return PointerGetDatum(payload);
}
