/*
 * inspect.h
 *		What the server's catalogs say about the extension's objects.
 *
 * Texts are newly allocated.
 */
#ifndef ENCLAVE_STORE_INSPECT_H
#define ENCLAVE_STORE_INSPECT_H

#include "compat.h"

/* The version of the extension's SQL in this database. */
extern char *inspect_version(void);

/* Indexes that the server does not use, or NULL. */
extern char *inspect_invalid_indexes(void);

/* Tables whose indexes take many times the room of their rows, or NULL. */
extern char *inspect_swollen_indexes(void);

/* How much room the tables and their indexes take. */
extern char *inspect_sizes(void);

#endif							/* ENCLAVE_STORE_INSPECT_H */
