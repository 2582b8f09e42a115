/*
 * signup.c
 *		Making accounts.
 *
 * The hash is made before the row, so that nothing is locked meanwhile; the
 * unique index decides a race.
 */
#include "compat.h"

#include "flow/signup.h"

#include "flow/fault.h"
#include "flow/hashing.h"
#include "flow/mail.h"
#include "flow/normalize.h"
#include "flow/policy.h"
#include "flow/quota.h"
#include "flow/record.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* The sequence goes on behind an imported id: half of them are kept for it. */
#define IMPORTED_ID_MAX (PG_INT64_MAX / 2)

static void
add(const Email *email, const char *name, const char *hash, OptionalTime verified_at, int64 id,
	EventKind event, UserRow *user)
{
	TimestampTz now = GetCurrentTimestamp();
	NewUser		new_user;

	new_user.id = id;
	new_user.email = email->typed;
	new_user.name = name;
	new_user.password_hash = hash;
	new_user.email_verified_at = verified_at;
	if (!users_add(&new_user, now, user))
		fault_user_already_exists();
	record_event(event, user->id, 0, NULL, NULL, now);
}

void
signup_with_password(const char *email, Secret *password, const char *name, UserRow *user)
{
	static const OptionalTime never = {false, 0};
	Email	   *address = palloc0(sizeof(Email));
	char	   *full_name;
	char	   *hash;

	fault_if_read_only("enclave.signup()");
	normalize_email_or_raise(email, address);
	full_name = normalize_name_or_raise(name);
	policy_require(password, address->folded, full_name);

	/* Saves a hash where the answer is known already; the index has the last word. */
	if (users_find_by_email(address->folded, user))
		fault_user_already_exists();
	hash = hashing_hash(password);
	secret_wipe(password);
	add(address, full_name, hash, never, 0, EVENT_USER_REGISTERED, user);
}

/*
 * Both ways are one: a look, a hash, a row that is added or not, a look, a
 * mail and an event.
 */
void
signup_requested(const char *email, Secret *password, const char *name, const Client *client)
{
	TimestampTz now = GetCurrentTimestamp();
	Email	   *address = palloc0(sizeof(Email));
	NewUser		new_user = {0};
	UserRow		user;
	bool		taken;
	bool		added;

	fault_if_read_only("enclave.request_signup()");
	normalize_email_or_raise(email, address);
	new_user.email = address->typed;
	new_user.name = normalize_name_or_raise(name);
	policy_require(password, address->folded, new_user.name);

	taken = users_find_by_email(address->folded, &user);
	quota_take_or_raise(QUOTA_SIGNUP, address->folded, taken ? user.id : 0, client->network, now);
	new_user.password_hash = hashing_hash(password);
	secret_wipe(password);

	now = GetCurrentTimestamp();
	added = users_add_or_find(&new_user, address->folded, now, &user);
	mail_queue(added ? MAIL_EMAIL_VERIFICATION : MAIL_ALREADY_REGISTERED, &user, user.email, NULL,
			   now);
	record_event(added ? EVENT_USER_REGISTERED : EVENT_USER_ALREADY_REGISTERED, user.id, 0, client,
				 NULL, now);
}

void
signup_without_password(const char *email, const char *name, UserRow *user)
{
	static const OptionalTime never = {false, 0};
	Email	   *address = palloc0(sizeof(Email));

	fault_if_read_only("enclave.create_user()");
	normalize_email_or_raise(email, address);
	add(address, normalize_name_or_raise(name), NULL, never, 0, EVENT_USER_REGISTERED, user);
}

void
signup_imported(const char *email, const char *hash, const char *name,
				OptionalTime email_verified_at, const int64 *id, UserRow *user)
{
	Email	   *address = palloc0(sizeof(Email));

	fault_if_read_only("enclave.import_user()");
	normalize_email_or_raise(email, address);
	if (id != NULL && (*id < 1 || *id > IMPORTED_ID_MAX))
		fault_validation("id_invalid", "Give an id from 1 to 4611686018427387903.");
	if (email_verified_at.set && TIMESTAMP_NOT_FINITE(email_verified_at.at))
		fault_validation("email_verified_at_invalid", "Give a finite time.");
	hashing_check_supported(hash == NULL ? "" : hash);
	add(address, normalize_name_or_raise(name), hash, email_verified_at, id == NULL ? 0 : *id,
		EVENT_USER_IMPORTED, user);
}
