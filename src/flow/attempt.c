/*
 * attempt.c
 *		Taking, failing and giving back an attempt: what both ways of counting
 *		have in common.
 */
#include "compat.h"

#include "flow/attempt.h"

#include "crypto/digest.h"
#include "flow/attempt_rows.h"
#include "flow/attempt_shared.h"
#include "flow/deferred.h"
#include "flow/hashing.h"
#include "settings.h"
#include "store/known_networks.h"
#include "utils/timestamp.h"

/* Of an address only so much is digested: a valid one is shorter. */
#define ADDRESS_BYTES_MAX 1024

/* Times max_failed_attempts for an account over all networks. */
#define ACCOUNT_FACTOR 10

/* For so long an account is known from a network after a login. */
#define KNOWN_NETWORK_SECONDS (30 * 24 * 3600)

/*
 * No hash is taken to be faster than this: the best native build measured filled
 * 6.6 GB in a second of one processor.
 */
#define FASTEST_KIB_PER_SECOND INT64CONST(8388608)

#define CAPACITY_MIN 4096

bool
attempt_is_shared(void)
{
	return settings_preloaded && settings_attempt_slots >= 0;
}

int64
attempt_capacity(void)
{
	int64		work = (int64) settings_argon2_memory * settings_argon2_iterations;
	int64		in_a_second = FASTEST_KIB_PER_SECOND / work + 1;
	int64		capacity = in_a_second * hashing_places() * settings_lockout_duration;

	if (settings_attempt_slots > 0)
		return settings_attempt_slots;
	return Max(CAPACITY_MIN, Min(capacity, SETTINGS_ATTEMPT_SLOTS_MAX));
}

static TimestampTz
seconds_before(TimestampTz at, int seconds)
{
	return at - (int64) seconds * USECS_PER_SEC;
}

TimestampTz
attempt_counting_since(TimestampTz now)
{
	return seconds_before(now, settings_lockout_duration);
}

void
attempt_account(const char *address, TokenDigest *account)
{
	if (!digest_sha256(address, strnlen(address, ADDRESS_BYTES_MAX), account))
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("could not compute a SHA-256 digest")));
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
bool
attempt_scope_applies(AttemptScope scope, const Attempt *attempt)
{
	bool		network_given = attempt->key.network != 0;

	if (scope == ATTEMPT_NETWORK)
		return network_given;
	if (scope == ATTEMPT_ACCOUNT && network_given)
		return !known_networks_has(attempt->user_id, attempt->key.network,
								   seconds_before(attempt->at, KNOWN_NETWORK_SECONDS));
	return true;
}

AttemptOutcome
attempt_look(const char *address, Datum network, TimestampTz now, int64 *retry_after)
{
	AttemptKey	key;

	if (!attempt_is_shared())
		return ATTEMPT_TAKEN;
	key.network = network;
	attempt_account(address, &key.account);
	return attempt_shared_look(&key, now, retry_after);
}

AttemptOutcome
attempt_take(const char *address, int64 user_id, Datum network, TimestampTz now,
			 Attempt *attempt, int64 *retry_after)
{
	memset(attempt, 0, sizeof(*attempt));
	attempt->user_id = user_id;
	attempt->at = now;
	attempt->locking_scope = -1;
	attempt->key.network = network;
	attempt_account(address, &attempt->key.account);
	return attempt_is_shared() ? attempt_shared_take(attempt, retry_after) :
		attempt_rows_take(attempt, retry_after);
}

void
attempt_give_back(Attempt *attempt)
{
	if (attempt_is_shared())
		attempt_shared_give_back(attempt);
	else
		attempt_rows_give_back(attempt);
}

void
attempt_give_back_at_exit(int code, Datum attempt)
{
	(void) code;
	if (attempt_is_shared())
		attempt_shared_give_back((Attempt *) DatumGetPointer(attempt));
}

void
attempt_fail(Attempt *attempt)
{
	if (attempt_is_shared())
		attempt_shared_fail(attempt);
	else
		attempt_rows_fail(attempt);
}

void
attempt_succeed(Attempt *attempt, TimestampTz now)
{
	if (attempt_is_shared())
		attempt_shared_succeed(attempt, now);
	else
		attempt_rows_succeed(attempt, now);
}

/* What the worker has yet to write would count again at the next start. */
static void
settle_rows(void)
{
	if (attempt_is_shared())
		deferred_settle();
}

void
attempt_forget_account(const TokenDigest *account, TimestampTz now)
{
	settle_rows();
	login_attempts_release_account(account, attempt_counting_since(now));
	if (attempt_is_shared())
		attempt_shared_forget_account(account);
}

void
attempt_forget_network(Datum network, TimestampTz now)
{
	settle_rows();
	login_attempts_release_network(network, attempt_counting_since(now));
	if (attempt_is_shared())
		attempt_shared_forget_network(network);
}

void
attempt_remove_account(const TokenDigest *account)
{
	settle_rows();
	login_attempts_remove_account(account);
	if (attempt_is_shared())
		attempt_shared_forget_account(account);
}
