/*
 * quota_shared.c
 *		Uses of a quota in shared memory.
 *
 * They have a table of their own there, for asking costs a stranger no hash: he
 * could fill it, and must not lock logins out by that.  A full one hands over to
 * the rows.
 */
#include "compat.h"

#include "flow/quota_shared.h"

#include "flow/claim.h"
#include "flow/recall.h"
#include "shmem/counters.h"

static void
set_claim(QuotaScope scope, const QuotaKey *key, int limit, CounterClaim *claim)
{
	switch (scope)
	{
		case QUOTA_PAIR:
			claim_pair(key->kind, &key->account, key->network, limit, claim);
			break;
		case QUOTA_ADDRESS:
			claim_account(key->kind, &key->account, limit, claim);
			break;
		case QUOTA_NETWORK:
			claim_network(key->kind, key->network, limit, claim);
			break;
		case QUOTA_SCOPES:
			break;
	}
}

QuotaOutcome
quota_shared_take(Quota *quota, int64 *retry_after)
{
	CounterClaim claims[QUOTA_SCOPES];
	int			scopes[QUOTA_SCOPES];
	CounterTicket ticket;
	TimestampTz free_at;
	int			count = 0;

	if (!recall_counters())
		return QUOTA_UNKNOWN;
	for (int scope = 0; scope < QUOTA_SCOPES; scope++)
	{
		int			limit = quota_limit(scope, quota);

		if (limit == 0)
			continue;
		scopes[count] = scope;
		set_claim(scope, &quota->key, limit, &claims[count++]);
	}
	switch (counters_take(COUNTERS_USES, claims, count, quota->at,
						  quota->at + (int64) QUOTA_SECONDS * USECS_PER_SEC, &ticket, &free_at))
	{
		case COUNTERS_TAKEN:
			break;
		case COUNTERS_AT_LIMIT:
			*retry_after = Max(free_at - quota->at, 1);
			return QUOTA_REFUSED;
		case COUNTERS_FULL:
			return QUOTA_UNKNOWN;
	}
	for (int i = 0; i < count; i++)
		quota->slots[scopes[i]] = ticket.marks[i].number;
	(void) counters_settle(&ticket, quota->at);
	return QUOTA_TAKEN;
}

void
quota_shared_load(const QuotaRow *row, TimestampTz now)
{
	CounterClaim claims[QUOTA_SCOPES];
	int			count = 0;

	for (int scope = 0; scope < QUOTA_SCOPES; scope++)
		if (row->counts[scope])
			set_claim(scope, &row->key, 1, &claims[count++]);
	(void) counters_load(COUNTERS_USES, claims, count, now,
						 row->at + (int64) QUOTA_SECONDS * USECS_PER_SEC);
}
