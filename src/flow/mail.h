/*
 * mail.h
 *		The mail queue.
 *
 * A queued mail holds no secret.  Its token is made when it is taken, and only
 * if the user, the address and the purpose are still what they were.
 */
#ifndef ENCLAVE_FLOW_MAIL_H
#define ENCLAVE_FLOW_MAIL_H

#include "compat.h"

#include "store/mail_queue.h"
#include "store/users.h"
#include "utils/tuplestore.h"

/*
 * Queue a mail for a user.  NULL is nobody: then a decoy is queued, of the
 * same length, that no mailer gets.  other_email is NULL but for
 * MAIL_EMAIL_CHANGE (the present address) and MAIL_EMAIL_CHANGED (the one it
 * was changed to; the mail brings a revert token).  A token's end counts from
 * now.  What brings a token ends with the user's epoch; notices do not.
 */
extern void mail_queue(MailKind kind, const UserRow *user, const char *recipient,
					   const char *other_email, TimestampTz now);

/* The same for a magic link, with the binder it is asked for with (NULL: none). */
extern void mail_queue_link(const UserRow *user, const char *recipient, const TokenDigest *binder,
							TimestampTz now);

/*
 * Take at most max_count mails that are due and append mail_id, kind,
 * recipient, user_id, token, expires_at, data.  What is not to be sent any more
 * is removed.  A mail that is neither sent nor failed in time is offered again.
 * NC008 for a count that is none.
 */
extern void mail_take(int max_count, Tuplestorestate *into, TupleDesc descriptor);

/* A mail was sent: it is removed. */
extern void mail_confirm(int64 id);

/* A mail could not be sent: it is offered again, later each time, at last not at all. */
extern void mail_fail(int64 id, const char *error);

#endif							/* ENCLAVE_FLOW_MAIL_H */
