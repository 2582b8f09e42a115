/*
 * export.h
 *		What is held about a user.
 */
#ifndef ENCLAVE_FLOW_EXPORT_H
#define ENCLAVE_FLOW_EXPORT_H

#include "compat.h"

/*
 * Everything that is held about a user, without hashes and digests: a jsonb of
 * one member a table, named in export.c.  NC005.
 */
extern Datum export_user(int64 user_id);

#endif							/* ENCLAVE_FLOW_EXPORT_H */
