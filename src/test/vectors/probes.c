/*
 * probes.c
 *		What the crypto room does to the world outside, seen from the tests.
 */
/* For RTLD_NEXT; the name is glibc's to choose. */
#ifndef _GNU_SOURCE
/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _GNU_SOURCE
#endif

#include "test/vectors/probes.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <openssl/crypto.h>
#include <sys/mman.h>

Probes		probes;

static bool counting = false;

void
probes_start(void)
{
	memset(&probes, 0, sizeof(probes));
	counting = true;
}

void
probes_stop(void)
{
	counting = false;
}

/* The library's own function; written to `pointer`, as ISO C has no cast. */
static void
next(const char *name, void *pointer)
{
	void	   *symbol = dlsym(RTLD_NEXT, name);

	if (symbol == NULL)
		abort();
	memcpy(pointer, &symbol, sizeof(symbol));
}

static bool
is_zero(const uint8_t *bytes, size_t length)
{
	return length == 0 ||
		(bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

void *
mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	void	   *(*real) (void *, size_t, int, int, int, off_t);

	if (counting)
	{
		probes.maps++;
		if (probes.fail_mmap)
		{
			errno = ENOMEM;
			return MAP_FAILED;
		}
		probes.mapped += length;
	}
	next("mmap", &real);
	return real(address, length, protection, flags, fd, offset);
}

int
munmap(void *address, size_t length)
{
	int			(*real) (void *, size_t);

	if (counting)
	{
		probes.unmapped += length;
		if (!is_zero(address, length))
			probes.dirty = true;
	}
	next("munmap", &real);
	return real(address, length);
}

int
madvise(void *address, size_t length, int advice)
{
	int			(*real) (void *, size_t, int);

	if (counting)
	{
		probes.block = address;
		if (advice == MADV_DONTDUMP)
			probes.no_dumps++;
		if (advice == MADV_HUGEPAGE && (uintptr_t) address % 0x200000 == 0)
			probes.huge_pages++;
	}
	next("madvise", &real);
	return real(address, length, advice);
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			   void *(*routine) (void *), void *argument)
{
	int			(*real) (pthread_t *, const pthread_attr_t *,
						 void *(*) (void *), void *);

	if (counting)
		probes.threads++;
	next("pthread_create", &real);
	return real(thread, attributes, routine, argument);
}

int
argon2_ctx(argon2_context *context, argon2_type type)
{
	int			(*real) (argon2_context *, argon2_type);

	if (counting)
	{
		probes.hashes++;
		probes.hash_lanes = context->lanes;
		probes.hash_threads = context->threads;
		probes.hash_flags = context->flags;
		probes.tag.start = context->out;
		probes.tag.length = context->outlen;
		probes.tag.wiped = false;
	}
	next("argon2_ctx", &real);
	return real(context, type);
}

static void
note_wipe(Watch *watch, const uint8_t *start, size_t length)
{
	if (watch->start != NULL && start <= watch->start &&
		watch->start + watch->length <= start + length)
		watch->wiped = true;
}

void
OPENSSL_cleanse(void *start, size_t length)
{
	void		(*real) (void *, size_t);

	if (counting)
	{
		note_wipe(&probes.tag, start, length);
		note_wipe(&probes.random, start, length);
	}
	next("OPENSSL_cleanse", &real);
	real(start, length);
}
