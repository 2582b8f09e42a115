/*
 * counters.h
 *		Counters in shared memory, of what strangers do: of fixed size, and
 *		untouched by the end of any transaction.
 *
 * What is counted is a mark, which counts until its own time.  A counter is the
 * marks of one key, and exists only as them.  Keys come as keyed digests, under
 * counters_key; nothing here tells an address from another.
 *
 * None of these waits but for a short lock, and none raises an error.
 */
#ifndef ENCLAVE_SHMEM_COUNTERS_H
#define ENCLAVE_SHMEM_COUNTERS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "types.h"

/* The tables: what fills one leaves the others alone. */
typedef enum CounterTable
{
	COUNTERS_ATTEMPTS,			/* guesses */
	COUNTERS_USES,				/* quotas */
	COUNTERS_TABLES
} CounterTable;

/* The most counters that one call raises. */
#define COUNTERS_CLAIMS_MAX 3

/* A counter: its own digest, and that of a group that can be cleared as one. */
typedef struct CounterClaim
{
	TokenDigest group;
	TokenDigest key;
	int			limit;			/* at least 1 */
} CounterClaim;

/* What was taken: at home with who took it, good for nothing once it is old. */
typedef struct CounterTicket
{
	CounterTable table;
	int			count;			/* of claims; 0: nothing is held */
	struct
	{
		uint64		group;
		uint64		key;
		int			limit;
		int			number;		/* so many were there, and this one */
		uint32		place;
		uint32		generation;
	}			marks[COUNTERS_CLAIMS_MAX];
} CounterTicket;

typedef enum CounterOutcome
{
	COUNTERS_TAKEN,
	COUNTERS_AT_LIMIT,			/* nothing was raised */
	COUNTERS_FULL				/* nothing was raised, for want of a place */
} CounterOutcome;

typedef struct CounterUsage
{
	int64		places;
	int64		used;			/* expired ones among them */
	int64		refused;		/* times that there was none, since the start */
} CounterUsage;

/*
 * For the server's hooks: ask for the memory and the locks for so many attempts
 * and uses of three marks each, and lay it out.
 */
extern void counters_shmem_request(int64 attempts, int64 uses);
extern void counters_shmem_init(void);

/* The key of the digests, made anew at every start of the server. */
extern const TokenDigest *counters_key(void);

/*
 * What counters_take would say of one counter now, as far as a short look can
 * tell: COUNTERS_FULL is certain, COUNTERS_TAKEN is not.
 */
extern CounterOutcome counters_look(CounterTable table, const CounterClaim *claim,
									TimestampTz now, TimestampTz *free_at);

/*
 * Raise up to COUNTERS_CLAIMS_MAX counters by a mark each that counts until a
 * moment, if each is below its limit; or none.  At a limit *free_at says when
 * the oldest of the marks leaves, or is `now` where marks are among them of
 * whose end one will know sooner.
 */
extern CounterOutcome counters_take(CounterTable table, const CounterClaim *claims, int count,
									TimestampTz now, TimestampTz until, CounterTicket *ticket,
									TimestampTz *free_at);

/* Take the marks back: what they were taken for did not happen, or was right. */
extern void counters_give_back(CounterTicket *ticket);

/*
 * The marks stay.  Result: the first of the claims that has now as many that
 * stay as it allows, which of all its marks only one is told; or -1.
 */
extern int	counters_settle(CounterTicket *ticket, TimestampTz now);

/*
 * Take back the marks of a counter, or of all counters of a group, that were
 * settled; those of whose end nothing is known stay.  Result: how many.
 */
extern int	counters_clear(CounterTable table, const CounterClaim *claim);
extern int	counters_clear_group(CounterTable table, const TokenDigest *group);

/*
 * Set a settled mark on each of some counters, past any limit, unless one is there
 * with the same end to the microsecond: so loading twice counts once.  False if
 * there is no place.
 */
extern bool counters_load(CounterTable table, const CounterClaim *claims, int count,
						  TimestampTz now, TimestampTz until);

extern void counters_usage(CounterTable table, CounterUsage *usage);

#endif							/* ENCLAVE_SHMEM_COUNTERS_H */
