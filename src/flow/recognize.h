/*
 * recognize.h
 *		Whose JWT it is, and whether he may still come in by it.
 */
#ifndef ENCLAVE_FLOW_RECOGNIZE_H
#define ENCLAVE_FLOW_RECOGNIZE_H

#include "compat.h"

#include "flow/identify.h"

/*
 * Recognize a user by a JWT of ours, or of an issuer that is trusted.  False if it
 * is none, or does not hold at this moment.  In the identity are its abilities, in
 * the current memory context, and its claims, which the next judgement of a JWT
 * overwrites.  Writes nothing, takes no transaction id.
 */
extern bool recognize_jwt(const char *text, size_t length, Identity *identity);

/* The session of a JWT of ours that holds, or 0. */
extern int64 recognize_session(const char *text, size_t length);

#endif							/* ENCLAVE_FLOW_RECOGNIZE_H */
