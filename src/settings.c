/*
 * settings.c
 *		One table of all settings: names, bounds, presets, meanings.
 *
 * All are PGC_SUSET, or PGC_SIGHUP where the server has to be of one mind: a role
 * that may not administer the database can neither weaken the hashing nor lift
 * a limit for itself.  A value that an ordinary
 * role sets before the library is loaded is a placeholder, which the server
 * throws away with a warning when the real setting is defined.  One that came
 * with the connection has by then replaced what the administrator set for the
 * database, so that the built-in default would be left: the library refuses to
 * work in such a session.
 *
 * The presets stand beside the defaults, so that a column of api.md section 5
 * is a column here.
 */
#include "settings.h"

#include <limits.h>

int			settings_access_token_lifetime;
int			settings_token_max_lifetime;
int			settings_max_failed_attempts;
int			settings_lockout_duration;
int			settings_network_max_attempts;
int			settings_token_length;
int			settings_argon2_memory;
int			settings_argon2_iterations;
int			settings_argon2_parallelism;
int			settings_max_hash_memory;
int			settings_password_min_length;
int			settings_password_max_length;
bool		settings_password_require_upper;
bool		settings_password_require_lower;
bool		settings_password_require_digit;
bool		settings_password_require_special;
bool		settings_password_check_common;
bool		settings_password_check_identity;
bool		settings_require_verified_email;
int			settings_login_attempts_retention;
int			settings_audit_retention;
bool		settings_redact_log;

#define MINUTE	60
#define HOUR	(60 * MINUTE)
#define DAY		(24 * HOUR)
#define MIB		1024

/*
 * A boolean stands in the same table: its variable is flag, its bounds are
 * unused, its default is 0 or 1.
 */
typedef struct Setting
{
	const char *name;
	GucContext	context;
	int		   *number;
	bool	   *flag;
	int			unit;			/* GUC_UNIT_S, GUC_UNIT_KB or 0 */
	int			initial;
	int			lowest;
	int			highest;
	const char *shown;			/* the default as an administrator writes it */
	const char *preset[3];		/* development, strict, production */
	const char *meaning;
	const char *advice;			/* what to weigh when changing it */
} Setting;

#define NUMBER(n, u, i, lo, hi) "enclave." #n, PGC_SUSET, &settings_##n, NULL, u, i, lo, hi
#define FLAG(n, i) "enclave." #n, PGC_SUSET, NULL, &settings_##n, 0, i, 0, 1
#define SERVERFLAG(n, i) "enclave." #n, PGC_SIGHUP, NULL, &settings_##n, 0, i, 0, 1

static const Setting settings[] = {
	{NUMBER(access_token_lifetime, GUC_UNIT_S, 7 * DAY, 1, INT_MAX), "7d", {"24h", "1h", "1h"},
		"How long an access token lives after a login or a refresh.",
	"A stolen token opens the door for that long; a short one makes clients refresh more often."},
	{NUMBER(token_max_lifetime, GUC_UNIT_S, 30 * DAY, 1, INT_MAX), "30d", {"7d", "1d", "7d"},
		"How long a login can be prolonged by refreshing.",
	"Counted from the login itself; after it the user must give the password again."},
	{NUMBER(max_failed_attempts, 0, 5, 1, 1000), "5", {"10", "3", "5"},
		"Failed logins allowed for an account from one network within lockout_duration.",
	"Over all networks together an account is allowed ten times as many."},
	{NUMBER(lockout_duration, GUC_UNIT_S, 15 * MINUTE, 1, 30 * DAY), "15min", {"5min", "30min", "15min"},
		"How long a failed login counts.",
	"Longer stops guessing sooner and keeps an owner who mistyped waiting longer."},
	{NUMBER(network_max_attempts, 0, 100, 1, 10000), "100", {"1000", "50", "100"},
		"Failed logins allowed from one network over all accounts within lockout_duration.",
	"Raise it where many users share one address; it has no effect where addresses are unknown."},
	{NUMBER(token_length, 0, 32, 32, 64), "32", {NULL, "48", "40"},
		"Random characters in a token.",
	"Each carries 5.95 bits; 32 are already beyond guessing."},
	{NUMBER(argon2_memory, GUC_UNIT_KB, 19 * MIB, 8, 4095 * MIB), "19456kB", {NULL, "65536kB", "65536kB"},
		"Memory that one password hash fills.",
	"The main cost for an attacker, and for this server: times the logins that run at once."},
	{NUMBER(argon2_iterations, 0, 2, 1, 64), "2", {NULL, "3", "3"},
		"Passes over that memory for one password hash.",
	"Time for a login grows in proportion."},
	{NUMBER(argon2_parallelism, 0, 1, 1, 255), "1", {NULL, "4", "4"},
		"Lanes of a password hash.",
	"One thread computes them all: a lane more changes the hash, not the time."},
	{NUMBER(max_hash_memory, GUC_UNIT_KB, 1024 * MIB, 8, 4095 * MIB), "1GB", {NULL, NULL, NULL},
		"Highest memory cost that a stored or imported hash may ask for.",
	"A hash cannot be interrupted, so a greater one is refused before any memory is taken."},
	{NUMBER(password_min_length, 0, 8, SETTINGS_PASSWORD_LENGTH_MIN, 128), "8", {NULL, "12", "15"},
		"Fewest characters of a new password.",
	"NIST SP 800-63B-4 asks for 15 where the password is the only factor."},
	{NUMBER(password_max_length, 0, 128, 64, SETTINGS_PASSWORD_LENGTH_MAX), "128", {NULL, NULL, NULL},
		"Most characters of a new password.",
	"Every character counts; nothing is cut off."},
	{FLAG(password_require_upper, 0), "off", {NULL, "on", NULL},
		"A new password needs an upper-case letter.",
	"NIST and ASVS advise against such rules."},
	{FLAG(password_require_lower, 0), "off", {NULL, "on", NULL},
		"A new password needs a lower-case letter.",
	"NIST and ASVS advise against such rules."},
	{FLAG(password_require_digit, 0), "off", {NULL, "on", NULL},
		"A new password needs a digit.",
	"NIST and ASVS advise against such rules."},
	{FLAG(password_require_special, 0), "off", {NULL, "on", NULL},
		"A new password needs a punctuation mark.",
	"NIST and ASVS advise against such rules."},
	{FLAG(password_check_common, 1), "on", {"off", "on", "on"},
		"Refuse common passwords, repetitions, sequences and keyboard runs.",
	"Off only where test data needs simple passwords."},
	{FLAG(password_check_identity, 1), "on", {"off", "on", "on"},
		"Refuse passwords made of the user's own address or name.",
	"Off only where test data needs simple passwords."},
	{FLAG(require_verified_email, 0), "off", {NULL, "on", "on"},
		"Let nobody log in before the e-mail address is verified.",
	"The refusal is told only after the right password."},
	{NUMBER(login_attempts_retention, GUC_UNIT_S, DAY, 0, INT_MAX), "1d", {NULL, NULL, "1d"},
		"How long failed logins are kept after they stop counting; 0 keeps them for ever.",
	"They hold networks and digests of addresses, no password."},
	{NUMBER(audit_retention, GUC_UNIT_S, 0, 0, INT_MAX), "0", {NULL, NULL, "365d"},
		"How long audit rows are kept; 0 keeps them for ever.",
	"Privacy law may ask for an end, an investigation for a long memory."},
	{SERVERFLAG(redact_log, 1), "on", {NULL, NULL, NULL},
		"Keep passwords and tokens out of the server log; acts when the library is preloaded.",
	"Off shows the literals and bound values of every statement that calls the extension."},
};

/* Before anything is defined: what is there under our names is a placeholder. */
static void
refuse_connection_options(void)
{
	for (int i = 0; i < settings_count(); i++)
		if (compat_is_set_by_client(settings[i].name))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("settings of enclave cannot be given in connection options"),
					 errhint("Connect without them, or ask an administrator to set them for the role or the database.")));
}

void
settings_define(void)
{
	refuse_connection_options();
	for (int i = 0; i < settings_count(); i++)
	{
		const Setting *s = &settings[i];

		if (s->flag != NULL)
			DefineCustomBoolVariable(s->name, s->meaning, s->advice, s->flag, s->initial != 0,
									 s->context, 0, NULL, NULL, NULL);
		else
			DefineCustomIntVariable(s->name, s->meaning, s->advice, s->number, s->initial,
									s->lowest, s->highest, s->context, s->unit, NULL, NULL, NULL);
	}
	compat_reserve_prefix("enclave");
}

bool
settings_find_preset(const char *name, SettingsPreset *preset)
{
	static const char *const names[] = {"default", "development", "strict", "production"};

	for (int i = 0; i < (int) lengthof(names); i++)
	{
		if (strcmp(name, names[i]) == 0)
		{
			*preset = (SettingsPreset) i;
			return true;
		}
	}
	return false;
}

int
settings_count(void)
{
	return lengthof(settings);
}

const char *
settings_name(int setting)
{
	return settings[setting].name;
}

bool
settings_is_of_database(int setting)
{
	return settings[setting].context == PGC_SUSET;
}

const char *
settings_preset_value(int setting, SettingsPreset preset)
{
	if (preset == SETTINGS_DEFAULT)
		return NULL;
	return settings[setting].preset[preset - 1];
}

const char *
settings_default_value(int setting)
{
	return settings[setting].shown;
}

const char *
settings_unit(int setting)
{
	switch (settings[setting].unit)
	{
		case GUC_UNIT_S:
			return "s";
		case GUC_UNIT_KB:
			return "kB";
		default:
			return NULL;
	}
}

const char *
settings_meaning(int setting)
{
	return settings[setting].meaning;
}
