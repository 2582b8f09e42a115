/*
 * password.c
 *		Hashing and verifying passwords with Argon2 (RFC 9106).
 *
 * libargon2 computes; this file decides what it may compute, and lends it
 * memory.  Of libargon2 (20171227 and 20190702 alike, src/core.c) we rely on:
 *	- fill_memory_blocks makes no thread when context.threads is 1, and the
 *	  result depends on the lanes alone;
 *	- free_memory wipes the blocks before it calls free_cbk.  The flag that turns
 *	  this off, FLAG_clear_internal_memory, is on by default; we never touch it;
 *	- allocate_memory ignores what allocate_cbk returns and looks at the pointer.
 */
#include "crypto/password.h"

#include <string.h>

#include <argon2.h>
#include <openssl/crypto.h>
#include <sys/mman.h>

#include "crypto/wipe.h"

/*
 * Size and alignment of the largest pages worth asking for.  With 4 kB pages
 * the page faults of a fresh block cost as much as the hash itself.
 */
#define PAGE_STEP ((size_t) 2 * 1024 * 1024)

/* What is mapped for `bytes` of blocks. */
static size_t
mapped_size(size_t bytes)
{
	return (bytes + PAGE_STEP - 1) / PAGE_STEP * PAGE_STEP;
}

/*
 * libargon2's allocate_cbk: fresh, zeroed, aligned memory of our own.  Not
 * malloc's, which would keep it in the backend for life.
 */
static int
allocate_blocks(uint8_t **memory, size_t bytes)
{
	size_t		size;
	size_t		head;
	uint8_t    *base;

	*memory = NULL;
	if (bytes == 0 || bytes > SIZE_MAX / 2 - PAGE_STEP)
		return ARGON2_MEMORY_ALLOCATION_ERROR;

	/* mmap aligns to small pages only: take one step more, and trim. */
	size = mapped_size(bytes);
	base = mmap(NULL, size + PAGE_STEP, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return ARGON2_MEMORY_ALLOCATION_ERROR;
	head = (PAGE_STEP - (uintptr_t) base % PAGE_STEP) % PAGE_STEP;
	if (head > 0)
		(void) munmap(base, head);
	(void) munmap(base + head + size, PAGE_STEP - head);

	/* Wishes: the hash is right, if slower or plainer to see, without them. */
#ifdef MADV_HUGEPAGE
	(void) madvise(base + head, size, MADV_HUGEPAGE);
#endif
#ifdef MADV_DONTDUMP
	/* A core file must not hold what was derived from a password. */
	(void) madvise(base + head, size, MADV_DONTDUMP);
#endif
	*memory = base + head;
	return ARGON2_OK;
}

/* libargon2's free_cbk; the blocks have been wiped. */
static void
free_blocks(uint8_t *memory, size_t bytes)
{
	(void) munmap(memory, mapped_size(bytes));
}

static PasswordStatus
refuse(const char *reason, const char **error)
{
	*error = reason;
	return PASSWORD_UNSUPPORTED;
}

bool
password_cost_allowed(const HashCost *cost, uint32_t max_memory_kib,
					  const char **error)
{
	const char *wrong = NULL;

	if (cost->iterations < 1)
		wrong = "argon2 iterations below the minimum";
	else if (cost->iterations > PASSWORD_ITERATIONS_MAX)
		wrong = "argon2 iterations above the limit";
	else if (cost->lanes < 1)
		wrong = "argon2 lanes below the minimum";
	else if (cost->lanes > PASSWORD_LANES_MAX)
		wrong = "argon2 lanes above the limit";
	else if (cost->memory_kib < 8 * cost->lanes)
		wrong = "argon2 memory below eight blocks a lane";
	else if (cost->memory_kib > max_memory_kib)
		wrong = "argon2 memory above the limit";
	else if ((uint64_t) cost->memory_kib * cost->iterations > PASSWORD_WORK_MAX_KIB)
		wrong = "argon2 memory times iterations above the limit";

	if (wrong != NULL)
		*error = wrong;
	return wrong == NULL;
}

/* Whether `length` bytes at `p` can be given to libargon2. */
static bool
lendable(const void *p, size_t length)
{
	return length <= UINT32_MAX && (p != NULL || length == 0);
}

static argon2_type
library_type(PhcKind kind)
{
	switch (kind)
	{
		case PHC_ARGON2D:
			return Argon2_d;
		case PHC_ARGON2I:
			return Argon2_i;
		case PHC_ARGON2ID:
			break;
	}
	return Argon2_id;
}

/*
 * Hand everything over.  The casts drop const for libargon2's sake alone: it
 * writes to its inputs only under ARGON2_FLAG_CLEAR_*, and flags is 0.
 */
static int
run_library(const PasswordInput *input, const PhcHash *hash, uint8_t *tag)
{
	argon2_context context;

	memset(&context, 0, sizeof(context));
	context.out = tag;
	context.outlen = (uint32_t) hash->tag_length;
	context.pwd = (uint8_t *) input->password;
	context.pwdlen = (uint32_t) input->password_length;
	context.salt = (uint8_t *) hash->salt;
	context.saltlen = (uint32_t) hash->salt_length;
	context.secret = (uint8_t *) input->secret;
	context.secretlen = (uint32_t) input->secret_length;
	context.ad = (uint8_t *) input->data;
	context.adlen = (uint32_t) input->data_length;
	context.t_cost = hash->cost.iterations;
	context.m_cost = hash->cost.memory_kib;
	context.lanes = hash->cost.lanes;
	context.threads = 1;
	context.version = hash->version;
	context.allocate_cbk = allocate_blocks;
	context.free_cbk = free_blocks;
	context.flags = ARGON2_DEFAULT_FLAGS;
	return argon2_ctx(&context, library_type(hash->kind));
}

PasswordStatus
password_derive(const PasswordInput *input, const PhcHash *hash,
				uint32_t max_memory_kib, uint8_t *tag, const char **error)
{
	int			result;

	/* Not even to be zeroed: the length is what the buffer was sized by. */
	if (hash->tag_length < PHC_TAG_MIN || hash->tag_length > PHC_TAG_MAX)
		return refuse("argon2 tag length out of range", error);
	memset(tag, 0, hash->tag_length);

	if ((unsigned int) hash->kind > PHC_ARGON2ID ||
		(hash->version != PHC_VERSION_10 && hash->version != PHC_VERSION_13))
		return refuse("unknown argon2 kind or version", error);
	if (hash->salt_length < PHC_SALT_MIN || hash->salt_length > PHC_SALT_MAX)
		return refuse("argon2 salt length out of range", error);
	if (!lendable(input->password, input->password_length) ||
		!lendable(input->secret, input->secret_length) ||
		!lendable(input->data, input->data_length))
		return refuse("argon2 input missing or too long", error);
	if (!password_cost_allowed(&hash->cost, max_memory_kib, error))
		return PASSWORD_UNSUPPORTED;

	result = run_library(input, hash, tag);
	if (result == ARGON2_OK)
		return PASSWORD_OK;

	wipe_memory(tag, hash->tag_length);
	if (result != ARGON2_MEMORY_ALLOCATION_ERROR)
		return refuse("argon2 parameters refused by the library", error);
	*error = "out of memory for a password hash";
	return PASSWORD_FAILED;
}

PasswordStatus
password_hash(const void *password, size_t length, const HashCost *cost,
			  uint32_t max_memory_kib, RandomSource random, char *phc,
			  const char **error)
{
	PasswordInput input = {password, length, NULL, 0, NULL, 0};
	PasswordStatus status;
	PhcHash		hash;

	phc[0] = '\0';
	if (!password_cost_allowed(cost, max_memory_kib, error))
		return PASSWORD_UNSUPPORTED;

	memset(&hash, 0, sizeof(hash));
	hash.kind = PHC_ARGON2ID;
	hash.version = PHC_VERSION_13;
	hash.cost = *cost;
	hash.salt_length = PASSWORD_SALT_LENGTH;
	hash.tag_length = PASSWORD_TAG_LENGTH;

	if (!random(hash.salt, hash.salt_length))
	{
		*error = "no randomness for a salt";
		status = PASSWORD_FAILED;
	}
	else
		status = password_derive(&input, &hash, max_memory_kib, hash.tag, error);

	if (status == PASSWORD_OK && !phc_format(&hash, phc, PHC_LENGTH_MAX + 1))
		status = refuse("password hash cannot be written", error);
	wipe_memory(&hash, sizeof(hash));
	return status;
}

PasswordStatus
password_verify(const void *password, size_t length, const char *phc,
				size_t phc_length, uint32_t max_memory_kib, const char **error)
{
	PasswordInput input = {password, length, NULL, 0, NULL, 0};
	PasswordStatus status;
	PhcHash		hash;
	uint8_t		tag[PHC_TAG_MAX];

	if (!phc_parse(phc, phc_length, &hash, error))
		return PASSWORD_UNSUPPORTED;

	status = password_derive(&input, &hash, max_memory_kib, tag, error);
	if (status == PASSWORD_OK &&
		CRYPTO_memcmp(tag, hash.tag, hash.tag_length) != 0)
		status = PASSWORD_MISMATCH;

	wipe_memory(tag, sizeof(tag));
	wipe_memory(&hash, sizeof(hash));
	return status;
}

bool
password_needs_rehash(const char *phc, size_t phc_length, const HashCost *cost)
{
	PhcHash		hash;
	const char *ignored;
	bool		current;

	if (!phc_parse(phc, phc_length, &hash, &ignored))
		return true;

	current = hash.kind == PHC_ARGON2ID &&
		hash.version == PHC_VERSION_13 &&
		hash.cost.memory_kib == cost->memory_kib &&
		hash.cost.iterations == cost->iterations &&
		hash.cost.lanes == cost->lanes &&
		hash.salt_length >= PASSWORD_SALT_LENGTH &&
		hash.tag_length == PASSWORD_TAG_LENGTH;
	wipe_memory(&hash, sizeof(hash));
	return !current;
}

PasswordStatus
password_decoy(const void *password, size_t length, const HashCost *cost,
			   uint32_t max_memory_kib, const char **error)
{
	char		phc[PHC_LENGTH_MAX + 1];
	PasswordStatus status;
	PhcHash		hash;

	/* Salt and tag stay zero: only their lengths cost time. */
	memset(&hash, 0, sizeof(hash));
	hash.kind = PHC_ARGON2ID;
	hash.version = PHC_VERSION_13;
	hash.cost = *cost;
	hash.salt_length = PASSWORD_SALT_LENGTH;
	hash.tag_length = PASSWORD_TAG_LENGTH;
	if (!phc_format(&hash, phc, sizeof(phc)))
		return refuse("password hash cannot be written", error);

	status = password_verify(password, length, phc, strlen(phc),
							 max_memory_kib, error);

	/* One password in 2^256 has this tag; it opens nothing either. */
	return status == PASSWORD_OK ? PASSWORD_MISMATCH : status;
}
