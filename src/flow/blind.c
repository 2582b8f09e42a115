/*
 * blind.c
 *		Digests for places where everybody can see them: pg_locks.
 */
#include "compat.h"

#include "flow/blind.h"

#include "crypto/digest.h"
#include "store/lock_key.h"

void
blind_key(TokenDigest *key)
{
	lock_key_read(key);
}

void
blind_digest(const TokenDigest *key, const void *value, size_t length, TokenDigest *out)
{
	if (!digest_hmac(key, value, length, out))
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("could not compute an HMAC")));
}
