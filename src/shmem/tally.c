/*
 * tally.c
 *		What the server has done since its start, in numbers.
 *
 * Each number is the sum of several, in stripes of memory that no two processors
 * should often want at the same time: a process always writes to one stripe, by
 * its id.  Sums are read while others count, and are as exact as that allows.
 */
#include "compat.h"

#include "shmem/tally.h"

#include "port/atomics.h"
#include "storage/shmem.h"

#define TALLY_NAME "enclave_tally"

#define STRIPES 16

/* No two on one cache line; shared memory is handed out from the start of one. */
typedef union Stripe
{
	pg_atomic_uint64 counts[TALLY_COUNT];
	char		pad[TYPEALIGN(PG_CACHE_LINE_SIZE, TALLY_COUNT * sizeof(pg_atomic_uint64))];
} Stripe;

static Stripe *stripes;

void
tally_shmem_request(void)
{
	RequestAddinShmemSpace(STRIPES * sizeof(Stripe));
}

void
tally_shmem_init(void)
{
	bool		found;

	stripes = ShmemInitStruct(TALLY_NAME, STRIPES * sizeof(Stripe), &found);
	if (found)
		return;
	for (int stripe = 0; stripe < STRIPES; stripe++)
		for (int i = 0; i < TALLY_COUNT; i++)
			pg_atomic_init_u64(&stripes[stripe].counts[i], 0);
}

bool
tally_is_kept(void)
{
	return stripes != NULL;
}

void
tally_add_many(Tally tally, int64 count)
{
	if (stripes != NULL)
		pg_atomic_fetch_add_u64(&stripes[MyProcPid % STRIPES].counts[tally], count);
}

void
tally_add(Tally tally)
{
	tally_add_many(tally, 1);
}

int64
tally_read(Tally tally)
{
	uint64		sum = 0;

	for (int stripe = 0; stripes != NULL && stripe < STRIPES; stripe++)
		sum += pg_atomic_read_u64(&stripes[stripe].counts[tally]);
	return (int64) sum;
}
