/*
 * attempt.c
 *		Taking, failing and giving back an attempt.
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

#include "flow/attempt.h"

#include "crypto/digest.h"
#include "flow/blind.h"
#include "settings.h"
#include "shmem/slots.h"
#include "store/known_networks.h"
#include "utils/timestamp.h"

/* Of an address only so much is digested: a valid one is shorter. */
#define ADDRESS_BYTES_MAX 1024

/* Times max_failed_attempts for an account over all networks. */
#define ACCOUNT_FACTOR 10

/* For so long an account is known from a network after a login. */
#define KNOWN_NETWORK_SECONDS (30 * 24 * 3600)

static const char *const scope_names[ATTEMPT_SCOPES] = {"pair", "account", "network"};

static TimestampTz
seconds_before(TimestampTz at, int seconds)
{
	return at - (int64) seconds * USECS_PER_SEC;
}

void
attempt_account(const char *address, TokenDigest *account)
{
	if (!digest_sha256(address, strnlen(address, ADDRESS_BYTES_MAX), account))
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("could not compute a SHA-256 digest")));
}

/* The locks' keys are blinded, for everybody may read pg_locks. */
static void
set_keys(Attempt *attempt, const char *address, Datum network)
{
	struct varlena *cidr = (struct varlena *) DatumGetPointer(network);
	size_t		cidr_length = cidr == NULL ? 0 : VARSIZE_ANY(cidr);
	TokenDigest *account = &attempt->key.account;
	char	   *pair = palloc(sizeof(*account) + cidr_length);
	TokenDigest key;

	attempt->key.network = network;
	attempt_account(address, account);

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

int
attempt_limit(AttemptScope scope)
{
	switch (scope)
	{
		case ATTEMPT_PAIR:
			return settings_max_failed_attempts;
		case ATTEMPT_ACCOUNT:
			return settings_max_failed_attempts * ACCOUNT_FACTOR;
		case ATTEMPT_NETWORK:
		case ATTEMPT_SCOPES:
			break;
	}
	return settings_network_max_attempts;
}

/*
 * An account known from a network is not held to what others do from theirs;
 * an unknown network holds no strangers together.
 */
static bool
scope_applies(AttemptScope scope, const Attempt *attempt)
{
	bool		network_given = attempt->key.network != 0;

	if (scope == ATTEMPT_NETWORK)
		return network_given;
	if (scope == ATTEMPT_ACCOUNT && network_given)
		return !known_networks_has(attempt->user_id, attempt->key.network,
								   seconds_before(attempt->at, KNOWN_NETWORK_SECONDS));
	return true;
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
	TimestampTz since = seconds_before(attempt->at, settings_lockout_duration);
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
	left = counted->oldest - seconds_before(now, settings_lockout_duration);
	return Max(left, 1);
}

AttemptOutcome
attempt_take(const char *address, int64 user_id, Datum network, TimestampTz now,
			 Attempt *attempt, int64 *retry_after)
{
	memset(attempt, 0, sizeof(*attempt));
	attempt->user_id = user_id;
	attempt->at = now;
	attempt->locking_scope = -1;
	set_keys(attempt, address, network);

	for (int scope = 0; scope < ATTEMPT_SCOPES; scope++)
	{
		AttemptCount counted;

		if (!scope_applies(scope, attempt))
			continue;
		if (!take_slot(scope, attempt, &counted))
		{
			release_slots(attempt);
			*retry_after = time_until_free(&counted, attempt_limit(scope), now);
			return ATTEMPT_REFUSED;
		}
		/* A slot beyond the first says that others are in flight. */
		if (scope == ATTEMPT_PAIR)
			attempt->clears = counted.count > 0 || attempt->slots[scope] > 1;
	}
	return ATTEMPT_TAKEN;
}

void
attempt_fail(const Attempt *attempt)
{
	login_attempts_add_failure(&attempt->key, attempt->user_id, attempt->slots, attempt->at);
}

void
attempt_succeed(const Attempt *attempt, TimestampTz now)
{
	if (attempt->clears)
		login_attempts_add_success(&attempt->key, attempt->user_id, now);
	release_slots(attempt);
}

const char *
attempt_locks(const Attempt *attempt)
{
	return attempt->locking_scope < 0 ? NULL : scope_names[attempt->locking_scope];
}
