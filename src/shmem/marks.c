/*
 * marks.c
 *		Where marks lie in shared memory.
 *
 * Expired marks go when a walk meets them, and when a place is needed and no other
 * is left: then a hand goes round, as marks were set in nearly the order in which
 * they expire.  A mark that counts is never evicted; if the hand finds nothing, it
 * stays until the first mark expires, so that a full table costs no rounds.
 *
 * Zeros are an empty table, and places are handed out from the first on:
 * memory that was never needed is never touched.
 */
#include "compat.h"

#include "shmem/marks.h"

#include "miscadmin.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#define TRANCHE "EnclaveCounters"

/* For uneven partitions: so much more than their share. */
#define SLACK_PARTS 16

typedef struct Header
{
	TokenDigest secret;
	uint32		places[MARKS_TABLES];	/* of a partition; as many chains */
	MarkPartition partitions[MARKS_TABLES][MARKS_PARTITIONS];
} Header;

/* In the postmaster: what it asked for, whatever the settings say later. */
static uint32 wanted[MARKS_TABLES];

static Header *header;
static Mark *all_marks[MARKS_TABLES];
static uint32 *all_chains[MARKS_TABLES];
static LWLockPadded *locks;

static Size
table_size(uint32 places, Size of_one)
{
	return mul_size(mul_size(MARKS_PARTITIONS, places), of_one);
}

void
marks_shmem_request(const int64 marks[MARKS_TABLES])
{
	RequestAddinShmemSpace(MAXALIGN(sizeof(Header)));
	for (int table = 0; table < MARKS_TABLES; table++)
	{
		int64		share = marks[table] / MARKS_PARTITIONS;

		wanted[table] = (uint32) (share + share / SLACK_PARTS + SLACK_PARTS);
		RequestAddinShmemSpace(CACHELINEALIGN(table_size(wanted[table], sizeof(Mark))));
		RequestAddinShmemSpace(CACHELINEALIGN(table_size(wanted[table], sizeof(uint32))));
	}
	RequestNamedLWLockTranche(TRANCHE, MARKS_TABLES * MARKS_PARTITIONS);
}

/* The server's memory is zero where it was never used; after a crash it is new. */
void
marks_shmem_init(void)
{
	static const char *const names[MARKS_TABLES][2] = {
		{"Enclave attempts", "Enclave attempts chains"},
		{"Enclave uses", "Enclave uses chains"}
	};
	bool		found;

	header = ShmemInitStruct("Enclave counters", sizeof(Header), &found);
	if (!found)
	{
		memset(header, 0, sizeof(*header));
		memcpy(header->places, wanted, sizeof(wanted));
		if (!pg_strong_random(&header->secret, sizeof(header->secret)))
			ereport(FATAL,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not generate random values")));
	}
	for (int table = 0; table < MARKS_TABLES; table++)
	{
		uint32		places = header->places[table];

		all_marks[table] = ShmemInitStruct(names[table][0], table_size(places, sizeof(Mark)),
										   &found);
		all_chains[table] = ShmemInitStruct(names[table][1], table_size(places, sizeof(uint32)),
											&found);
	}
	locks = GetNamedLWLockTranche(TRANCHE);
}

const TokenDigest *
marks_secret(void)
{
	return &header->secret;
}

static int
partition_of(uint64 group)
{
	return (int) (group % MARKS_PARTITIONS);
}

MarkPart
marks_part_number(int table, int number)
{
	MarkPart	part;

	part.places = header->places[table];
	part.partition = &header->partitions[table][number];
	part.marks = all_marks[table] + (Size) number * part.places;
	part.chains = all_chains[table] + (Size) number * part.places;
	return part;
}

MarkPart
marks_part(int table, uint64 group)
{
	return marks_part_number(table, partition_of(group));
}

Mark *
marks_at(const MarkPart *part, uint32 place)
{
	Assert(place != MARKS_NONE && place <= part->places);
	return &part->marks[place - 1];
}

/* Where a key is the group's own, its last bits have named the partition. */
uint32 *
marks_chain(const MarkPart *part, const MarkKey *key)
{
	return &part->chains[(key->key / MARKS_PARTITIONS) % part->places];
}

static LWLock *
lock_of(int table, int number)
{
	return &locks[table * MARKS_PARTITIONS + number].lock;
}

uint64
marks_set(uint64 group)
{
	return UINT64CONST(1) << partition_of(group);
}

void
marks_lock(int table, uint64 set)
{
	for (int number = 0; number < MARKS_PARTITIONS; number++)
		if ((set >> number & 1) != 0)
			LWLockAcquire(lock_of(table, number), LW_EXCLUSIVE);
}

void
marks_unlock(int table, uint64 set)
{
	for (int number = MARKS_PARTITIONS - 1; number >= 0; number--)
		if ((set >> number & 1) != 0)
			LWLockRelease(lock_of(table, number));
}

bool
marks_is_of(const Mark *mark, const MarkKey *key)
{
	return mark->key.group == key->group && mark->key.key == key->key;
}

void
marks_free_place(const MarkPart *part, uint32 place)
{
	Mark	   *mark = marks_at(part, place);

	mark->generation++;
	mark->settled = false;
	mark->next = part->partition->free;
	part->partition->free = place;
	part->partition->used--;
}

void
marks_remove(const MarkPart *part, uint32 *link)
{
	uint32		place = *link;

	*link = marks_at(part, place)->next;
	marks_free_place(part, place);
}

void
marks_remove_at(const MarkPart *part, uint32 place)
{
	uint32	   *link = marks_chain(part, &marks_at(part, place)->key);

	while (*link != place)
		link = &marks_at(part, *link)->next;
	marks_remove(part, link);
}

/* A free place has nothing settled in it. */
int
marks_remove_group(const MarkPart *part, uint64 group)
{
	int			count = 0;

	for (uint32 place = 1; place <= part->partition->touched; place++)
	{
		const Mark *mark = marks_at(part, place);

		if (mark->settled && mark->key.group == group)
		{
			marks_remove_at(part, place);
			count++;
		}
	}
	return count;
}

MarkCount
marks_count(const MarkPart *part, const MarkKey *key, TimestampTz now)
{
	uint32	   *link = marks_chain(part, key);
	MarkCount	count = {0, 0, 0};

	while (*link != MARKS_NONE)
	{
		Mark	   *mark = marks_at(part, *link);

		if (mark->until <= now)
		{
			marks_remove(part, link);
			continue;
		}
		if (marks_is_of(mark, key))
		{
			count.all++;
			if (mark->settled)
			{
				count.settled++;
				if (count.settled == 1 || mark->until < count.oldest)
					count.oldest = mark->until;
			}
		}
		link = &mark->next;
	}
	return count;
}

/* Round once, at most, to a mark that has expired. */
static bool
evict(const MarkPart *part, TimestampTz now)
{
	MarkPartition *partition = part->partition;
	TimestampTz first = DT_NOEND;

	if (now < partition->full_until)
		return false;
	for (uint32 i = 0; i < part->places; i++)
	{
		TimestampTz until;

		partition->hand = partition->hand % part->places + 1;
		until = marks_at(part, partition->hand)->until;
		if (until <= now)
		{
			marks_remove_at(part, partition->hand);
			return true;
		}
		first = Min(first, until);
	}
	partition->full_until = first;
	return false;
}

bool
marks_is_full(const MarkPart *part, TimestampTz now)
{
	MarkPartition *partition = part->partition;
	bool		full = partition->free == MARKS_NONE && partition->touched == part->places &&
		now < partition->full_until;

	if (full)
		partition->refused++;
	return full;
}

/* No mark is there yet: not for evict, whatever was there before. */
static uint32
hold_place(const MarkPart *part, uint32 place)
{
	marks_at(part, place)->until = DT_NOEND;
	part->partition->used++;
	return place;
}

uint32
marks_get_place(const MarkPart *part, TimestampTz now)
{
	MarkPartition *partition = part->partition;
	uint32		place;

	if (partition->free == MARKS_NONE)
	{
		if (partition->touched < part->places)
			return hold_place(part, ++partition->touched);
		if (!evict(part, now))
		{
			partition->refused++;
			return MARKS_NONE;
		}
	}
	place = partition->free;
	partition->free = marks_at(part, place)->next;
	return hold_place(part, place);
}

Mark *
marks_put(const MarkPart *part, const MarkKey *key, uint32 place, TimestampTz until, bool settled)
{
	Mark	   *mark = marks_at(part, place);
	uint32	   *chain = marks_chain(part, key);

	mark->key = *key;
	mark->until = until;
	mark->settled = settled;
	mark->next = *chain;
	*chain = place;
	/* in a place that was given back, with a shorter time than those that fill the others */
	part->partition->full_until = Min(part->partition->full_until, until);
	return mark;
}
