/*
 * verify.h
 *		Verifying access tokens and sessions.
 */
#ifndef ENCLAVE_FLOW_VERIFY_H
#define ENCLAVE_FLOW_VERIFY_H

#include "compat.h"

#include "store/access_tokens.h"
#include "store/sessions.h"

/*
 * The digest under which a presented access token would be stored.  False,
 * without looking at any table, for what cannot be one: another purpose, a
 * wrong checksum, too short.  text is not terminated and may be of any length.
 */
extern bool verify_digest(const char *text, size_t length, TokenDigest *digest);

/*
 * Whether a token is valid at this moment, whatever the transaction's
 * snapshot; if so, its row.  Writes nothing and takes no transaction id.
 */
extern bool verify_access_token(const char *text, size_t length, TokenRow *token);

/* Whether it is valid and allows an ability; NULL is allowed by none. */
extern bool verify_token_ability(const char *text, size_t length, const char *ability);

/* The same two for the token of a session; valid at the moment given. */
extern bool verify_session_digest(const char *text, size_t length, TokenDigest *digest);
extern bool verify_session(const char *text, size_t length, TimestampTz now, SessionRow *session);

#endif							/* ENCLAVE_FLOW_VERIFY_H */
