/*
 * applied_preset.h
 *		The database's settings, and the row that remembers which preset made
 *		them.
 */
#ifndef ENCLAVE_STORE_APPLIED_PRESET_H
#define ENCLAVE_STORE_APPLIED_PRESET_H

#include "compat.h"

#include "datatype/timestamp.h"

/*
 * ALTER DATABASE ... SET name = value for the current database, or RESET where
 * value is NULL, with the caller's own rights.
 */
extern void applied_preset_set(const char *setting, const char *value);

/* Remember a preset in the place of the last one. */
extern void applied_preset_remember(const char *name, TimestampTz now);

/* The name of the preset last applied, newly allocated, or NULL. */
extern char *applied_preset_name(void);

#endif							/* ENCLAVE_STORE_APPLIED_PRESET_H */
