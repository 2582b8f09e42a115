/*
 * key_store.h
 *		Rows of enclave.key_store: keys that sign, and the one that keys digests.
 *
 * Private parts pass through here as they lie in the table: sealed by the
 * caller (flow/wrap.h), or plain where he has no master key.
 */
#ifndef ENCLAVE_STORE_KEY_STORE_H
#define ENCLAVE_STORE_KEY_STORE_H

#include "compat.h"

#include "datatype/timestamp.h"

typedef enum KeyPurpose
{
	KEY_TO_SIGN,
	KEY_TO_DIGEST
} KeyPurpose;

/* A row; strings are allocated, and NULL for NULL. */
typedef struct StoredKey
{
	KeyPurpose	purpose;
	char	   *kid;
	char	   *algorithm;
	char	   *public_jwk;		/* JSON; NULL for HMAC */
	bytea	   *private;		/* only where it is said to be read */
	char	   *wrapped_by;		/* id of the master key; NULL: private is plain */
	TimestampTz created_at;
	TimestampTz signs_from;
	TimestampTz signs_until;	/* infinity: no end */
} StoredKey;

typedef enum KeyLife
{
	KEY_UNKNOWN,
	KEY_LIVE,					/* active or retiring */
	KEY_RETIRED
} KeyLife;

/*
 * A number that is another after every committed change of the table, and after
 * every change of the transaction's own.  What was read before may be kept as
 * long as it stays the same.  Takes no lock and no snapshot.
 */
extern uint64 key_store_generation(void);

/* Have the generation change everywhere when this transaction commits. */
extern void key_store_announce(Oid table);

/*
 * All live keys that sign, the newest to sign first, without private parts,
 * allocated in `context`.
 */
extern StoredKey *key_store_list(MemoryContext context, int *count);

/* All keys with a private part, with it, in the current memory context. */
extern StoredKey *key_store_list_private(int *count);

/* A live key with its private part, in the current memory context; NULL if there is none. */
extern StoredKey *key_store_find(const char *kid);

/* The same of the key for digests. */
extern StoredKey *key_store_find_digest(void);

/* Remove that. */
extern void key_store_remove_digest(void);

/* What has become of the signing key of this id. */
extern KeyLife key_store_life(const char *kid);

/*
 * Keep others from changing the table until the transaction ends; they wait.
 * Readers do not.
 */
extern void key_store_lock(void);

/* Add a key.  False if there is one for digests already, and this is another. */
extern bool key_store_add(const StoredKey *key);

/* Have all keys but this one sign no longer than until then. */
extern void key_store_end_others(const char *kid, TimestampTz until);

/* Retire a key and remove its private part.  False if no live key has this id. */
extern bool key_store_retire(const char *kid, TimestampTz now);

/* Put another form of the same private part in its place. */
extern void key_store_rewrap(const StoredKey *key);

/* {"keys": [...]} of all live keys with a public part: jsonb, in the current memory context. */
extern Datum key_store_jwks(void);

#endif							/* ENCLAVE_STORE_KEY_STORE_H */
