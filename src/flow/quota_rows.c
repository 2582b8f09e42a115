/*
 * quota_rows.c
 *		Uses of a quota as rows and locks of the caller's transaction.
 *
 * The mechanism is attempt_rows.c's: numbered slots, of which each use takes a
 * free one by a lock that is only ever tried, and leaves the number in its row.
 * So N requests at once do not pass the limit, and none waits for another's
 * commit.  And like there a caller who rolls back takes his uses back.
 */
#include "compat.h"

#include "flow/quota_rows.h"

#include "flow/blind.h"
#include "shmem/slots.h"

/* Behind those of attempt_rows.c and remember.c. */
#define SLOTS_SCOPE 4

/* What the locks are of, keyed: everybody may read pg_locks. */
typedef struct LockedThing
{
	char		kind[24];
	TokenDigest account;
	char		network[32];
} LockedThing;

static void
set_keys(const Quota *quota, TokenDigest keys[QUOTA_SCOPES])
{
	struct varlena *cidr = (struct varlena *) DatumGetPointer(quota->key.network);
	LockedThing things[QUOTA_SCOPES];
	TokenDigest key;

	memset(things, 0, sizeof(things));
	blind_key(&key);
	for (int scope = 0; scope < QUOTA_SCOPES; scope++)
	{
		strlcpy(things[scope].kind, quota->key.kind, sizeof(things[scope].kind));
		if (scope != QUOTA_NETWORK)
			things[scope].account = quota->key.account;
		if (scope != QUOTA_ADDRESS && cidr != NULL)
			memcpy(things[scope].network, cidr,
				   Min(VARSIZE_ANY(cidr), sizeof(things[scope].network)));
		blind_digest(&key, &things[scope], sizeof(LockedThing), &keys[scope]);
	}
}

/* A lock is tried first and the rows are read after it, so that its last holder's is seen. */
static bool
take_slot(Quota *quota, QuotaScope scope, const TokenDigest *key, int limit, QuotaCount *counted)
{
	memset(counted, 0, sizeof(*counted));
	for (int slot = 1; slot <= limit && counted->count < limit; slot++)
	{
		if (bms_is_member(slot, counted->slots) || !slots_try(SLOTS_SCOPE + scope, key, slot))
			continue;
		quota_uses_count(scope, &quota->key, quota_since(quota), limit, counted);
		if (counted->count < limit && !bms_is_member(slot, counted->slots))
		{
			quota->slots[scope] = slot;
			return true;
		}
		slots_release(SLOTS_SCOPE + scope, key, slot);
	}
	return false;
}

static void
release_slots(const Quota *quota, const TokenDigest keys[QUOTA_SCOPES])
{
	for (int scope = 0; scope < QUOTA_SCOPES; scope++)
		if (quota->slots[scope] != 0)
			slots_release(SLOTS_SCOPE + scope, &keys[scope], quota->slots[scope]);
}

bool
quota_rows_take(Quota *quota, int64 *retry_after)
{
	TokenDigest keys[QUOTA_SCOPES];

	set_keys(quota, keys);
	for (int scope = 0; scope < QUOTA_SCOPES; scope++)
	{
		int			limit = quota_limit(scope, quota);
		QuotaCount	counted;

		if (limit == 0 || take_slot(quota, scope, &keys[scope], limit, &counted))
			continue;
		release_slots(quota, keys);
		/* Below the limit the places are in the hands of open transactions. */
		*retry_after = counted.count < limit ? USECS_PER_SEC :
			Max(counted.oldest - quota_since(quota), 1);
		return false;
	}
	return true;
}
