/*
 * windows.h
 *		Fixed windows of named limits in shared memory, of fixed size and
 *		untouched by the end of any transaction.
 *
 * Keys come as keyed digests, under windows_key.  None of these waits but for a
 * short lock, and none raises an error.  All but the first two are for a server
 * that has the memory: windows_are_shared.
 */
#ifndef ENCLAVE_SHMEM_WINDOWS_H
#define ENCLAVE_SHMEM_WINDOWS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "types.h"

typedef struct Window
{
	int64		attempts;		/* 0: there is none, or it has ended */
	TimestampTz reset_at;		/* its end; only if there is one */
} Window;

typedef struct WindowsUsage
{
	int64		places;
	int64		used;			/* by windows that have not ended */
	int64		spilled;		/* times that there was no place, since the start */
} WindowsUsage;

/* For the server's hooks: ask for the memory and its locks, and lay it out. */
extern void windows_shmem_request(void);
extern void windows_shmem_init(void);

/* Whether this server has the memory. */
extern bool windows_are_shared(void);

/* The key of the digests, made anew at every start of the server. */
extern const TokenDigest *windows_key(void);

/*
 * Count once for a key: in its window, or in a new one of so many microseconds.
 * False, and nothing is counted, if the window is, or has to be, a row: there
 * is no place here, or was none a while ago.
 */
extern bool windows_hit(const TokenDigest *key, TimestampTz now, int64 lasting, Window *window);

/* Look at a window without counting.  False if it may be a row. */
extern bool windows_look(const TokenDigest *key, TimestampTz now, Window *window);

/* Forget a window.  False if it may be a row. */
extern bool windows_clear(const TokenDigest *key, TimestampTz now);

/* The window that windows_hit had no place for is a row until then. */
extern void windows_spill(const TokenDigest *key, TimestampTz until);

extern void windows_usage(TimestampTz now, WindowsUsage *usage);

#endif							/* ENCLAVE_SHMEM_WINDOWS_H */
