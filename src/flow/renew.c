/*
 * renew.c
 *		Logins by JWT: refresh tokens, and who may present which.
 *
 * A family is a session whose token rotates.  Its newest token is always one that
 * nobody has presented yet: presenting it puts its successor in its place.  So
 * three tokens of a family are known by their digests:
 *
 *	- the newest.  It is exchanged, by one UPDATE of one row;
 *	- its predecessor.  The answer that held the newest may have been lost, or two
 *	  tabs may have asked at once: it yields the newest once more, however late,
 *	  since nobody has used that;
 *	- the predecessor of that.  Its successor has been presented, so somebody got
 *	  it; but a slow tab may still ask: within refresh_grace of the moment when it
 *	  was first exchanged it yields that same successor.
 *
 * Whoever presents an older one, or the last of these after the grace, has a copy
 * of a token that was used by somebody else long ago.  Which of the two is the
 * thief cannot be told, so the family ends (RFC 9700, section 4.14.2), and stays
 * ended though the caller rolls back (flow/expel.h).
 *
 * An older token is known without a list of them: each tells, to who has the
 * database's key, its family and its number (crypto/refresh_chain.h).  Who has had
 * no token of a family cannot make one up, so nobody can end it from outside.  A
 * token of a higher number than the newest is no old one: it was given out by a
 * transaction that was rolled back, or by a server whose last moments were lost.
 * It is refused, and ends nothing.
 *
 * A successor is a keyed hash of the token before it.  It need not be kept, and
 * all who present a token get the same one, at once or an hour later; those who
 * present the newest at once wait for the first of them to commit or roll back, and
 * for nothing else; what has ended the family meanwhile has ended it for them.
 * Under REPEATABLE READ they get 40001 then, as anybody does who changes a row that
 * was changed since.
 */
#include "compat.h"

#include "flow/renew.h"

#include "crypto/digest.h"
#include "crypto/refresh_chain.h"
#include "crypto/wipe.h"
#include "flow/expel.h"
#include "flow/fault.h"
#include "flow/issue.h"
#include "flow/keep.h"
#include "flow/record.h"
#include "flow/sign.h"
#include "settings.h"
#include "store/refresh_families.h"
#include "store/session_marks.h"
#include "store/sessions.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

/* So often somebody else may change the row between our look and our UPDATE. */
#define TRIES_MAX 10

/* Of the family to which a token belongs. */
typedef enum Standing
{
	STANDING_UNKNOWN,			/* the family has not had it */
	STANDING_NEWEST,
	STANDING_REPEATED,			/* yields its successor once more */
	STANDING_OLD				/* ends the family */
} Standing;

/* A presented token, and what is known of it. */
typedef struct Presented
{
	MemoryContextCallback callback;
	const char *text;			/* not terminated */
	size_t		length;
	TokenDigest secret;
	TokenDigest digest;
	RefreshPlace place;
	SessionRow	session;
	FamilyRow	family;
} Presented;

static void
fail(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
			 errmsg("could not compute a refresh token")));
}

static void
wipe_secret(void *presented)
{
	Presented  *token = presented;

	wipe_memory(&token->secret, sizeof(token->secret));
}

/* In the current memory context: its secret goes with that, if an error comes between. */
static Presented *
present(const char *text, size_t length)
{
	Presented  *token = palloc0(sizeof(Presented));

	token->text = text;
	token->length = length;
	token->callback.func = wipe_secret;
	token->callback.arg = token;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &token->callback);
	return token;
}

static void
secret(TokenDigest *key)
{
	keep_digest("refresh families", "", 0, key);
}

/* Whether it says to be of a family; nothing is looked up. */
static bool
read_place(Presented *token)
{
	TokenPurpose purpose;

	if (token_classify(token->text, token->length, &purpose) != TOKEN_FORM_OURS ||
		purpose != TOKEN_REFRESH)
		return false;
	secret(&token->secret);
	issue_digest(token->text, token->length, &token->digest);
	return refresh_chain_read(&token->secret, token->text, token->length, &token->place);
}

/* Whether nothing has ended it at this moment; it may have expired. */
static bool
goes_on(Presented *token)
{
	int64		id = token->place.family;

	return id > 0 && sessions_find_by_id(id, DT_NOBEGIN, &token->session) && !expel_has(id);
}

/* Whether there is such a family, which goes on. */
static bool
find_family(Presented *token)
{
	return goes_on(token) && refresh_families_find(token->place.family, &token->family);
}

/* As it is stored, and by the present setting. */
static TimestampTz
ends_at(const SessionRow *session)
{
	return Min(session->ends_at, session->created_at +
			   (int64) settings_token_max_lifetime * USECS_PER_SEC);
}

static LoginStatus
check_session(const SessionRow *session, TimestampTz now)
{
	UserRow		user;

	if (!users_find(session->user_id, &user))
		return LOGIN_TOKEN_INVALID;
	if (users_is_disabled(&user, now))
		return LOGIN_ACCOUNT_DISABLED;
	if (ends_at(session) <= now)
		return LOGIN_TOKEN_EXPIRED;
	return LOGIN_OK;
}

static bool
is(const FamilyToken *known, const Presented *token)
{
	return known->set && digest_equal(&known->digest, &token->digest);
}

static Standing
stand(const Presented *token, TimestampTz now)
{
	const FamilyRow *family = &token->family;

	if (digest_equal(&family->digest, &token->digest))
		return STANDING_NEWEST;
	if (is(&family->previous, token) ||
		(is(&family->former, token) &&
		 now < family->former.rotated_at + (int64) settings_refresh_grace * USECS_PER_SEC))
		return STANDING_REPEATED;
	return token->place.generation < family->generation ? STANDING_OLD : STANDING_UNKNOWN;
}

/* What the client is handed, but for the refresh token. */
static void
sign_access(const SessionRow *session, TimestampTz now, LoginResult *result)
{
	SignRequest request = {0};
	SignedToken signed_token;

	request.user_id = session->user_id;
	request.session_id = session->id;
	request.expires_at = Min(sign_expiry(now), ends_at(session));
	sign_token(&request, now, &signed_token);
	result->jwt = signed_token.text;
	result->expires_at = signed_token.expires_at;
}

void
renew_require_key(void)
{
	const char *kid;

	(void) keep_signer(GetCurrentTimestamp(), &kid);
}

bool
renew_begin(const UserRow *user, const Client *client, TimestampTz now, LoginResult *result,
			int64 *session_id)
{
	NewSession	new_session = {0};
	SessionRow	session = {0};
	TokenDigest key;
	TokenDigest digest;
	bool		made;

	new_session.id = sessions_next_id();
	new_session.user_id = user->id;
	new_session.epoch = user->session_epoch;
	new_session.created_at = now;
	new_session.ends_at = now + (int64) settings_token_max_lifetime * USECS_PER_SEC;
	new_session.expires_at = new_session.ends_at;
	new_session.data = DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"));
	new_session.ip = client->ip;
	new_session.user_agent = client->user_agent;

	secret(&key);
	made = refresh_chain_begin(&key, new_session.id, (size_t) settings_token_length,
							   pg_strong_random, result->refresh_token);
	wipe_memory(&key, sizeof(key));
	if (!made)
		fail();
	issue_digest(result->refresh_token, strlen(result->refresh_token), &digest);
	if (sessions_add(&new_session, &digest) == 0)
	{
		wipe_memory(result->refresh_token, sizeof(result->refresh_token));
		return false;
	}
	refresh_families_add(new_session.id, &digest, new_session.ends_at);

	session.id = new_session.id;
	session.user_id = user->id;
	session.created_at = now;
	session.ends_at = new_session.ends_at;
	sign_access(&session, now, result);
	*session_id = session.id;
	return true;
}

static void
put_successor(const Presented *token, char *successor)
{
	if (!refresh_chain_next(&token->secret, token->text, token->length, successor))
		fail();
}

static bool
rotate(const Presented *token, char *successor, TimestampTz now)
{
	TokenDigest digest;

	put_successor(token, successor);
	issue_digest(successor, strlen(successor), &digest);
	return refresh_families_rotate(token->place.family, &token->digest, &digest, now);
}

/* The successor of a token that may be exchanged, into the result. */
static LoginStatus
exchange(Presented *token, TimestampTz now, const Client *client, LoginResult *result,
		 bool *repeated)
{
	for (int tries = 0; tries < TRIES_MAX; tries++)
	{
		LoginStatus status;

		if (!find_family(token))
			return LOGIN_TOKEN_INVALID;
		status = check_session(&token->session, now);
		if (status != LOGIN_OK)
			return status;
		switch (stand(token, now))
		{
			case STANDING_NEWEST:
				if (!rotate(token, result->refresh_token, now))
					continue;
				*repeated = false;

				/* we may have waited, and those who end a family wait for nobody */
				return goes_on(token) ? LOGIN_OK : LOGIN_TOKEN_INVALID;
			case STANDING_REPEATED:
				put_successor(token, result->refresh_token);
				*repeated = true;
				return LOGIN_OK;
			case STANDING_OLD:
				expel_family(&token->session, client, now);
				return LOGIN_TOKEN_INVALID;
			case STANDING_UNKNOWN:
				return LOGIN_TOKEN_INVALID;
		}
	}
	return LOGIN_TOKEN_INVALID;
}

void
renew_login(const char *text, size_t length, const Client *client, LoginResult *result)
{
	TimestampTz now = GetCurrentTimestamp();
	Presented  *token = present(text, length);
	bool		repeated = false;

	fault_if_read_only("enclave.refresh_jwt()");
	fault_if_restricted();
	renew_require_key();
	memset(result, 0, sizeof(*result));
	result->status = LOGIN_TOKEN_INVALID;
	if (read_place(token))
		result->status = exchange(token, now, client, result, &repeated);
	wipe_secret(token);
	if (result->status != LOGIN_OK)
		return;

	/* while we waited the key of then may have been retired */
	now = GetCurrentTimestamp();
	sign_access(&token->session, now, result);
	result->user_id = token->session.user_id;
	record_session_event(EVENT_TOKEN_REFRESHED, result->user_id, token->session.id, client,
						 repeated ? "{\"repeated\": true}" : NULL, now);
}

/* Whether a token is, or was, one of a family that nothing has ended. */
static bool
find_presented(Presented *token)
{
	bool		found = read_place(token) && find_family(token);

	wipe_secret(token);
	return found;
}

bool
renew_end(const char *text, size_t length)
{
	TimestampTz now = GetCurrentTimestamp();
	Presented  *token = present(text, length);

	if (!find_presented(token) || stand(token, now) == STANDING_UNKNOWN ||
		!session_marks_end_by_id(token->session.id, now))
		return false;
	record_session_event(EVENT_LOGOUT_SUCCESS, token->session.user_id, token->session.id, NULL,
						 NULL, now);
	return true;
}

int64
renew_session(const char *text, size_t length)
{
	TimestampTz now = GetCurrentTimestamp();
	Presented  *token = present(text, length);
	Standing	standing;

	if (!find_presented(token) ||
		check_session(&token->session, now) != LOGIN_OK)
		return 0;
	standing = stand(token, now);
	return standing == STANDING_NEWEST || standing == STANDING_REPEATED ? token->session.id : 0;
}
