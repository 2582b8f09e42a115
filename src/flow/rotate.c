/*
 * rotate.c
 *		The life of signing keys.
 *
 * Every change holds the table against other changes until it commits, and
 * reads it after the lock was given.
 */
#include "compat.h"

#include "flow/rotate.h"

#include "crypto/keypair.h"
#include "crypto/thumbprint.h"
#include "flow/fault.h"
#include "flow/keep.h"
#include "flow/record.h"
#include "flow/wrap.h"
#include "settings.h"
#include "utils/timestamp.h"

/* So many every backend keeps. */
#define LIVE_MAX 64

/* Generate a key and fill in all of its row that comes from the key itself. */
static void
generate(const char *name, StoredKey *row)
{
	JoseAlgorithm algorithm = name == NULL ? JOSE_UNKNOWN_ALGORITHM : jose_find(name);
	OpenKey    *open = wrap_new();
	JoseReason	reason;
	Jwk		   *key = NULL;
	bool		named;

	row->purpose = KEY_TO_SIGN;
	row->kid = palloc(THUMBPRINT_SIZE);
	row->public_jwk = palloc(THUMBPRINT_JWK_SIZE);
	reason = keypair_generate(algorithm, pg_strong_random, &key);
	if (reason == JOSE_ALG_NOT_SIGNING)
		fault_validation("alg_invalid",
						 "Give EdDSA, ES256, ES384, ES512, PS256, PS384, PS512, RS256, HS256, HS384 or HS512.");
	if (reason == JOSE_OK)
		reason = keypair_pack(key, open->bytes, &open->length);
	named = reason == JOSE_OK && thumbprint_of(key, row->kid);
	if (named && !thumbprint_public(key, row->public_jwk))
		row->public_jwk = NULL;
	jwk_free(key);
	if (!named)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate a key")));
	row->algorithm = unconstify(char *, jose_facts(algorithm)->name);
	wrap_seal(row, open);
	wrap_wipe(open);
}

/* With the table locked: add the key, to sign when readers had time to hear of it. */
static void
add(StoredKey *row, TimestampTz now)
{
	if (keep_count() >= LIVE_MAX)
		fault_forbidden("There are 64 keys that are not retired.");
	row->created_at = now;
	row->signs_from = keep_signing_row(now) == NULL ? now :
		now + (int64) settings_jwks_delay * USECS_PER_SEC;
	(void) key_store_add(row);
}

char *
rotate_create(const char *algorithm)
{
	TimestampTz now;
	StoredKey	row = {0};

	fault_if_read_only("enclave.create_signing_key()");
	generate(algorithm, &row);
	key_store_lock();
	now = GetCurrentTimestamp();
	add(&row, now);
	keep_prepare_digests();
	record_event(EVENT_KEY_CREATED, 0, 0, NULL,
				 record_two_texts("kid", row.kid, "alg", row.algorithm), now);
	return row.kid;
}

char *
rotate_signing_key(const char *algorithm)
{
	TimestampTz now;
	const StoredKey *former;
	StoredKey	row = {0};

	fault_if_read_only("enclave.rotate_signing_key()");
	key_store_lock();
	now = GetCurrentTimestamp();
	former = keep_signing_row(now);
	if (former == NULL)
		fault_no_signing_key();
	generate(algorithm == NULL ? former->algorithm : algorithm, &row);
	add(&row, now);
	key_store_end_others(row.kid, row.signs_from);
	record_event(EVENT_KEY_ROTATED, 0, 0, NULL,
				 record_two_texts("kid", row.kid, "alg", row.algorithm), now);
	return row.kid;
}

void
rotate_retire(const char *kid)
{
	TimestampTz now;

	fault_if_read_only("enclave.retire_signing_key()");
	key_store_lock();
	now = GetCurrentTimestamp();
	if (kid == NULL || !key_store_retire(kid, now))
		fault_not_found("signing key");
	record_event(EVENT_KEY_RETIRED, 0, 0, NULL, record_text("kid", kid), now);
}

int64
rotate_rewrap(void)
{
	OpenKey    *open = wrap_new();
	StoredKey  *keys;
	int64		changed = 0;
	int			count;

	fault_if_read_only("enclave.rewrap_keys()");
	if (!wrap_is_configured())
		fault_configuration("enclave.key_file", "it is empty",
							"Name a file with a master key, and reload the server.");
	key_store_lock();
	keys = key_store_list_private(&count);
	for (int i = 0; i < count; i++)
	{
		if (wrap_is_current(&keys[i]))
			continue;
		wrap_open(&keys[i], open);
		wrap_seal(&keys[i], open);
		wrap_wipe(open);
		key_store_rewrap(&keys[i]);
		changed++;
	}
	return changed;
}
