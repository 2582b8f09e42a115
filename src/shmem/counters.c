/*
 * counters.c
 *		Counters in shared memory.
 *
 * A counter is counted by walking its chain, which its limit bounds.  Clearing a
 * group is a look at all of a partition: there may be as many counters in a group
 * as somebody has networks.  Who raises several counters locks their partitions in
 * ascending order.
 *
 * Digests are cut to 64 bits for the group and 64 for the key.  Keyed as they
 * are, nobody can look for two that meet; by chance they then share a limit.
 */
#include "compat.h"

#include "shmem/counters.h"

#include "shmem/marks.h"
#include "storage/lwlock.h"

StaticAssertDecl((int) COUNTERS_TABLES == MARKS_TABLES, "every table of counters has one of marks");

void
counters_shmem_request(int64 attempts, int64 uses)
{
	int64		marks[MARKS_TABLES];

	marks[COUNTERS_ATTEMPTS] = attempts * COUNTERS_CLAIMS_MAX;
	marks[COUNTERS_USES] = uses * COUNTERS_CLAIMS_MAX;
	marks_shmem_request(marks);
}

void
counters_shmem_init(void)
{
	marks_shmem_init();
}

const TokenDigest *
counters_key(void)
{
	return marks_secret();
}

static uint64
first_bytes(const TokenDigest *digest)
{
	uint64		value;

	memcpy(&value, digest->bytes, sizeof(value));
	return value;
}

static MarkKey
key_of(const CounterClaim *claim)
{
	MarkKey		key = {first_bytes(&claim->group), first_bytes(&claim->key)};

	return key;
}

static TimestampTz
when_free(const MarkCount *count, int limit, TimestampTz now)
{
	return count->settled < limit ? now : count->oldest;
}

CounterOutcome
counters_look(CounterTable table, const CounterClaim *claim, TimestampTz now,
			  TimestampTz *free_at)
{
	MarkKey		key = key_of(claim);
	MarkPart	part = marks_part(table, key.group);
	CounterOutcome outcome = COUNTERS_TAKEN;
	MarkCount	count;

	marks_lock(table, marks_set(key.group));
	count = marks_count(&part, &key, now);
	if (count.all >= claim->limit)
	{
		*free_at = when_free(&count, claim->limit, now);
		outcome = COUNTERS_AT_LIMIT;
	}
	else if (marks_is_full(&part, now))
		outcome = COUNTERS_FULL;
	marks_unlock(table, marks_set(key.group));
	return outcome;
}

/* With the partitions locked. */
static CounterOutcome
check_limits(CounterTicket *ticket, TimestampTz now, TimestampTz *free_at)
{
	for (int i = 0; i < ticket->count; i++)
	{
		MarkKey		key = {ticket->marks[i].group, ticket->marks[i].key};
		MarkPart	part = marks_part(ticket->table, key.group);
		MarkCount	count = marks_count(&part, &key, now);

		if (count.all >= ticket->marks[i].limit)
		{
			*free_at = when_free(&count, ticket->marks[i].limit, now);
			return COUNTERS_AT_LIMIT;
		}
		ticket->marks[i].number = count.all + 1;
	}
	return COUNTERS_TAKEN;
}

static CounterOutcome
take_places(CounterTicket *ticket, TimestampTz now)
{
	for (int i = 0; i < ticket->count; i++)
	{
		MarkPart	part = marks_part(ticket->table, ticket->marks[i].group);
		uint32		place = marks_get_place(&part, now);

		if (place == MARKS_NONE)
		{
			while (--i >= 0)
			{
				part = marks_part(ticket->table, ticket->marks[i].group);
				marks_free_place(&part, ticket->marks[i].place);
			}
			return COUNTERS_FULL;
		}
		ticket->marks[i].place = place;
	}
	return COUNTERS_TAKEN;
}

static uint64
set_of_ticket(const CounterTicket *ticket)
{
	uint64		set = 0;

	for (int i = 0; i < ticket->count; i++)
		set |= marks_set(ticket->marks[i].group);
	return set;
}

static void
fill_in(CounterTicket *ticket, CounterTable table, const CounterClaim *claims, int count)
{
	Assert(count <= COUNTERS_CLAIMS_MAX);
	ticket->table = table;
	ticket->count = count;
	for (int i = 0; i < count; i++)
	{
		MarkKey		key = key_of(&claims[i]);

		ticket->marks[i].group = key.group;
		ticket->marks[i].key = key.key;
		ticket->marks[i].limit = claims[i].limit;
	}
}

CounterOutcome
counters_take(CounterTable table, const CounterClaim *claims, int count, TimestampTz now,
			  TimestampTz until, CounterTicket *ticket, TimestampTz *free_at)
{
	CounterOutcome outcome;
	uint64		set;

	fill_in(ticket, table, claims, count);
	set = set_of_ticket(ticket);
	marks_lock(table, set);
	outcome = check_limits(ticket, now, free_at);
	if (outcome == COUNTERS_TAKEN)
		outcome = take_places(ticket, now);
	for (int i = 0; outcome == COUNTERS_TAKEN && i < count; i++)
	{
		MarkKey		key = key_of(&claims[i]);
		MarkPart	part = marks_part(table, key.group);

		ticket->marks[i].generation =
			marks_put(&part, &key, ticket->marks[i].place, until, false)->generation;
	}
	marks_unlock(table, set);
	if (outcome != COUNTERS_TAKEN)
		ticket->count = 0;
	return outcome;
}

/* A ticket's mark, unless it has expired and its place is another's. */
static Mark *
ticket_mark(const CounterTicket *ticket, int i, MarkPart *part)
{
	Mark	   *mark;

	*part = marks_part(ticket->table, ticket->marks[i].group);
	mark = marks_at(part, ticket->marks[i].place);
	return mark->generation == ticket->marks[i].generation ? mark : NULL;
}

void
counters_give_back(CounterTicket *ticket)
{
	uint64		set = set_of_ticket(ticket);
	MarkPart	part;

	marks_lock(ticket->table, set);
	for (int i = 0; i < ticket->count; i++)
		if (ticket_mark(ticket, i, &part) != NULL)
			marks_remove_at(&part, ticket->marks[i].place);
	marks_unlock(ticket->table, set);
	ticket->count = 0;
}

int
counters_settle(CounterTicket *ticket, TimestampTz now)
{
	uint64		set = set_of_ticket(ticket);
	int			reached = -1;

	marks_lock(ticket->table, set);
	for (int i = 0; i < ticket->count; i++)
	{
		MarkKey		key = {ticket->marks[i].group, ticket->marks[i].key};
		MarkPart	part;
		Mark	   *mark = ticket_mark(ticket, i, &part);

		if (mark == NULL)
			continue;
		mark->settled = true;
		if (marks_count(&part, &key, now).settled == ticket->marks[i].limit && reached < 0)
			reached = i;
	}
	marks_unlock(ticket->table, set);
	ticket->count = 0;
	return reached;
}

int
counters_clear(CounterTable table, const CounterClaim *claim)
{
	MarkKey		key = key_of(claim);
	MarkPart	part = marks_part(table, key.group);
	uint32	   *link = marks_chain(&part, &key);
	int			count = 0;

	marks_lock(table, marks_set(key.group));
	while (*link != MARKS_NONE)
	{
		Mark	   *mark = marks_at(&part, *link);

		if (mark->settled && marks_is_of(mark, &key))
		{
			marks_remove(&part, link);
			count++;
		}
		else
			link = &mark->next;
	}
	marks_unlock(table, marks_set(key.group));
	return count;
}

int
counters_clear_group(CounterTable table, const TokenDigest *group)
{
	uint64		number = first_bytes(group);
	MarkPart	part = marks_part(table, number);
	int			count;

	marks_lock(table, marks_set(number));
	count = marks_remove_group(&part, number);
	marks_unlock(table, marks_set(number));
	return count;
}

static bool
is_loaded(const MarkPart *part, const MarkKey *key, TimestampTz until)
{
	for (uint32 place = *marks_chain(part, key); place != MARKS_NONE;
		 place = marks_at(part, place)->next)
	{
		const Mark *mark = marks_at(part, place);

		if (marks_is_of(mark, key) && mark->until == until)
			return true;
	}
	return false;
}

bool
counters_load(CounterTable table, const CounterClaim *claims, int count, TimestampTz now,
			  TimestampTz until)
{
	bool		complete = true;

	for (int i = 0; i < count; i++)
	{
		MarkKey		key = key_of(&claims[i]);
		MarkPart	part = marks_part(table, key.group);

		marks_lock(table, marks_set(key.group));
		if (until > now && !is_loaded(&part, &key, until))
		{
			uint32		place = marks_get_place(&part, now);

			if (place == MARKS_NONE)
				complete = false;
			else
				(void) marks_put(&part, &key, place, until, true);
		}
		marks_unlock(table, marks_set(key.group));
	}
	return complete;
}

void
counters_usage(CounterTable table, CounterUsage *usage)
{
	memset(usage, 0, sizeof(*usage));
	for (int number = 0; number < MARKS_PARTITIONS; number++)
	{
		uint64		set = UINT64CONST(1) << number;
		MarkPart	part = marks_part_number(table, number);

		marks_lock(table, set);
		usage->places += part.places;
		usage->used += part.partition->used;
		usage->refused += (int64) part.partition->refused;
		marks_unlock(table, set);
	}
}
