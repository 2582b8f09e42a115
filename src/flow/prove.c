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
#include "flow/hashing.h"
#include "flow/mail.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "miscadmin.h"
#include "settings.h"
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

/*
 * The owner is told of a lock of his account, once a day at most.  Where there is
 * nobody to tell, or he has been told, a decoy is queued: a lock costs the same.
 */
static bool
mail_lock(const UserRow *user, const char *counted_as, const char *scope, TimestampTz now)
{
	int64		user_id = user == NULL ? NO_USER : user->id;
	bool		told = audit_logs_has_mailed_lock(user_id, now - USECS_PER_DAY) ||
		user == NULL || strcmp(scope, "network") == 0;

	mail_queue(MAIL_ACCOUNT_LOCKED, told ? NULL : user, user == NULL ? counted_as : user->email,
			   NULL, now);
	return !told;
}

static void
record_failure(const UserRow *user, const char *counted_as, const Attempt *attempt,
			   const Client *client)
{
	const char *locked;

	if (attempt->locking_scope < 0)
	{
		record_event(EVENT_LOGIN_FAILED, attempt->user_id, 0, client,
					 "{\"reason\": \"invalid_credentials\"}", attempt->at);
		return;
	}
	locked = attempt_scope_name(attempt->locking_scope);
	record_event(EVENT_LOGIN_LOCKED, attempt->user_id, 0, client,
				 psprintf("{\"scope\": \"%s\", \"mailed\": %s}", locked,
						  mail_lock(user, counted_as, locked, attempt->at) ? "true" : "false"),
				 attempt->at);
}

/*
 * From taking an attempt to the hash whatever goes wrong gives it back: nothing
 * was hashed.  From then on nothing can come between until the attempt is settled.
 */
static HashingOutcome
compare(const UserRow *user, const Secret *password, Attempt *attempt)
{
	HashingOutcome outcome;

	PG_ENSURE_ERROR_CLEANUP(attempt_give_back_at_exit, PointerGetDatum(attempt));
	{
		bool		suspended = is_suspended(user);

		outcome = hashing_compare(password,
								  user == NULL || suspended ? NULL : user->password_hash);
	}
	PG_END_ENSURE_ERROR_CLEANUP(attempt_give_back_at_exit, PointerGetDatum(attempt));
	return outcome;
}

static LoginStatus
settle(const UserRow *user, const char *counted_as, HashingOutcome outcome, Attempt *attempt,
	   const Client *client)
{
	switch (outcome)
	{
		case HASHING_BUSY:
			attempt_give_back(attempt);
			return LOGIN_BUSY;
		case HASHING_RIGHT:
			attempt_succeed(attempt, GetCurrentTimestamp());
			return LOGIN_OK;
		case HASHING_WRONG:
			break;
	}
	attempt_fail(attempt);
	record_failure(user, counted_as, attempt, client);
	return LOGIN_INVALID_CREDENTIALS;
}

LoginStatus
prove_password(const UserRow *user, const char *counted_as, const Secret *password,
			   const Client *client, int64 *retry_after)
{
	LoginStatus status;
	Attempt		attempt;

	switch (attempt_take(counted_as, user == NULL ? 0 : user->id, client->network,
						 GetCurrentTimestamp(), &attempt, retry_after))
	{
		case ATTEMPT_REFUSED:
			return LOGIN_TOO_MANY_ATTEMPTS;
		case ATTEMPT_BUSY:
			return LOGIN_BUSY;
		case ATTEMPT_TAKEN:
			break;
	}
	status = settle(user, counted_as, compare(user, password, &attempt), &attempt, client);
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
