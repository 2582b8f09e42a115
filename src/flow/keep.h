/*
 * keep.h
 *		The keys that a backend keeps, opened and imported.
 *
 * A pointer from here is good until the next call of anything here.
 */
#ifndef ENCLAVE_FLOW_KEEP_H
#define ENCLAVE_FLOW_KEEP_H

#include "compat.h"

#include "crypto/jwk.h"
#include "datatype/timestamp.h"
#include "store/key_store.h"

/*
 * The live key of exactly this id, to verify with; NULL if there is none, and
 * *life says why.  Writes nothing.  NC013 if it is an HMAC key that cannot be
 * opened.
 */
extern const Jwk *keep_verifier(const char *kid, KeyLife *life);

/*
 * The key that signs at this moment, with its id: of those whose time has come
 * and is not over, the one whose time came last; else that whose time comes next.
 * NC013 if there is none or it cannot be opened.
 */
extern const Jwk *keep_signer(TimestampTz now, const char **kid);

/* The same without opening it: its stored row without private part; NULL if there is none. */
extern const StoredKey *keep_signing_row(TimestampTz now);

/* How many live keys there are. */
extern int	keep_count(void);

/*
 * Make the secret of keep_digest, if there is none: nobody who digests has then to
 * wait for another who makes it.  And another in its place, which matches nothing of
 * before, if its master key is not there.
 */
extern void keep_prepare_digests(void);

/*
 * A digest (HMAC-SHA-256) that is keyed with a secret of this database, of bytes
 * with a label before them: nobody can compute it from what he presents, nor
 * from a dump without the key file.  Where the secret is not there, it is made, which
 * writes.  NC013 if it cannot be opened.
 */
extern void keep_digest(const char *label, const void *data, size_t length, TokenDigest *digest);

#endif							/* ENCLAVE_FLOW_KEEP_H */
