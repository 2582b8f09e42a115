/*
 * wrap.h
 *		Private keys at rest: sealed with the master key of enclave.key_file.
 */
#ifndef ENCLAVE_FLOW_WRAP_H
#define ENCLAVE_FLOW_WRAP_H

#include "compat.h"

#include "crypto/keypair.h"
#include "store/key_store.h"

/* A private part outside of the table; wiped with the memory context it was made in. */
typedef struct OpenKey
{
	uint8_t		bytes[KEYPAIR_PACKED_MAX];
	size_t		length;
} OpenKey;

/* An empty one, in the current memory context. */
extern OpenKey *wrap_new(void);

/* Wipe it, once it has been used. */
extern void wrap_wipe(OpenKey *open);

/* Whether there is a master key to seal with. */
extern bool wrap_is_configured(void);

/*
 * Set key->private and key->wrapped_by, newly allocated, from the private part:
 * sealed with the first master key, or plain where no file is configured.  What
 * is sealed opens only for the same purpose, algorithm and kid.  NC013 if the
 * file is no good.
 */
extern void wrap_seal(StoredKey *key, const OpenKey *open);

/*
 * The private part of a stored key.  NC013 if it is sealed and the file has not
 * its master key, or is no good, or if it was not sealed for this row.
 */
extern void wrap_open(const StoredKey *key, OpenKey *open);

/* Whether it is sealed with a master key that is not there.  NC013 if the file is no good. */
extern bool wrap_is_lost(const StoredKey *key);

/* Whether the first master key has sealed it. */
extern bool wrap_is_current(const StoredKey *key);

/* NC013 unless the file, where one is configured, is good. */
extern void wrap_check(void);

#endif							/* ENCLAVE_FLOW_WRAP_H */
