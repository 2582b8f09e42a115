/*
 * probes.h
 *		What the crypto room does to the world outside, seen from the tests.
 *
 * The program defines mmap, munmap, madvise, pthread_create, argon2_ctx and
 * OPENSSL_cleanse itself and passes each call on to the library: the dynamic
 * linker lets a program's symbol stand before a library's.  So nothing in the
 * tested code is there for the tests.
 */
#ifndef ENCLAVE_TEST_PROBES_H
#define ENCLAVE_TEST_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory that must have been wiped when the tested call returns. */
typedef struct Watch
{
	const uint8_t *start;
	size_t		length;
	bool		wiped;
} Watch;

typedef struct Probes
{
	/* Set by a test. */
	bool		fail_mmap;

	/* Counted since probes_start. */
	int			maps;
	size_t		mapped;			/* bytes */
	size_t		unmapped;		/* bytes */
	bool		dirty;			/* memory was given back unwiped */
	int			huge_pages;		/* MADV_HUGEPAGE on 2 MiB-aligned memory */
	int			no_dumps;		/* MADV_DONTDUMP */
	uint8_t    *block;			/* what was last advised */
	int			threads;
	int			hashes;			/* calls of argon2_ctx */
	uint32_t	hash_lanes;
	uint32_t	hash_threads;
	uint32_t	hash_flags;
	Watch		tag;			/* where the last hash was written to */
	Watch		random;			/* set by the tests' RandomSources */
} Probes;

extern Probes probes;

/* Forget what was counted, and begin to count. */
extern void probes_start(void);

/* Stop counting; the counts stay. */
extern void probes_stop(void);

#endif							/* ENCLAVE_TEST_PROBES_H */
