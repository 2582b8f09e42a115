/*
 * count_argon2.c
 *		A preloaded library that writes down every Argon2 computation and every
 *		thread of a server, for the TAP tests.
 *
 * ENCLAVE_SHIM_LOG	file that gets one line for each:
 *						argon2 <KiB> <iterations> <lanes> <threads> <type>
 *						thread
 * ENCLAVE_SHIM_GATE	while a file of this name exists, a computation waits
 *						before it begins, after its line was written: so a test
 *						can act while a hash is being computed, without luck.
 *
 * The extension calls argon2_ctx; its siblings are here so that a change to
 * one of them does not make the tests blind.
 */
#define _GNU_SOURCE
#include <argon2.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GATE_STEP_MICROSECONDS 2000

typedef int (*ContextFunction) (argon2_context *context);
typedef int (*TypedFunction) (argon2_context *context, argon2_type type);
typedef int (*ThreadFunction) (pthread_t *thread, const pthread_attr_t *attributes,
							   void *(*start) (void *), void *argument);

/* The library's functions may call each other: only the outermost counts. */
static __thread int depth;

/* The library comes in with the extension, long after this one. */
static void *
original(const char *name)
{
	void	   *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
	{
		void	   *library = dlopen("libargon2.so.1", RTLD_NOW | RTLD_NOLOAD);

		if (library != NULL)
			found = dlsym(library, name);
	}
	if (found == NULL)
	{
		fprintf(stderr, "count_argon2: no %s\n", name);
		abort();
	}
	return found;
}

static void
write_line(const char *line)
{
	const char *path = getenv("ENCLAVE_SHIM_LOG");
	int			saved_errno = errno;
	int			file;

	if (path == NULL)
		return;

	/* One write to a file opened for appending: lines of two processes do not mix. */
	file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 || write(file, line, strlen(line)) != (ssize_t) strlen(line))
		abort();
	close(file);
	errno = saved_errno;
}

static void
enter(const argon2_context *context, argon2_type type)
{
	const char *gate = getenv("ENCLAVE_SHIM_GATE");
	char		line[128];

	if (depth++ > 0)
		return;
	snprintf(line, sizeof(line), "argon2 %u %u %u %u %d\n", context->m_cost, context->t_cost,
			 context->lanes, context->threads, (int) type);
	write_line(line);
	while (gate != NULL && access(gate, F_OK) == 0)
		usleep(GATE_STEP_MICROSECONDS);
}

int
argon2_ctx(argon2_context *context, argon2_type type)
{
	TypedFunction function;
	int			result;

	*(void **) &function = original("argon2_ctx");
	enter(context, type);
	result = function(context, type);
	depth--;
	return result;
}

static int
run_context(const char *name, argon2_context *context, argon2_type type)
{
	ContextFunction function;
	int			result;

	*(void **) &function = original(name);
	enter(context, type);
	result = function(context);
	depth--;
	return result;
}

int
argon2d_ctx(argon2_context *context)
{
	return run_context("argon2d_ctx", context, Argon2_d);
}

int
argon2i_ctx(argon2_context *context)
{
	return run_context("argon2i_ctx", context, Argon2_i);
}

int
argon2id_ctx(argon2_context *context)
{
	return run_context("argon2id_ctx", context, Argon2_id);
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start) (void *),
			   void *argument)
{
	ThreadFunction function;

	*(void **) &function = original("pthread_create");
	write_line("thread\n");
	return function(thread, attributes, start, argument);
}
