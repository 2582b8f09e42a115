/*
 * windows.c
 *		Fixed windows of named limits in shared memory.
 *
 * A key has its place in one of many sets, each of PLACES_IN_SET windows.  A
 * window that has ended gives up its place; one that has not is never thrown
 * out, whatever comes: keys may be an attacker's.  Who finds no place counts
 * in a row.
 *
 * Such a key must not get a place here before its row has ended, or it had two
 * windows.  So its set remembers until when rows may stand for it, and for so
 * long what is not in the set already goes to the rows, too.
 *
 * Locking: one of WINDOWS_LOCKS for the sets of a number, held for the walk
 * over one set.
 */
#include "compat.h"

#include "shmem/windows.h"

#include "port/atomics.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#define WINDOWS_NAME "enclave_windows"
#define WINDOWS_LOCKS 64

/* 65536 windows of 32 bytes; a power of two. */
#define WINDOWS_SETS 8192
#define PLACES_IN_SET 8

typedef struct Place
{
	uint64		key[2];
	TimestampTz reset_at;		/* 0, long ago: nobody's */
	int64		attempts;
} Place;

typedef struct Set
{
	TimestampTz spilled_until;	/* rows may stand for keys of this set */
	Place		places[PLACES_IN_SET];
} Set;

typedef struct Area
{
	TokenDigest key;
	pg_atomic_uint64 spilled;
	Set			sets[WINDOWS_SETS];
} Area;

static Area *area;
static LWLockPadded *locks;

void
windows_shmem_request(void)
{
	RequestAddinShmemSpace(sizeof(Area));
	RequestNamedLWLockTranche(WINDOWS_NAME, WINDOWS_LOCKS);
}

void
windows_shmem_init(void)
{
	bool		found;

	area = ShmemInitStruct(WINDOWS_NAME, sizeof(Area), &found);
	locks = GetNamedLWLockTranche(WINDOWS_NAME);
	if (found)
		return;
	memset(area, 0, sizeof(Area));
	pg_atomic_init_u64(&area->spilled, 0);
	if (!pg_strong_random(area->key.bytes, sizeof(area->key.bytes)))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random bytes")));
}

bool
windows_are_shared(void)
{
	return area != NULL;
}

const TokenDigest *
windows_key(void)
{
	return &area->key;
}

/* The set of a key, locked, and the part of the key that its places bear. */
static Set *
lock_set(const TokenDigest *key, LWLockMode mode, uint64 words[2], LWLock **lock)
{
	uint32		number;

	memcpy(words, key->bytes, 2 * sizeof(uint64));
	memcpy(&number, key->bytes + 2 * sizeof(uint64), sizeof(number));
	number %= WINDOWS_SETS;
	*lock = &locks[number % WINDOWS_LOCKS].lock;
	LWLockAcquire(*lock, mode);
	return &area->sets[number];
}

/* The window of a key that has not ended. */
static Place *
find(Set *set, const uint64 words[2], TimestampTz now)
{
	for (int i = 0; i < PLACES_IN_SET; i++)
	{
		Place	   *place = &set->places[i];

		if (place->key[0] == words[0] && place->key[1] == words[1] && place->reset_at > now)
			return place;
	}
	return NULL;
}

static Place *
find_free(Set *set, TimestampTz now)
{
	for (int i = 0; i < PLACES_IN_SET; i++)
		if (set->places[i].reset_at <= now)
			return &set->places[i];
	return NULL;
}

/* The place for a new window; NULL where it has to be a row. */
static Place *
begin(Set *set, const uint64 words[2], TimestampTz now, int64 lasting)
{
	Place	   *place;

	if (set->spilled_until > now)
		return NULL;
	place = find_free(set, now);
	if (place == NULL)
	{
		pg_atomic_fetch_add_u64(&area->spilled, 1);
		set->spilled_until = now + lasting;
		return NULL;
	}
	place->key[0] = words[0];
	place->key[1] = words[1];
	place->attempts = 0;
	place->reset_at = now + lasting;
	return place;
}

bool
windows_hit(const TokenDigest *key, TimestampTz now, int64 lasting, Window *window)
{
	uint64		words[2];
	LWLock	   *lock;
	Set		   *set = lock_set(key, LW_EXCLUSIVE, words, &lock);
	Place	   *place = find(set, words, now);

	if (place == NULL)
		place = begin(set, words, now, lasting);
	if (place != NULL)
	{
		window->attempts = ++place->attempts;
		window->reset_at = place->reset_at;
	}
	LWLockRelease(lock);
	return place != NULL;
}

bool
windows_look(const TokenDigest *key, TimestampTz now, Window *window)
{
	uint64		words[2];
	LWLock	   *lock;
	Set		   *set = lock_set(key, LW_SHARED, words, &lock);
	const Place *place = find(set, words, now);
	bool		here = place != NULL || set->spilled_until <= now;

	window->attempts = place == NULL ? 0 : place->attempts;
	window->reset_at = place == NULL ? 0 : place->reset_at;
	LWLockRelease(lock);
	return here;
}

bool
windows_clear(const TokenDigest *key, TimestampTz now)
{
	uint64		words[2];
	LWLock	   *lock;
	Set		   *set = lock_set(key, LW_EXCLUSIVE, words, &lock);
	Place	   *place = find(set, words, now);
	bool		here = place != NULL || set->spilled_until <= now;

	if (place != NULL)
		place->reset_at = 0;
	LWLockRelease(lock);
	return here;
}

void
windows_spill(const TokenDigest *key, TimestampTz until)
{
	uint64		words[2];
	LWLock	   *lock;
	Set		   *set = lock_set(key, LW_EXCLUSIVE, words, &lock);

	if (set->spilled_until < until)
		set->spilled_until = until;
	LWLockRelease(lock);
}

void
windows_usage(TimestampTz now, WindowsUsage *usage)
{
	usage->places = (int64) WINDOWS_SETS * PLACES_IN_SET;
	usage->spilled = (int64) pg_atomic_read_u64(&area->spilled);
	usage->used = 0;
	for (int number = 0; number < WINDOWS_SETS; number++)
	{
		LWLock	   *lock = &locks[number % WINDOWS_LOCKS].lock;

		LWLockAcquire(lock, LW_SHARED);
		for (int i = 0; i < PLACES_IN_SET; i++)
			if (area->sets[number].places[i].reset_at > now)
				usage->used++;
		LWLockRelease(lock);
	}
}
