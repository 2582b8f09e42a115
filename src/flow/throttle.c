/*
 * throttle.c
 *		Named limits at work.
 *
 * Windows live in shared memory where the server has it, and else, or when it
 * is full there, in rows.  Their keys are an application's: addresses, names,
 * whatever it counts.  Neither place holds them but as keyed digests, all of
 * one length.
 */
#include "compat.h"

#include "flow/throttle.h"

#include "flow/blind.h"
#include "flow/fault.h"
#include "miscadmin.h"
#include "shmem/windows.h"
#include "store/catalog.h"
#include "store/limit_definitions.h"
#include "store/rate_limits.h"
#include "utils/timestamp.h"

/* Zeroed before it is filled in: the padding is digested too. */
typedef struct Counted
{
	TokenDigest key;
	int64		limit_id;
	Oid			database;		/* in shared memory only */
	Oid			extension;		/* by a table of it */
	bool		is_null;
} Counted;

static void
find_limit(const ThrottleText *name, LimitDefinition *limit)
{
	if (name->bytes == NULL || !limit_definitions_find(name->bytes, name->length, limit))
		fault_not_found("limit");
}

static void
digest(const TokenDigest *secret, const LimitDefinition *limit, const ThrottleText *key,
	   bool shared, TokenDigest *out)
{
	Counted		counted;

	memset(&counted, 0, sizeof(counted));
	counted.limit_id = limit->id;
	counted.is_null = key->bytes == NULL;
	if (key->bytes != NULL)
		blind_digest(secret, key->bytes, key->length, &counted.key);
	if (shared)
	{
		counted.database = MyDatabaseId;
		counted.extension = catalog_relation(CATALOG_LIMIT_DEFINITIONS);
	}
	blind_digest(secret, &counted, sizeof(counted), out);
}

static void
digest_for_row(const LimitDefinition *limit, const ThrottleText *key, TokenDigest *out)
{
	TokenDigest secret;

	blind_key(&secret);
	digest(&secret, limit, key, false, out);
}

static void
set_state(const LimitDefinition *limit, const Window *window, TimestampTz now, Throttle *state)
{
	bool		goes_on = window->attempts > 0 && window->reset_at > now;

	state->attempts = goes_on ? window->attempts : 0;
	state->max_attempts = limit->max_attempts;
	state->reset_at = window->reset_at;
	state->available_in = goes_on ? window->reset_at - now : 0;
	state->message = limit->message;
}

void
throttle_hit(const ThrottleText *name, const ThrottleText *key, Throttle *state)
{
	bool		shared = windows_are_shared();
	TokenDigest place;
	TokenDigest row;
	LimitDefinition limit;
	Window		window;

	find_limit(name, &limit);
	if (shared)
		digest(windows_key(), &limit, key, true, &place);
	if (!shared || !windows_hit(&place, GetCurrentTimestamp(), limit.lasting, &window))
	{
		fault_if_read_only("enclave.hit()");
		digest_for_row(&limit, key, &row);
		window.attempts = rate_limits_hit(limit.id, &row, limit.lasting, &window.reset_at);
		if (shared)
			windows_spill(&place, window.reset_at);
	}
	set_state(&limit, &window, GetCurrentTimestamp(), state);
	state->attempts = window.attempts;
}

void
throttle_look(const ThrottleText *name, const ThrottleText *key, Throttle *state)
{
	bool		shared = windows_are_shared();
	TimestampTz now = GetCurrentTimestamp();
	TokenDigest digested;
	LimitDefinition limit;
	Window		window;

	find_limit(name, &limit);
	if (shared)
		digest(windows_key(), &limit, key, true, &digested);
	if (!shared || !windows_look(&digested, now, &window))
	{
		digest_for_row(&limit, key, &digested);
		window.attempts = rate_limits_look(limit.id, &digested, &window.reset_at);
	}
	set_state(&limit, &window, now, state);
}

void
throttle_clear(const ThrottleText *name, const ThrottleText *key)
{
	bool		shared = windows_are_shared();
	TokenDigest digested;
	LimitDefinition limit;

	find_limit(name, &limit);
	if (shared)
		digest(windows_key(), &limit, key, true, &digested);
	if (shared && windows_clear(&digested, GetCurrentTimestamp()))
		return;
	fault_if_read_only("enclave.clear_limit()");
	digest_for_row(&limit, key, &digested);
	rate_limits_clear(limit.id, &digested);
}
