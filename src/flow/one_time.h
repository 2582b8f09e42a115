/*
 * one_time.h
 *		One-time tokens: resets, verifications, magic links, changes of address.
 *
 * A token is bound to its user's epoch and address: a new epoch or a new
 * address is its end.  A revert is bound to neither, so that a thief who has
 * changed the address cannot end it; it ends by being used, or after a week.
 */
#ifndef ENCLAVE_FLOW_ONE_TIME_H
#define ENCLAVE_FLOW_ONE_TIME_H

#include "compat.h"

#include "flow/issue.h"
#include "flow/login.h"
#include "store/one_time_tokens.h"
#include "store/users.h"

/* When a token of a purpose ends that was asked for at a moment. */
extern TimestampTz one_time_end(OneTimePurpose purpose, TimestampTz asked_at);

/*
 * Make one for a user; NULL is nobody, for whom the same is done and nothing
 * is kept.  email is where it is sent; other_email NULL but for a change (the
 * present address) and a revert (the one it was changed to); binder NULL but
 * for a magic link that has one.  Its end counts from asked_at.  Up to three of
 * a purpose are alive, the oldest gives way.  False, and nothing made, if that
 * end has passed.  The caller wipes issued.
 */
extern bool one_time_issue(OneTimePurpose purpose, const UserRow *user, const char *email,
						   const char *other_email, const TokenDigest *binder,
						   TimestampTz asked_at, IssuedToken *issued);

/*
 * Consume by one statement that checks end, epoch and address and ends all
 * others of that purpose of the user: LOGIN_OK, LOGIN_TOKEN_INVALID or
 * LOGIN_TOKEN_EXPIRED.  What is then made or written for the user must carry
 * row->epoch, or ask whether it is still his: a revocation that commits at the
 * same time has not been waited for.  text is not terminated.
 */
extern LoginStatus one_time_consume(OneTimePurpose purpose, const char *text, size_t length,
									OneTimeRow *row);

/* The same for a magic link, with the binder it was asked for with; NULL is none. */
extern LoginStatus one_time_consume_bound(OneTimePurpose purpose, const char *text, size_t length,
										  const TokenDigest *binder, OneTimeRow *row);

/* Look without consuming.  A binder is not asked for. */
extern LoginStatus one_time_find(OneTimePurpose purpose, const char *text, size_t length,
								 OneTimeRow *row);

/*
 * What one_time_find finds, whatever its purpose may be; writes nothing.
 * False if it would not be accepted.
 */
extern bool one_time_peek(const char *text, size_t length, OneTimePurpose *purpose,
						  OneTimeRow *row);

/* The word for a purpose, static. */
extern const char *one_time_purpose_name(OneTimePurpose purpose);

/* An address that its owner knows again and nobody else learns: a***@b.c. */
extern char *one_time_mask(const char *email);

/*
 * End every one-time token of a user, of all purposes but reverts, and the
 * queued mail that would bring him one.  Rows that another transaction is at
 * are left to it, so that nobody waits: the caller must begin a new epoch or
 * change the address, which is their end.
 */
extern void one_time_end_all(int64 user_id);

/*
 * End a user's reverts, and the queued mail that would bring one: when an
 * address that was never verified turns out to belong to somebody else than who
 * gave it to the account.  Waits for whoever is using one; call it before the
 * user's row is written.
 */
extern void one_time_end_reverts(int64 user_id);

/*
 * A revert was consumed, and with it those of later moves: end the queued mail
 * that would bring one of these again.  What is in other hands is left there.
 */
extern void one_time_end_later_reverts(const OneTimeRow *used);

#endif							/* ENCLAVE_FLOW_ONE_TIME_H */
