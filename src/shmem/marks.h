/*
 * marks.h
 *		Where marks lie in shared memory, for counters.c alone.
 *
 * A table is divided by the group into partitions, each with a lock, its own
 * places, and chains through them.  All marks of a counter are in one chain, which
 * no limit but theirs makes long; all of a group are in one partition.  A place is
 * free, or holds a mark.
 */
#ifndef ENCLAVE_SHMEM_MARKS_H
#define ENCLAVE_SHMEM_MARKS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "types.h"

#define MARKS_TABLES 2
#define MARKS_PARTITIONS 64

/* No place has this number. */
#define MARKS_NONE 0

/* Which counter a mark is of: what is left of two keyed digests. */
typedef struct MarkKey
{
	uint64		group;
	uint64		key;
} MarkKey;

typedef struct Mark
{
	MarkKey		key;
	TimestampTz until;
	uint32		next;			/* in the chain, or among the free ones */
	uint32		generation : 31;	/* grows whenever the place is freed */
	uint32		settled : 1;
} Mark;

typedef struct MarkPartition
{
	uint32		free;			/* the first of those that were given back */
	uint32		touched;		/* places from here on were never used */
	uint32		used;
	uint32		hand;
	TimestampTz full_until;		/* no mark expires before */
	uint64		refused;		/* times that there was no place */
	char		padding[PG_CACHE_LINE_SIZE - 4 * sizeof(uint32) - 2 * sizeof(uint64)];
} MarkPartition;

/* A partition at work: to be used while it is locked. */
typedef struct MarkPart
{
	MarkPartition *partition;
	Mark	   *marks;			/* that of place 1 is the first */
	uint32	   *chains;
	uint32		places;
} MarkPart;

typedef struct MarkCount
{
	int			all;
	int			settled;
	TimestampTz oldest;			/* of the settled, by when it expires */
} MarkCount;

/* Ask for memory and locks for so many marks in each table, and lay it out. */
extern void marks_shmem_request(const int64 marks[MARKS_TABLES]);
extern void marks_shmem_init(void);

/* 32 random bytes of this start of the server. */
extern const TokenDigest *marks_secret(void);

/* A set of partitions, a bit each; they are locked in ascending order. */
extern uint64 marks_set(uint64 group);
extern void marks_lock(int table, uint64 set);
extern void marks_unlock(int table, uint64 set);

/* The partition of a group; and one by its number, to look at all of them. */
extern MarkPart marks_part(int table, uint64 group);
extern MarkPart marks_part_number(int table, int number);

extern Mark *marks_at(const MarkPart *part, uint32 place);

/* The link to the first place of a counter's chain. */
extern uint32 *marks_chain(const MarkPart *part, const MarkKey *key);

extern bool marks_is_of(const Mark *mark, const MarkKey *key);

/*
 * A free place, by eviction of an expired mark if need be; MARKS_NONE if there is none.
 * It is held until marks_put or marks_free_place.
 */
extern uint32 marks_get_place(const MarkPart *part, TimestampTz now);
/* Whether it is known that there is none; counted as refused. */
extern bool marks_is_full(const MarkPart *part, TimestampTz now);
extern void marks_free_place(const MarkPart *part, uint32 place);

/* Put a mark at a place, into its counter's chain. */
extern Mark *marks_put(const MarkPart *part, const MarkKey *key, uint32 place, TimestampTz until,
					   bool settled);

/* Take the mark that a link leads to out of its chain, or the one at a place. */
extern void marks_remove(const MarkPart *part, uint32 *link);
extern void marks_remove_at(const MarkPart *part, uint32 place);

/* Take all marks of a group out that are settled, by a look at every place; how many. */
extern int	marks_remove_group(const MarkPart *part, uint64 group);

/* Count a counter's marks; expired ones of its chain go. */
extern MarkCount marks_count(const MarkPart *part, const MarkKey *key, TimestampTz now);

#endif							/* ENCLAVE_SHMEM_MARKS_H */
