/*
 * quota.c
 *		Taking from a quota.
 *
 * The mechanism is attempt.c's: numbered slots, of which each use takes a free
 * one by a lock that is only ever tried, and leaves the number in its row.  So
 * N requests at once do not pass the limit, and none waits for another's
 * commit.  And like there a caller who rolls back takes his uses back.
 */
#include "compat.h"

#include "flow/quota.h"

#include "crypto/digest.h"
#include "flow/blind.h"
#include "flow/fault.h"
#include "settings.h"
#include "shmem/slots.h"
#include "store/known_networks.h"
#include "store/quota_uses.h"
#include "utils/timestamp.h"

/* Behind those of attempt.c and remember.c. */
#define SLOTS_SCOPE 4

/* Of an address only so much is digested: a valid one is shorter. */
#define ADDRESS_BYTES_MAX 1024

/* Times one_time_requests for an address over all networks. */
#define ADDRESS_FACTOR 10

/* For so long an account is known from a network after a login. */
#define KNOWN_NETWORK_SECONDS (30 * 24 * 3600)

static const char *const kind_names[] = {
	[QUOTA_PASSWORD_RESET] = "password_reset",
	[QUOTA_EMAIL_VERIFICATION] = "email_verification",
	[QUOTA_MAGIC_LINK] = "magic_link",
	[QUOTA_EMAIL_CHANGE] = "email_change",
	[QUOTA_SIGNUP] = "signup",
};

typedef struct Quota
{
	QuotaKey	key;
	TokenDigest lock_keys[QUOTA_SCOPES];
	int			slots[QUOTA_SCOPES];
	TimestampTz since;
} Quota;

/* What the locks are of, keyed: everybody may read pg_locks. */
typedef struct LockedThing
{
	char		kind[24];
	TokenDigest account;
	char		network[32];
} LockedThing;

static void
set_keys(Quota *quota, QuotaKind kind, const char *address, Datum network)
{
	struct varlena *cidr = (struct varlena *) DatumGetPointer(network);
	LockedThing things[QUOTA_SCOPES];
	TokenDigest key;

	quota->key.kind = kind_names[kind];
	quota->key.network = network;
	if (!digest_sha256(address, strnlen(address, ADDRESS_BYTES_MAX), &quota->key.account))
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("could not compute a SHA-256 digest")));

	memset(things, 0, sizeof(things));
	blind_key(&key);
	for (int scope = 0; scope < QUOTA_SCOPES; scope++)
	{
		strlcpy(things[scope].kind, kind_names[kind], sizeof(things[scope].kind));
		if (scope != QUOTA_NETWORK)
			things[scope].account = quota->key.account;
		if (scope != QUOTA_ADDRESS && cidr != NULL)
			memcpy(things[scope].network, cidr,
				   Min(VARSIZE_ANY(cidr), sizeof(things[scope].network)));
		blind_digest(&key, &things[scope], sizeof(LockedThing), &quota->lock_keys[scope]);
	}
}

/* 0: not held to anything. */
static int
scope_limit(QuotaScope scope, QuotaKind kind, int64 user_id, Datum network, TimestampTz now)
{
	bool		known;

	switch (scope)
	{
		case QUOTA_PAIR:
			return settings_one_time_requests;
		case QUOTA_ADDRESS:
			known = network != 0 &&
				known_networks_has(user_id, network,
								   now - (int64) KNOWN_NETWORK_SECONDS * USECS_PER_SEC);
			return known ? 0 : settings_one_time_requests * ADDRESS_FACTOR;
		case QUOTA_NETWORK:
			return kind == QUOTA_SIGNUP && network != 0 ? settings_network_max_signups : 0;
		case QUOTA_SCOPES:
			break;
	}
	return 0;
}

/* A lock is tried first and the rows are read after it, so that its last holder's is seen. */
static bool
take_slot(Quota *quota, QuotaScope scope, int limit, QuotaCount *counted)
{
	const TokenDigest *key = &quota->lock_keys[scope];

	memset(counted, 0, sizeof(*counted));
	for (int slot = 1; slot <= limit && counted->count < limit; slot++)
	{
		if (bms_is_member(slot, counted->slots) || !slots_try(SLOTS_SCOPE + scope, key, slot))
			continue;
		quota_uses_count(scope, &quota->key, quota->since, limit, counted);
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
release_slots(const Quota *quota)
{
	for (int scope = 0; scope < QUOTA_SCOPES; scope++)
		if (quota->slots[scope] != 0)
			slots_release(SLOTS_SCOPE + scope, &quota->lock_keys[scope], quota->slots[scope]);
}

bool
quota_take(QuotaKind kind, const char *address, int64 user_id, Datum network, TimestampTz now,
		   int64 *retry_after)
{
	Quota	   *quota = palloc0(sizeof(Quota));

	quota->since = now - (int64) QUOTA_SECONDS * USECS_PER_SEC;
	set_keys(quota, kind, address, network);
	for (int scope = 0; scope < QUOTA_SCOPES; scope++)
	{
		int			limit = scope_limit(scope, kind, user_id, network, now);
		QuotaCount	counted;

		if (limit == 0 || take_slot(quota, scope, limit, &counted))
			continue;
		release_slots(quota);
		/* Below the limit the places are in the hands of open transactions. */
		*retry_after = counted.count < limit ? USECS_PER_SEC :
			Max(counted.oldest - quota->since, 1);
		return false;
	}
	quota_uses_add(&quota->key, quota->slots, now);
	return true;
}

void
quota_take_or_raise(QuotaKind kind, const char *address, int64 user_id, Datum network,
					TimestampTz now)
{
	int64		retry_after;

	if (!quota_take(kind, address, user_id, network, now, &retry_after))
		fault_too_many_attempts(retry_after);
}
