/*
 * conceal.h
 *		A message without its secrets, for the log.
 */
#ifndef ENCLAVE_FLOW_CONCEAL_H
#define ENCLAVE_FLOW_CONCEAL_H

#include "compat.h"

/*
 * Whether a field of the message, or the statement at work, may hold a secret
 * (suspect.h).  Reads memory only and cannot fail, in any process and at any
 * moment at which the server itself can report.
 */
extern bool conceal_is_due(const ErrorData *edata);

/*
 * Replace every text of the message by one without secrets, in the current
 * memory context, and keep the server from adding the statement.  The former
 * texts are left alone: they are the caller's.  Where there is no memory for a
 * text it is left out.  Raises nothing.
 */
extern void conceal_texts(ErrorData *edata);

/* Free the texts that conceal_texts has made. */
extern void conceal_free(const ErrorData *edata);

#endif							/* ENCLAVE_FLOW_CONCEAL_H */
