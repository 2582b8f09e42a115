/*
 * keep.c
 *		The keys that a backend keeps.
 *
 * All live keys are read at once and kept until the table's generation changes
 * (key_store.c); public parts are imported, and private ones opened, when they
 * are first needed.  So a token with an unknown key id costs a look at a short
 * list, and one at the table, which may have a key that this backend has not
 * been told of.
 *
 * The keys lie outside of the server's memory contexts: they are freed and
 * wiped by jwk_free, here alone.  A change in the midst of reading leaves an old
 * generation behind, and the next call reads again.
 */
#include "compat.h"

#include "flow/keep.h"

#include "crypto/backend.h"
#include "crypto/keypair.h"
#include "crypto/thumbprint.h"
#include "crypto/wipe.h"
#include "flow/fault.h"
#include "flow/wrap.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

typedef struct KeptKey
{
	StoredKey	row;
	Jwk		   *public;			/* NULL until it is needed */
	Jwk		   *private;
} KeptKey;

static struct
{
	MemoryContext context;
	uint64		generation;		/* 0: nothing is kept */
	int			count;
	KeptKey    *keys;
	Jwk		   *digest;
}			kept;

static void
forget(void)
{
	for (int i = 0; i < kept.count; i++)
	{
		jwk_free(kept.keys[i].public);
		jwk_free(kept.keys[i].private);
	}
	jwk_free(kept.digest);
	kept.digest = NULL;
	kept.count = 0;
	kept.keys = NULL;
	kept.generation = 0;
	if (kept.context != NULL)
		MemoryContextReset(kept.context);
}

static void
refresh(void)
{
	uint64		generation = key_store_generation();
	StoredKey  *rows;
	KeptKey    *keys;
	int			count;

	if (kept.generation == generation)
		return;
	forget();
	if (kept.context == NULL)
		kept.context = AllocSetContextCreate(TopMemoryContext, "enclave keys",
											 ALLOCSET_SMALL_SIZES);
	rows = key_store_list(kept.context, &count);
	keys = MemoryContextAllocZero(kept.context, sizeof(KeptKey) * (Size) Max(count, 1));
	for (int i = 0; i < count; i++)
		keys[i].row = rows[i];
	kept.keys = keys;
	kept.count = count;
	kept.generation = generation;
}

static void
damaged(const StoredKey *row)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("key \"%s\" is not what its id says", row->kid),
			 errhint("Restore enclave.key_store, or retire the key.")));
}

/* An id is the digest of its key: so nothing else can stand in a key's row. */
static Jwk *
require_same(const StoredKey *row, Jwk *key)
{
	char		kid[THUMBPRINT_SIZE];

	if (key != NULL && key->algorithm == jose_find(row->algorithm) && thumbprint_of(key, kid) &&
		strcmp(kid, row->kid) == 0)
		return key;
	jwk_free(key);
	damaged(row);
	return NULL;
}

static Jwk *
import_public(const StoredKey *row)
{
	Jwk		   *key = NULL;

	(void) jwk_import(row->public_jwk, strlen(row->public_jwk), JWK_TO_VERIFY,
					  JOSE_UNKNOWN_ALGORITHM, &key);
	return require_same(row, key);
}

static Jwk *
open_private(const StoredKey *row)
{
	OpenKey    *open = wrap_new();
	Jwk		   *key = NULL;

	wrap_open(row, open);
	(void) keypair_unpack(jose_find(row->algorithm), open->bytes, open->length, &key);
	wrap_wipe(open);
	return require_same(row, key);
}

/* NULL if the key has gone since it was read. */
static const Jwk *
private_of(KeptKey *key)
{
	if (key->private == NULL)
	{
		StoredKey  *row = key_store_find(key->row.kid);

		if (row != NULL)
			key->private = open_private(row);
	}
	return key->private;
}

static KeptKey *
find(const char *kid)
{
	refresh();
	for (int i = 0; i < kept.count; i++)
		if (strcmp(kept.keys[i].row.kid, kid) == 0)
			return &kept.keys[i];
	return NULL;
}

const Jwk *
keep_verifier(const char *kid, KeyLife *life)
{
	KeptKey    *key = find(kid);
	const Jwk  *verifier;

	*life = KEY_UNKNOWN;
	if (key == NULL && strlen(kid) == THUMBPRINT_SIZE - 1)
	{
		*life = key_store_life(kid);
		if (*life != KEY_LIVE)
			return NULL;
		kept.generation = 0;
		key = find(kid);
	}
	if (key == NULL)
		return NULL;
	if (key->row.public_jwk == NULL)
		verifier = private_of(key);
	else
	{
		if (key->public == NULL)
			key->public = import_public(&key->row);
		verifier = key->public;
	}
	*life = verifier == NULL ? KEY_RETIRED : KEY_LIVE;
	return verifier;
}

/*
 * They are in the order in which they begin to sign, the last first.  One whose time
 * has not come signs where nobody else does: the others were retired, or the clock
 * was set back.
 */
static KeptKey *
signing(TimestampTz now)
{
	KeptKey    *next = NULL;

	refresh();
	for (int i = 0; i < kept.count; i++)
	{
		KeptKey    *key = &kept.keys[i];

		if (now >= key->row.signs_until)
			continue;
		if (key->row.signs_from <= now)
			return key;
		next = key;
	}
	return next;
}

const StoredKey *
keep_signing_row(TimestampTz now)
{
	KeptKey    *key = signing(now);

	return key == NULL ? NULL : &key->row;
}

const Jwk *
keep_signer(TimestampTz now, const char **kid)
{
	KeptKey    *key = signing(now);
	const Jwk  *signer = key == NULL ? NULL : private_of(key);

	/* retired since they were read: another may sign by now */
	if (key != NULL && signer == NULL)
	{
		kept.generation = 0;
		key = signing(GetCurrentTimestamp());
		signer = key == NULL ? NULL : private_of(key);
	}
	if (signer == NULL)
		fault_no_signing_key();
	*kid = key->row.kid;
	return signer;
}

int
keep_count(void)
{
	refresh();
	return kept.count;
}

/* ------------------------------------------------------------------------
 * Digests
 * ------------------------------------------------------------------------ */

static void
create_digest_key(void)
{
	OpenKey    *open = wrap_new();
	StoredKey	row = {0};
	char		kid[THUMBPRINT_SIZE] = "";
	Jwk		   *key;
	bool		good;

	fault_if_read_only("a keyed digest");
	good = keypair_generate(JOSE_HS256, pg_strong_random, &key) == JOSE_OK &&
		keypair_pack(key, open->bytes, &open->length) == JOSE_OK && thumbprint_of(key, kid);
	jwk_free(key);
	if (!good)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate a key")));
	row.purpose = KEY_TO_DIGEST;
	row.kid = kid;
	row.algorithm = unconstify(char *, jose_facts(JOSE_HS256)->name);
	row.created_at = row.signs_from = GetCurrentTimestamp();
	wrap_seal(&row, open);
	wrap_wipe(open);

	/* or somebody else has by now, and his is the one */
	(void) key_store_add(&row);
}

void
keep_prepare_digests(void)
{
	StoredKey  *row = key_store_find_digest();

	if (row != NULL && !wrap_is_lost(row))
		return;
	if (row != NULL)
		key_store_remove_digest();
	create_digest_key();
}

static const Jwk *
digest_key(void)
{
	StoredKey  *row;

	refresh();
	if (kept.digest != NULL)
		return kept.digest;
	row = key_store_find_digest();
	if (row == NULL)
	{
		create_digest_key();
		refresh();
		row = key_store_find_digest();
	}
	if (row != NULL)
		kept.digest = open_private(row);
	else
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update")));
	return kept.digest;
}

void
keep_digest(const char *label, const void *data, size_t length, TokenDigest *digest)
{
	const Jwk  *key = digest_key();
	size_t		label_length = strlen(label) + 1;
	char	   *labelled = palloc(label_length + length);
	bool		good;

	memcpy(labelled, label, label_length);
	memcpy(labelled + label_length, data, length);
	good = backend_hmac_again(key->hmac, 256, key->first, key->first_length, labelled,
							  label_length + length, digest->bytes);
	wipe_memory(labelled, label_length + length);
	pfree(labelled);
	if (!good)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not compute a keyed digest")));
}
