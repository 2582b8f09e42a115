/*
 * users.h
 *		Rows of enclave.users.
 */
#ifndef ENCLAVE_STORE_USERS_H
#define ENCLAVE_STORE_USERS_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"

/*
 * For statements that end a user's JWTs: the new tokens_valid_from.  It is another
 * every time, whatever the clock does.
 */
#define USERS_VALID_FROM(now) \
	"greatest(" now ", coalesce(tokens_valid_from, created_at) + interval '1 microsecond')"

typedef struct OptionalTime
{
	bool		set;
	TimestampTz at;
} OptionalTime;

typedef struct UserRow
{
	int64		id;
	int64		epoch;
	char	   *email;
	char	   *name;
	char	   *password_hash;	/* NULL: cannot log in by password */
	OptionalTime email_verified_at;
	OptionalTime disabled_at;
	OptionalTime disabled_until;
	TimestampTz created_at;
	TimestampTz updated_at;
	bool		password_change_required;
	int64		session_epoch;	/* that of his sessions */
	TimestampTz valid_from;		/* since when his JWTs hold; see users_direct.h */
} UserRow;

/* What users_add is given; pointers NULL and times unset stand for NULL. */
typedef struct NewUser
{
	int64		id;				/* 0: the next of the sequence */
	const char *email;
	const char *name;
	const char *password_hash;
	OptionalTime email_verified_at;
} NewUser;

/*
 * Find by id, or by an address that was folded to lower case (ASCII).  False
 * if there is none.  Strings are allocated in the current memory context.
 */
extern bool users_find(int64 id, UserRow *user);
extern bool users_find_by_email(const char *folded, UserRow *user);

/*
 * Find by id and keep others from changing the row until the transaction ends:
 * waits for who is changing it now.  A login waits for nobody all the same.
 */
extern bool users_lock(int64 id, UserRow *user);

/*
 * Add a user.  False if the address, or the given id, is taken; waits for an
 * uncommitted sign-up with the same address, as a unique index does.
 */
extern bool users_add(const NewUser *new_user, TimestampTz now, UserRow *user);

/*
 * Add a user with a password, or find the one who has the address: the same
 * statements for both.  Whether it was added; id is not looked at.
 */
extern bool users_add_or_find(const NewUser *new_user, const char *folded, TimestampTz now,
							  UserRow *user);

/*
 * Give a user whose address was never verified to who has shown it to be his:
 * without password, verified, in a new epoch.  False if epoch or verification
 * are no longer what they were.
 */
extern bool users_claim(int64 id, int64 epoch, TimestampTz now, UserRow *user);

/*
 * Put a new hash of the same password in the place of the old one, unless the
 * row changed or is being changed: nobody waits for it, and it is tried again
 * at the next login.
 */
extern void users_renew_hash(int64 id, const char *old_hash, const char *new_hash);

/*
 * Begin a new epoch: every credential of the former one is dead when this
 * commits.  With jwt, JWTs issued until now are too.  False if there is no
 * such user.
 */
extern bool users_begin_epoch(int64 id, bool jwt, TimestampTz now, int64 *epoch);

/*
 * Let the epoch of a user's sessions lag behind his epoch by one more (1), so
 * that the epoch that has just begun ends no session; or by one less (-1), so
 * that sessions alone begin a new one.  False if there is no such user.
 */
extern bool users_shift_session_lag(int64 id, int by);

/*
 * Error 40001 if the transaction's own snapshot is too old to see the user:
 * under REPEATABLE READ a foreign key to a newer row would fail with an
 * integrity violation, which an application does not know how to retry.
 */
extern void users_require_visible(int64 id);

/* A user's row but the hash, as JSON text in the current memory context. */
extern char *users_export(int64 id);
/*
 * Remove the next accounts that are old and whose address was never verified;
 * see batch_step.
 */
extern int64 users_prune_unverified(Batch *batch);

/* Whether there are users at all. */
extern bool users_any(void);

/* Whether a disabling holds at this moment. */
extern bool users_is_disabled(const UserRow *user, TimestampTz now);

#endif							/* ENCLAVE_STORE_USERS_H */
