/*
 * ended.c
 *		Families that have ended, and do not stand in the tables yet.
 *
 * A set-associative table: a family's hash names a set of eight places and, as a
 * fingerprint of 64 bits, stands in one of them.  Readers compare fingerprints,
 * each read at once; who changes a place holds the lock.  0 is a free place.
 */
#include "compat.h"

#include "shmem/ended.h"

#include "common/hashfn.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"

#define SETS 256

/* Half a megabyte: whoever wants another's family to share a bit needs millions of his own. */
#define COARSE_BITS (1 << 22)
#define TRANCHE "EnclaveEnded"

typedef struct Set
{
	pg_atomic_uint64 fingerprints[ENDED_WAYS];
	EndedKey	keys[ENDED_WAYS];	/* under the lock */
} Set;

typedef struct Ended
{
	LWLock	   *lock;
	Set			sets[SETS];
	pg_atomic_uint32 coarse[COARSE_BITS / 32];
} Ended;

static Ended *ended;

void
ended_shmem_request(void)
{
	RequestAddinShmemSpace(MAXALIGN(sizeof(Ended)));
	RequestNamedLWLockTranche(TRANCHE, 1);
}

void
ended_shmem_init(void)
{
	bool		found;

	ended = ShmemInitStruct("Enclave ended families", sizeof(Ended), &found);
	if (!found)
	{
		memset(ended, 0, sizeof(*ended));
		ended->lock = &GetNamedLWLockTranche(TRANCHE)->lock;
		for (int i = 0; i < SETS; i++)
			for (int way = 0; way < ENDED_WAYS; way++)
				pg_atomic_init_u64(&ended->sets[i].fingerprints[way], 0);
		for (int i = 0; i < COARSE_BITS / 32; i++)
			pg_atomic_init_u32(&ended->coarse[i], 0);
	}
}

/* Never 0. */
static uint64
fingerprint(const EndedKey *key)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) key, sizeof(*key), 0);

	return hash == 0 ? 1 : hash;
}

static Set *
set_of(uint64 hash)
{
	return &ended->sets[hash % SETS];
}

static int
find_way(Set *set, uint64 value)
{
	for (int way = 0; way < ENDED_WAYS; way++)
		if (pg_atomic_read_u64(&set->fingerprints[way]) == value)
			return way;
	return -1;
}

bool
ended_add(const EndedKey *key)
{
	uint64		hash = fingerprint(key);
	Set		   *set = set_of(hash);
	bool		there;
	int			way;

	LWLockAcquire(ended->lock, LW_EXCLUSIVE);
	there = find_way(set, hash) >= 0;
	way = there ? -1 : find_way(set, 0);
	if (way >= 0)
	{
		set->keys[way] = *key;
		pg_atomic_write_u64(&set->fingerprints[way], hash);
	}
	LWLockRelease(ended->lock);
	return there || way >= 0;
}

/* Bits of the hash that do not name its set. */
static uint32
coarse_bit(uint64 hash)
{
	return (uint32) (hash >> 32) % COARSE_BITS;
}

void
ended_add_coarse(const EndedKey *key)
{
	uint32		bit = coarse_bit(fingerprint(key));

	pg_atomic_fetch_or_u32(&ended->coarse[bit / 32], (uint32) 1 << bit % 32);
}

bool
ended_has(const EndedKey *key)
{
	uint64		hash;
	uint32		bit;

	if (ended == NULL)
		return false;
	hash = fingerprint(key);
	bit = coarse_bit(hash);
	return find_way(set_of(hash), hash) >= 0 ||
		(pg_atomic_read_u32(&ended->coarse[bit / 32]) & ((uint32) 1 << bit % 32)) != 0;
}

int
ended_rivals(const EndedKey *key, EndedKey *rivals)
{
	Set		   *set = set_of(fingerprint(key));
	int			count = 0;

	LWLockAcquire(ended->lock, LW_SHARED);
	for (int way = 0; way < ENDED_WAYS; way++)
		if (pg_atomic_read_u64(&set->fingerprints[way]) != 0)
			rivals[count++] = set->keys[way];
	LWLockRelease(ended->lock);
	return count;
}

void
ended_remove(const EndedKey *key)
{
	uint64		hash = fingerprint(key);
	Set		   *set = set_of(hash);
	int			way;

	LWLockAcquire(ended->lock, LW_EXCLUSIVE);
	way = find_way(set, hash);
	if (way >= 0)
		pg_atomic_write_u64(&set->fingerprints[way], 0);
	LWLockRelease(ended->lock);
}
