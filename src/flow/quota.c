/*
 * quota.c
 *		Taking from a quota.
 *
 * A use is written down in the caller's transaction.  With the library preloaded it
 * is counted in shared memory besides, so that a caller who rolls back does not
 * take it back; the rows are then for the next start of the server, which knows
 * only of uses that were committed.
 */
#include "compat.h"

#include "flow/quota.h"

#include "flow/attempt.h"
#include "flow/fault.h"
#include "flow/quota_rows.h"
#include "flow/quota_shared.h"
#include "settings.h"
#include "store/known_networks.h"
#include "store/quota_uses.h"
#include "utils/timestamp.h"

/* Times one_time_requests for an address over all networks. */
#define ADDRESS_FACTOR 10

/* Beyond the attempts' own capacity nothing is gained: there are the rows. */
#define CAPACITY_MAX 65536

/* For so long an account is known from a network after a login. */
#define KNOWN_NETWORK_SECONDS (30 * 24 * 3600)

static const char *const kind_names[] = {
	[QUOTA_PASSWORD_RESET] = "password_reset",
	[QUOTA_EMAIL_VERIFICATION] = "email_verification",
	[QUOTA_MAGIC_LINK] = "magic_link",
	[QUOTA_EMAIL_CHANGE] = "email_change",
	[QUOTA_SIGNUP] = "signup",
};

int64
quota_capacity(void)
{
	return Min(attempt_capacity(), CAPACITY_MAX);
}

TimestampTz
quota_since(const Quota *quota)
{
	return quota->at - (int64) QUOTA_SECONDS * USECS_PER_SEC;
}

static bool
is_known_from(const Quota *quota)
{
	return quota->key.network != 0 &&
		known_networks_has(quota->user_id, quota->key.network,
						   quota->at - (int64) KNOWN_NETWORK_SECONDS * USECS_PER_SEC);
}

int
quota_limit(QuotaScope scope, const Quota *quota)
{
	switch (scope)
	{
		case QUOTA_PAIR:
			return settings_one_time_requests;
		case QUOTA_ADDRESS:
			return is_known_from(quota) ? 0 : settings_one_time_requests * ADDRESS_FACTOR;
		case QUOTA_NETWORK:
			return quota->kind == QUOTA_SIGNUP && quota->key.network != 0 ?
				settings_network_max_signups : 0;
		case QUOTA_SCOPES:
			break;
	}
	return 0;
}

bool
quota_take(QuotaKind kind, const char *address, int64 user_id, Datum network, TimestampTz now,
		   int64 *retry_after)
{
	Quota		quota = {0};
	QuotaOutcome outcome = QUOTA_UNKNOWN;

	quota.kind = kind;
	quota.key.kind = kind_names[kind];
	quota.key.network = network;
	quota.user_id = user_id;
	quota.at = now;
	attempt_account(address, &quota.key.account);

	if (attempt_is_shared())
		outcome = quota_shared_take(&quota, retry_after);
	if (outcome == QUOTA_UNKNOWN)
		outcome = quota_rows_take(&quota, retry_after) ? QUOTA_TAKEN : QUOTA_REFUSED;
	if (outcome == QUOTA_TAKEN)
		quota_uses_add(&quota.key, quota.slots, now);
	return outcome == QUOTA_TAKEN;
}

void
quota_take_or_raise(QuotaKind kind, const char *address, int64 user_id, Datum network,
					TimestampTz now)
{
	int64		retry_after;

	if (!quota_take(kind, address, user_id, network, now, &retry_after))
		fault_too_many_attempts(retry_after);
}
