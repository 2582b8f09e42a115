/*
 * ask.h
 *		Asking for a one-time token.
 *
 * By mail for strangers, who learn nothing; directly for a trusted back end.
 * Both are limited, for known and unknown addresses alike: NC002.
 */
#ifndef ENCLAVE_FLOW_ASK_H
#define ENCLAVE_FLOW_ASK_H

#include "compat.h"

#include "flow/client.h"
#include "flow/issue.h"
#include "store/one_time_tokens.h"

/*
 * Ask that a reset, verification or magic link be sent to an address.  Nobody
 * with that address, a disabled account, or one that needs no verification: the
 * same work, and a mail that nobody gets.  binder is NULL but for a magic link
 * that has one.  NC009 for magic links that are switched off.
 */
extern void ask_by_mail(OneTimePurpose purpose, const char *email, const Client *client,
						const TokenDigest *binder);

/*
 * The same for a token that is returned: false if there is nobody to make one
 * for.  The caller wipes issued.
 */
extern bool ask_for_token(OneTimePurpose purpose, const char *email, const Client *client,
						  const TokenDigest *binder, IssuedToken *issued);

/* A verification for a user's present address: NC005, NC007, NC009 disabled. */
extern void ask_for_verification(int64 user_id, IssuedToken *issued);

/* The digest of a binder, of 1 to 4096 bytes: NC008. */
extern void ask_binder(const char *text, size_t length, TokenDigest *digest);

#endif							/* ENCLAVE_FLOW_ASK_H */
