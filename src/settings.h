/*
 * settings.h
 *		The settings of the extension: GUCs below "enclave.".
 *
 * The values are plain globals that the server keeps current; only the flow
 * room reads them.  Times are in seconds, memory is in KiB, 0 stands for
 * "no limit" where the description says so.
 */
#ifndef ENCLAVE_SETTINGS_H
#define ENCLAVE_SETTINGS_H

#include "compat.h"

extern int	settings_access_token_lifetime;
extern int	settings_token_max_lifetime;
extern int	settings_max_failed_attempts;
extern int	settings_lockout_duration;
extern int	settings_network_max_attempts;
extern int	settings_token_length;
extern int	settings_argon2_memory;
extern int	settings_argon2_iterations;
extern int	settings_argon2_parallelism;
extern int	settings_max_hash_memory;
extern int	settings_password_min_length;
extern int	settings_password_max_length;
extern bool settings_password_require_upper;
extern bool settings_password_require_lower;
extern bool settings_password_require_digit;
extern bool settings_password_require_special;
extern bool settings_password_check_common;
extern bool settings_password_check_identity;
extern bool settings_require_verified_email;
extern int	settings_login_attempts_retention;
extern int	settings_audit_retention;
extern bool settings_redact_log;

/* No setting can allow a longer password: what is longer is never hashed. */
#define SETTINGS_PASSWORD_LENGTH_MAX 1024

/* No setting can allow a shorter one (ASVS 5.0, 6.2.1). */
#define SETTINGS_PASSWORD_LENGTH_MIN 8

typedef enum SettingsPreset
{
	SETTINGS_DEFAULT,
	SETTINGS_DEVELOPMENT,
	SETTINGS_STRICT,
	SETTINGS_PRODUCTION
} SettingsPreset;

/*
 * Define every setting.  Called once, from _PG_init.
 */
extern void settings_define(void);

/*
 * Find a preset by its name.  False if there is none of that name.
 */
extern bool settings_find_preset(const char *name, SettingsPreset *preset);

/* How many settings there are; they are numbered from 0. */
extern int	settings_count(void);

/* The full name of a setting, as in pg_settings; static memory. */
extern const char *settings_name(int setting);

/* Whether databases can differ in it; if not, no preset has a value for it. */
extern bool settings_is_of_database(int setting);

/*
 * The value a preset gives to a setting, as one would write it after SET;
 * NULL where the preset leaves the default.  Static memory.
 */
extern const char *settings_preset_value(int setting, SettingsPreset preset);

/* The value that holds without any SET, with its unit; static memory. */
extern const char *settings_default_value(int setting);

/* The unit a bare number is taken in, or NULL; static memory. */
extern const char *settings_unit(int setting);

/* What the setting means, for an administrator; static memory. */
extern const char *settings_meaning(int setting);

#endif							/* ENCLAVE_SETTINGS_H */
