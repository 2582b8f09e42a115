/*
 * wipe.c
 *		Overwriting secrets for good.
 *
 * A memset before a buffer dies is a dead store and may be dropped (C99
 * 5.1.2.3); OPENSSL_cleanse is kept from that on every compiler we build with.
 */
#include "crypto/wipe.h"

#include <openssl/crypto.h>

void
wipe_memory(void *p, size_t length)
{
	if (length > 0)
		OPENSSL_cleanse(p, length);
}
