/*
 * stamp.c
 *		When a token was last used.
 *
 * Each process remembers the tokens that it has seen stamped, in a small table
 * where one may push out another: what is asked a thousand times a second is
 * then not even looked up.
 *
 * Two first uses of a token at once would meet in the unique index, where the
 * second waits for the first one's commit.  A place that is only tried, and
 * kept to the end of the transaction, keeps them apart.
 */
#include "compat.h"

#include "flow/stamp.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "flow/blind.h"
#include "settings.h"
#include "shmem/slots.h"
#include "store/access_token_uses.h"
#include "store/login_attempts.h"
#include "utils/timestamp.h"

/* Beside the scopes of attempts and the one of remember.c. */
#define STAMP_SCOPE (ATTEMPT_SCOPES + 1)

#define REMEMBERED 256

typedef struct Stamped
{
	int64		token_id;
	TimestampTz at;
} Stamped;

static Stamped stamped[REMEMBERED];

static bool
may_stamp(void)
{
	return !XactReadOnly && !RecoveryInProgress() && !IsolationUsesXactSnapshot();
}

static void
stamp(int64 token_id, TimestampTz now, TimestampTz stale, bool known)
{
	TokenDigest key;
	TokenDigest place;

	if (known)
	{
		access_token_uses_stamp(token_id, now, stale, false);
		return;
	}
	blind_key(&key);
	blind_digest(&key, &token_id, sizeof(token_id), &place);
	if (slots_try(STAMP_SCOPE, &place, 1))
		access_token_uses_stamp(token_id, now, stale, true);
}

void
stamp_use(int64 token_id)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz stale = now - (int64) settings_last_used_interval * USECS_PER_SEC;
	Stamped    *mine = &stamped[(uint64) token_id % REMEMBERED];
	TimestampTz last;
	bool		known;

	if ((mine->token_id == token_id && mine->at > stale && mine->at <= now) || !may_stamp())
		return;

	known = access_token_uses_find(token_id, &last);
	if (!known || last <= stale)
	{
		stamp(token_id, now, stale, known);
		last = now;
	}
	mine->token_id = token_id;
	mine->at = last;
}
