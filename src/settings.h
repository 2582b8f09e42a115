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
extern int	settings_password_reset_lifetime;
extern int	settings_email_verification_lifetime;
extern int	settings_magic_link_lifetime;
extern bool settings_magic_links;
extern int	settings_max_failed_attempts;
extern int	settings_lockout_duration;
extern int	settings_max_consecutive_failures;
extern int	settings_network_max_attempts;
extern int	settings_network_max_signups;
extern int	settings_one_time_requests;
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
extern bool settings_verify_email_requires_login;
extern int	settings_unverified_account_retention;
extern int	settings_mail_lease;
extern int	settings_login_attempts_retention;
extern int	settings_audit_retention;
extern int	settings_session_lifetime;
extern int	settings_session_max_lifetime;
extern char *settings_session_cookie_name;
extern char *settings_session_cookie_path;
extern char *settings_session_cookie_domain;
extern bool settings_session_cookie_secure;
extern int	settings_session_cookie_same_site;
extern int	settings_jwt_access_lifetime;
extern char *settings_jwt_issuer;
extern char *settings_jwt_audience;
extern int	settings_jwt_leeway;
extern int	settings_refresh_grace;
extern int	settings_jwks_delay;
extern char *settings_key_file;
extern char *settings_notify_events;
extern int	settings_last_used_interval;
extern bool settings_redact_log;
extern char *settings_client_address;
extern char *settings_client_address_roles;
extern int	settings_trusted_proxies;
extern int	settings_max_concurrent_hashes;
extern int	settings_hash_queue_timeout;	/* milliseconds */
extern int	settings_attempt_slots;

/* Some 1.8 GB. */
#define SETTINGS_ATTEMPT_SLOTS_MAX 16777216

/* No setting can allow a longer password: what is longer is never hashed. */
#define SETTINGS_PASSWORD_LENGTH_MAX 1024

/* No setting can allow a shorter one (ASVS 5.0, 6.2.1). */
#define SETTINGS_PASSWORD_LENGTH_MIN 8

/* Values of settings_session_cookie_same_site. */
typedef enum SettingsSameSite
{
	SETTINGS_SAME_SITE_STRICT,
	SETTINGS_SAME_SITE_LAX,
	SETTINGS_SAME_SITE_NONE
} SettingsSameSite;

typedef enum SettingsPreset
{
	SETTINGS_DEFAULT,
	SETTINGS_DEVELOPMENT,
	SETTINGS_STRICT,
	SETTINGS_PRODUCTION
} SettingsPreset;

/* Whether the library was loaded with the server. */
extern bool settings_preloaded;

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

/* Whether the current user may see its value. */
extern bool settings_is_visible(int setting);

/*
 * The value a preset gives to a setting, as one would write it after SET;
 * NULL where the preset leaves the default.  Static memory.
 */
extern const char *settings_preset_value(int setting, SettingsPreset preset);

/* Whether a setting now has the value that such a text stands for. */
extern bool settings_has_value(int setting, const char *value);

/* The value that holds without any SET, with its unit; static memory. */
extern const char *settings_default_value(int setting);

/* The unit a bare number is taken in, or NULL; static memory. */
extern const char *settings_unit(int setting);

/* What the setting means, for an administrator; static memory. */
extern const char *settings_meaning(int setting);

#endif							/* ENCLAVE_SETTINGS_H */
