/*
 * attempt_rows.c
 *		Attempts as rows and locks of the caller's transaction, for servers
 *		without shared memory of ours.
 *
 * Each limit has as many numbered slots.  An attempt takes a free one of each
 * of its scopes: it tries the slot's lock, and then reads with the newest
 * snapshot whether a failure that counts bears the number.  A failure's row
 * carries the numbers; its locks stay until the transaction ends, so that at
 * every moment a number is either in a row that others can see, or locked, or
 * free.  N parallel guesses therefore never pass the limit, and none of them
 * waits for another's hash or commit.
 *
 * What this cannot do, since locks and rows go with the transaction: count a
 * guess that the caller rolls back.
 *
 * Order: pair, account, network.  The keys are digests, so that an address
 * of any length costs the same and none stands in the lock table.
 */
#include "compat.h"

#include "flow/attempt_rows.h"

#include "flow/blind.h"
#include "settings.h"
#include "shmem/slots.h"

/* The locks' keys are blinded, for everybody may read pg_locks. */
static void
set_keys(Attempt *attempt)
{
	struct varlena *cidr = (struct varlena *) DatumGetPointer(attempt->key.network);
	size_t		cidr_length = cidr == NULL ? 0 : VARSIZE_ANY(cidr);
	TokenDigest *account = &attempt->key.account;
	char	   *pair = palloc(sizeof(*account) + cidr_length);
	TokenDigest key;

	memcpy(pair, account, sizeof(*account));
	if (cidr_length > 0)
		memcpy(pair + sizeof(*account), cidr, cidr_length);
	blind_key(&key);
	blind_digest(&key, pair, sizeof(*account) + cidr_length, &attempt->lock_keys[ATTEMPT_PAIR]);
	blind_digest(&key, account, sizeof(*account), &attempt->lock_keys[ATTEMPT_ACCOUNT]);
	if (cidr_length > 0)
		blind_digest(&key, cidr, cidr_length, &attempt->lock_keys[ATTEMPT_NETWORK]);
	pfree(pair);
}

/* Whether every slot above one is taken, in a row or in another's hands. */
static bool
no_slot_above(AttemptScope scope, const TokenDigest *key, int slot, int highest,
			  const Bitmapset *used)
{
	for (int other = slot + 1; other <= highest; other++)
	{
		if (bms_is_member(other, used))
			continue;
		if (slots_try(scope, key, other))
		{
			slots_release(scope, key, other);
			return false;
		}
	}
	return true;
}

/*
 * Take the lowest free slot of a scope.  A lock is tried first and the rows
 * are read after it, so that its last holder's row is seen.  Rows that bear
 * numbers above the limit, from before it was lowered, take places too.
 */
static bool
take_slot(AttemptScope scope, Attempt *attempt, AttemptCount *counted)
{
	const TokenDigest *key = &attempt->lock_keys[scope];
	TimestampTz since = attempt_counting_since(attempt->at);
	int			limit = attempt_limit(scope);
	int			highest = limit;

	memset(counted, 0, sizeof(*counted));
	for (int slot = 1; slot <= highest; slot++)
	{
		int			above = -1;

		if (bms_is_member(slot, counted->slots) || !slots_try(scope, key, slot))
			continue;

		login_attempts_count(scope, &attempt->key, since, limit, counted);
		highest = limit;
		above = limit;
		while ((above = bms_next_member(counted->slots, above)) >= 0)
			highest--;
		if (slot <= highest && counted->count < limit && !bms_is_member(slot, counted->slots))
		{
			attempt->slots[scope] = slot;
			if (attempt->locking_scope < 0 &&
				no_slot_above(scope, key, slot, highest, counted->slots))
				attempt->locking_scope = scope;
			return true;
		}
		slots_release(scope, key, slot);
	}
	return false;
}

static void
release_slots(const Attempt *attempt)
{
	for (int scope = 0; scope < ATTEMPT_SCOPES; scope++)
		if (attempt->slots[scope] != 0)
			slots_release(scope, &attempt->lock_keys[scope], attempt->slots[scope]);
}

/*
 * At the limit, when the oldest failure leaves.  Below it places are in others'
 * hands only, who will know in a moment whether they failed.
 */
static int64
time_until_free(const AttemptCount *counted, int limit, TimestampTz now)
{
	int64		left;

	if (counted->count < limit)
		return USECS_PER_SEC;
	left = counted->oldest - attempt_counting_since(now);
	return Max(left, 1);
}

AttemptOutcome
attempt_rows_take(Attempt *attempt, int64 *retry_after)
{
	set_keys(attempt);
	for (int scope = 0; scope < ATTEMPT_SCOPES; scope++)
	{
		AttemptCount counted;

		if (!attempt_scope_applies(scope, attempt))
			continue;
		if (!take_slot(scope, attempt, &counted))
		{
			release_slots(attempt);
			*retry_after = time_until_free(&counted, attempt_limit(scope), attempt->at);
			return ATTEMPT_REFUSED;
		}
		/* A slot beyond the first says that others are in flight. */
		if (scope == ATTEMPT_PAIR)
			attempt->clears = counted.count > 0 || attempt->slots[scope] > 1;
	}
	return ATTEMPT_TAKEN;
}

void
attempt_rows_give_back(const Attempt *attempt)
{
	release_slots(attempt);
}

void
attempt_rows_fail(const Attempt *attempt)
{
	login_attempts_add_failure(&attempt->key, attempt->user_id, attempt->slots, attempt->at);
}

void
attempt_rows_succeed(const Attempt *attempt, TimestampTz now)
{
	if (attempt->clears)
		login_attempts_add_success(&attempt->key, attempt->user_id, now);
	release_slots(attempt);
}
