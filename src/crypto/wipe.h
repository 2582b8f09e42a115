/*
 * wipe.h
 *		Overwriting secrets for good.
 */
#ifndef ENCLAVE_CRYPTO_WIPE_H
#define ENCLAVE_CRYPTO_WIPE_H

#include <stddef.h>

/*
 * Overwrite `length` bytes at `p`, in a way the compiler may not remove even
 * when nothing reads them again.  `p` may be NULL when `length` is 0.  The
 * memory stays the caller's; its content afterwards is unspecified.
 */
extern void wipe_memory(void *p, size_t length);

#endif							/* ENCLAVE_CRYPTO_WIPE_H */
