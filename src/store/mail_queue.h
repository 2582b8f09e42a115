/*
 * mail_queue.h
 *		Rows of enclave.mail_queue.
 */
#ifndef ENCLAVE_STORE_MAIL_QUEUE_H
#define ENCLAVE_STORE_MAIL_QUEUE_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/batch.h"
#include "types.h"

typedef enum MailKind
{
	MAIL_PASSWORD_RESET,
	MAIL_EMAIL_VERIFICATION,
	MAIL_MAGIC_LINK,
	MAIL_TEAM_INVITATION,
	MAIL_ALREADY_REGISTERED,
	MAIL_EMAIL_CHANGE,
	MAIL_EMAIL_CHANGED,
	MAIL_PASSWORD_CHANGED,
	MAIL_ACCOUNT_LOCKED,
	MAIL_KINDS
} MailKind;

/* A mail is offered so often; then it is dead. */
#define MAIL_TRIES_MAX 8

typedef struct MailRow
{
	int64		id;
	MailKind	kind;
	bool		decoy;			/* nobody has the address: nothing is sent */
	int64		user_id;		/* 0: of no user */
	int64		epoch;			/* the user's when it was queued */
	TimestampTz created_at;
	const char *recipient;
	const char *other_email;	/* of a change; else NULL */
	bool		has_binder;
	TokenDigest binder;			/* of a magic link */
} MailRow;

/* The word for a kind, static. */
extern const char *mail_queue_kind_name(MailKind kind);

/*
 * Add a mail, due at once; id is not looked at.  Whoever LISTENs to
 * enclave_mail hears of the commit, and of nothing else.
 */
extern void mail_queue_add(const MailRow *mail);

/*
 * Lease at most limit mails that are due and no decoys, oldest first: for
 * lease seconds, and twice as long with each try; after the last one for
 * dead seconds.  Mails that another transaction is at are stepped over.  How
 * many; *mails is allocated in the current memory context.
 */
extern int	mail_queue_lease(int limit, TimestampTz now, int lease, int dead, MailRow **mails);

/* Remove a mail that was sent, or is not to be.  False if it was not there. */
extern bool mail_queue_remove(int64 id);

/*
 * Offer a mail again, after delay seconds for the first try and twice as long
 * with each; after the last one it is dead.  error is kept.
 */
extern void mail_queue_fail(int64 id, const char *error, TimestampTz now, int delay, int dead);

/*
 * Remove the queued mails of a user that would bring a token, but for reverts.
 * Rows that another transaction is at are left to it.
 */
extern void mail_queue_remove_tokens(int64 user_id);

/* Remove a user's mails that would bring a revert of a move since a time; as above. */
extern void mail_queue_remove_reverts(int64 user_id, TimestampTz since);

/* Remove all queued mails of a user, who is being deleted; as above. */
extern void mail_queue_remove_user(int64 user_id);

/* A user's queued mails, as JSON text in the current memory context. */
extern char *mail_queue_export(int64 user_id);

/* Remove at most limit decoys that nobody else is at. */
extern void mail_queue_remove_decoys(int limit);

/*
 * Remove the next mails that nobody will take any more: decoys, the dead, and
 * what no mailer took in a month.  See batch_step.
 */
extern int64 mail_queue_prune(Batch *batch);

#endif							/* ENCLAVE_STORE_MAIL_QUEUE_H */
