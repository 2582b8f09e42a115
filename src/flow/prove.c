/*
 * prove.c
 *		Comparing a password: whatever asks for one asks here, so that no way
 *		in guesses for free.
 *
 * A password that was guessed wrong max_consecutive_failures times in a row is
 * suspended: nothing is the right one any more, and its owner has to renew it
 * by mail.  That is not told, and it is looked up for unknown users too: the
 * suspended, the unknown and the wrong are one.
 */
#include "compat.h"

#include "flow/prove.h"

#include "flow/attempt.h"
#include "flow/deferred.h"
#include "flow/hashing.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "flow/warn.h"
#include "miscadmin.h"
#include "settings.h"
#include "shmem/tally.h"
#include "storage/ipc.h"
#include "store/audit_logs.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* Nobody's failures are under this id; those of the unknown are under 0. */
#define NO_USER (-1)

static bool
is_suspended(const UserRow *user)
{
	return settings_max_consecutive_failures > 0 &&
		audit_logs_failed_in_a_row(user == NULL ? NO_USER : user->id,
								   settings_max_consecutive_failures);
}

/* A guess on its way. */
typedef struct Guess
{
	const UserRow *user;
	const char *counted_as;
	const Client *client;
	Attempt		attempt;
	DeferredEntry failure;		/* with counters in shared memory */
} Guess;

/* In the caller's transaction. */
static void
record_failure(const Guess *guess)
{
	const Attempt *attempt = &guess->attempt;
	AttemptScope scope = attempt->locking_scope;
	bool		mailed;

	if (attempt->locking_scope < 0)
	{
		record_event(EVENT_LOGIN_FAILED, attempt->user_id, 0, guess->client,
					 "{\"reason\": \"invalid_credentials\"}", attempt->at);
		return;
	}
	mailed = warn_of_lock(guess->user, guess->counted_as, scope, attempt->at);
	record_event(EVENT_LOGIN_LOCKED, attempt->user_id, 0, guess->client,
				 psprintf("{\"scope\": \"%s\", \"mailed\": %s}",
						  login_attempts_scope_name(scope), mailed ? "true" : "false"),
				 attempt->at);
}

/* What could go wrong goes wrong before the hash. */
static void
describe_failure(Guess *guess)
{
	const Attempt *attempt = &guess->attempt;

	deferred_describe_failure(&attempt->key, attempt->user_id, guess->counted_as, guess->client,
							  attempt->at, &guess->failure);
	memcpy(guess->failure.of.failure.limits, attempt->limits, sizeof(attempt->limits));
}

/*
 * From taking an attempt to the hash whatever goes wrong gives it back: nothing
 * was hashed.  From then on nothing can come between until the attempt is settled.
 */
static HashingOutcome
compare(Guess *guess, const Secret *password)
{
	const UserRow *user = guess->user;
	HashingOutcome outcome;

	PG_ENSURE_ERROR_CLEANUP(attempt_give_back_at_exit, PointerGetDatum(&guess->attempt));
	{
		bool		suspended = is_suspended(user);

		if (attempt_is_shared())
			describe_failure(guess);
		outcome = hashing_compare(password,
								  user == NULL || suspended ? NULL : user->password_hash);
	}
	PG_END_ENSURE_ERROR_CLEANUP(attempt_give_back_at_exit, PointerGetDatum(&guess->attempt));
	return outcome;
}

static LoginStatus
settle(Guess *guess, HashingOutcome outcome)
{
	switch (outcome)
	{
		case HASHING_BUSY:
			attempt_give_back(&guess->attempt);
			return LOGIN_BUSY;
		case HASHING_RIGHT:
			attempt_succeed(&guess->attempt, GetCurrentTimestamp());
			return LOGIN_OK;
		case HASHING_WRONG:
			break;
	}
	attempt_fail(&guess->attempt);
	if (guess->attempt.locking_scope >= 0)
		tally_add(TALLY_LOCKED);
	if (attempt_is_shared())
	{
		guess->failure.of.failure.locking_scope = guess->attempt.locking_scope;
		deferred_put(&guess->failure);
	}
	else
		record_failure(guess);
	return LOGIN_INVALID_CREDENTIALS;
}

static LoginStatus
status_of(AttemptOutcome outcome)
{
	switch (outcome)
	{
		case ATTEMPT_REFUSED:
			return LOGIN_TOO_MANY_ATTEMPTS;
		case ATTEMPT_BUSY:
			return LOGIN_BUSY;
		case ATTEMPT_TAKEN:
			break;
	}
	return LOGIN_OK;
}

LoginStatus
prove_look(const char *counted_as, const Client *client, int64 *retry_after)
{
	return status_of(attempt_look(counted_as, client->network, GetCurrentTimestamp(),
								  retry_after));
}

LoginStatus
prove_password(const UserRow *user, const char *counted_as, const Secret *password,
			   const Client *client, int64 *retry_after)
{
	LoginStatus status;
	Guess		guess;

	guess.user = user;
	guess.counted_as = counted_as;
	guess.client = client;
	status = status_of(attempt_take(counted_as, user == NULL ? 0 : user->id, client->network,
									GetCurrentTimestamp(), &guess.attempt, retry_after));
	if (status != LOGIN_OK)
		return status;
	status = settle(&guess, compare(&guess, password));
	CHECK_FOR_INTERRUPTS();
	return status;
}

LoginStatus
prove_owner(const UserRow *user, const Secret *password)
{
	int64		retry_after;
	LoginStatus status;
	Client		client;

	client_read((Datum) 0, NULL, &client);
	status = prove_password(user, normalize_folded(user->email), password, &client, &retry_after);
	if (status == LOGIN_OK && users_is_disabled(user, GetCurrentTimestamp()))
		return LOGIN_ACCOUNT_DISABLED;
	return status;
}
