/*
 * rotate.h
 *		The life of signing keys.
 *
 * active: signs, or will from signs_from on.  retiring: signs no more, and what
 * it has signed holds.  retired: nothing of it holds, and its private part is
 * gone.  Of the active ones whose time has come the newest signs; where there
 * is none, the one whose time comes next.
 */
#ifndef ENCLAVE_FLOW_ROTATE_H
#define ENCLAVE_FLOW_ROTATE_H

#include "compat.h"

/*
 * Make a key, which signs after jwks_delay, or at once where none signs now.
 * Result: its id.  NC008 for what is no algorithm to sign with, NC009 at 64 live
 * keys, NC013 for a key file that is no good.
 */
extern char *rotate_create(const char *algorithm);

/*
 * The same, of the algorithm of the key that signs now for NULL, and have all
 * others retire when the new one begins to sign.  NC013 if none signs.
 */
extern char *rotate_signing_key(const char *algorithm);

/* Retire a key: nothing that it has signed holds any longer.  NC010. */
extern void rotate_retire(const char *kid);

/* Seal everything with the first master key.  How many were not.  NC013. */
extern int64 rotate_rewrap(void);

#endif							/* ENCLAVE_FLOW_ROTATE_H */
