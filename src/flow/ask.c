/*
 * ask.c
 *		Asking for a one-time token.
 *
 * What an attacker may see: that an address, known or not, has been asked for
 * too often.  Everything else is the same for an address that nobody has: the
 * statements, the rows and their lengths, the NOTIFY.
 */
#include "compat.h"

#include "flow/ask.h"

#include "flow/fault.h"
#include "flow/mail.h"
#include "flow/normalize.h"
#include "flow/one_time.h"
#include "flow/quota.h"
#include "flow/record.h"
#include "settings.h"
#include "utils/timestamp.h"

typedef struct Request
{
	const char *by_mail;		/* the functions, for the errors of a READ ONLY transaction */
	const char *directly;
	QuotaKind	quota;
	EventKind	event;
	MailKind	mail;
} Request;

static const Request requests[] = {
	[ONE_TIME_PASSWORD_RESET] = {"enclave.forgot_password()", "enclave.create_password_reset()",
	QUOTA_PASSWORD_RESET, EVENT_PASSWORD_RESET_REQUESTED, MAIL_PASSWORD_RESET},
	[ONE_TIME_EMAIL_VERIFICATION] = {"enclave.request_verification()",
	"enclave.create_email_verification()", QUOTA_EMAIL_VERIFICATION, EVENT_EMAIL_VERIFICATION_SENT,
	MAIL_EMAIL_VERIFICATION},
	[ONE_TIME_MAGIC_LINK] = {"enclave.request_magic_link()", "enclave.create_magic_link()",
	QUOTA_MAGIC_LINK, EVENT_MAGIC_LINK_REQUESTED, MAIL_MAGIC_LINK},
};

/* Longer than any that a back end would keep in a cookie. */
#define BINDER_MAX 4096

void
ask_binder(const char *text, size_t length, TokenDigest *digest)
{
	if (length < 1 || length > BINDER_MAX)
		fault_validation("binder_invalid", "Give 1 to 4096 bytes, or NULL.");
	issue_digest(text, length, digest);
}

static void
check_allowed(OneTimePurpose purpose, const char *function)
{
	fault_if_read_only(function);
	fault_if_restricted();
	if (purpose == ONE_TIME_MAGIC_LINK && !settings_magic_links)
		fault_forbidden("Magic links are switched off.");
}

static bool
is_wanted(OneTimePurpose purpose, const UserRow *user, TimestampTz now)
{
	return !users_is_disabled(user, now) &&
		!(purpose == ONE_TIME_EMAIL_VERIFICATION && user->email_verified_at.set);
}

/*
 * Count the request and find whom it is for; NULL if nobody.  A malformed
 * address is looked up as the empty one, which nobody has; it is counted under
 * what was typed.
 */
static const UserRow *
find_asked(OneTimePurpose purpose, const char *email, const Client *client, TimestampTz now,
		   const char **typed)
{
	Email	   *address = palloc0(sizeof(Email));
	UserRow    *user = palloc0(sizeof(UserRow));
	const char *rule;
	bool		known;

	*typed = email == NULL ? "" : email;
	if (normalize_email(email, address, &rule))
		*typed = address->folded;
	else
		address->folded[0] = '\0';

	known = users_find_by_email(address->folded, user);
	quota_take_or_raise(requests[purpose].quota, *typed, known ? user->id : 0, client->network,
						now);
	record_event(requests[purpose].event, known ? user->id : 0, 0, client, NULL, now);
	return known && is_wanted(purpose, user, now) ? user : NULL;
}

void
ask_by_mail(OneTimePurpose purpose, const char *email, const Client *client,
			const TokenDigest *binder)
{
	TimestampTz now = GetCurrentTimestamp();
	const char *typed;
	const UserRow *user;
	const char *recipient;

	check_allowed(purpose, requests[purpose].by_mail);
	user = find_asked(purpose, email, client, now, &typed);
	recipient = user == NULL ? typed : user->email;
	if (purpose == ONE_TIME_MAGIC_LINK)
		mail_queue_link(user, recipient, binder, now);
	else
		mail_queue(requests[purpose].mail, user, recipient, NULL, now);
}

bool
ask_for_token(OneTimePurpose purpose, const char *email, const Client *client,
			  const TokenDigest *binder, IssuedToken *issued)
{
	TimestampTz now = GetCurrentTimestamp();
	const char *typed;
	const UserRow *user;

	check_allowed(purpose, requests[purpose].directly);
	user = find_asked(purpose, email, client, now, &typed);
	if (user != NULL)
		users_require_visible(user->id);
	return one_time_issue(purpose, user, user == NULL ? typed : user->email, NULL, binder, now,
						  issued) && user != NULL;
}

void
ask_for_verification(int64 user_id, IssuedToken *issued)
{
	const Request *request = &requests[ONE_TIME_EMAIL_VERIFICATION];
	TimestampTz now = GetCurrentTimestamp();
	Email	   *address = palloc0(sizeof(Email));
	UserRow		user;

	check_allowed(ONE_TIME_EMAIL_VERIFICATION, request->directly);
	if (!users_find(user_id, &user))
		fault_user_not_found();
	if (user.email_verified_at.set)
		fault_email_already_verified();
	if (users_is_disabled(&user, now))
		fault_forbidden("The account is disabled.");
	users_require_visible(user_id);

	normalize_email_or_raise(user.email, address);
	quota_take_or_raise(request->quota, address->folded, user_id, 0, now);
	one_time_issue(ONE_TIME_EMAIL_VERIFICATION, &user, user.email, NULL, NULL, now, issued);
	record_event(request->event, user_id, 0, NULL, NULL, now);
}
