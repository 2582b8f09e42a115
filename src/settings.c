/*
 * settings.c
 *		One table of all settings: names, bounds, presets, meanings.  What others
 *		ask of it is in settings_query.c.
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
#include "settings_table.h"

#include <limits.h>

#include "flow/cookie.h"
#include "flow/locate.h"
#include "flow/match.h"
#include "miscadmin.h"

int			settings_access_token_lifetime;
int			settings_token_max_lifetime;
int			settings_password_reset_lifetime;
int			settings_email_verification_lifetime;
int			settings_magic_link_lifetime;
bool		settings_magic_links;
int			settings_max_failed_attempts;
int			settings_lockout_duration;
int			settings_max_consecutive_failures;
int			settings_network_max_attempts;
int			settings_network_max_signups;
int			settings_one_time_requests;
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
bool		settings_verify_email_requires_login;
int			settings_unverified_account_retention;
int			settings_mail_lease;
int			settings_login_attempts_retention;
int			settings_audit_retention;
int			settings_session_lifetime;
int			settings_session_max_lifetime;
char	   *settings_session_cookie_name;
char	   *settings_session_cookie_path;
char	   *settings_session_cookie_domain;
bool		settings_session_cookie_secure;
int			settings_session_cookie_same_site;
int			settings_jwt_access_lifetime;
char	   *settings_jwt_issuer;
char	   *settings_jwt_audience;
int			settings_jwt_leeway;
int			settings_refresh_grace;
int			settings_jwks_delay;
char	   *settings_key_file;
char	   *settings_notify_events;

int			settings_last_used_interval;
bool		settings_redact_log;
char	   *settings_client_address;
char	   *settings_client_address_roles;
int			settings_trusted_proxies;
int			settings_max_concurrent_hashes;
int			settings_hash_queue_timeout;
int			settings_attempt_slots;

bool		settings_preloaded = false;

#define JWT_NAME_MAX 255

#define MINUTE	60
#define HOUR	(60 * MINUTE)
#define DAY		(24 * HOUR)
#define MIB		1024

static const struct config_enum_entry same_site_words[] = {
	{"strict", SETTINGS_SAME_SITE_STRICT, false},
	{"lax", SETTINGS_SAME_SITE_LAX, false},
	{"none", SETTINGS_SAME_SITE_NONE, false},
	{NULL, 0, false}
};

static bool
check(bool valid, const char *allowed)
{
	if (!valid)
		GUC_check_errdetail("%s", allowed);
	return valid;
}

static bool
check_cookie_name(char **value, void **extra, GucSource source)
{
	return check(cookie_name_is_valid(*value),
				 "Give letters, digits and !#$%&'*+-.^_`|~, 64 at most, without a prefix such as __Host-, which is put in front by itself.");
}

static bool
check_cookie_path(char **value, void **extra, GucSource source)
{
	return check(cookie_path_is_valid(*value),
				 "Give a path that begins with / and holds no space, comma, semicolon or control character.");
}

static bool
check_cookie_domain(char **value, void **extra, GucSource source)
{
	return check(cookie_domain_is_valid(*value), "Give a host name, or nothing.");
}

static bool
check_notify_events(char **value, void **extra, GucSource source)
{
	return check((*value)[0] == '\0' || match_is_pattern(*value), MATCH_ALLOWED);
}

/* What would have to be escaped is not in the name of anybody. */
static bool
check_jwt_name(char **value, void **extra, GucSource source)
{
	bool		plain = strlen(*value) <= JWT_NAME_MAX;

	for (const char *at = *value; *at != '\0'; at++)
		plain = plain && *at > ' ' && *at < 0x7F && *at != '"' && *at != '\\';
	return check(plain, "Give a URL or a word of ASCII, without spaces and quotes, 255 characters at most.");
}

static bool
check_client_address(char **value, void **extra, GucSource source)
{
	return check(locate_source_is_valid(*value),
				 "Give nothing, connection, the name of a setting with a dot in it, or that and the name of a member of its JSON, as in request.headers:x-forwarded-for.");
}

static bool
check_client_address_roles(char **value, void **extra, GucSource source)
{
	return check(locate_roles_are_valid(*value), "Give names of roles with commas between.");
}

#define NUMBER(n, u, i, lo, hi) \
	"enclave." #n, PGC_SUSET, &settings_##n, NULL, NULL, NULL, NULL, u, i, lo, hi
#define SERVERNUMBER(n, context, i, lo, hi) \
	"enclave." #n, context, &settings_##n, NULL, NULL, NULL, NULL, 0, i, lo, hi
#define FLAG(n, i) "enclave." #n, PGC_SUSET, NULL, &settings_##n, NULL, NULL, NULL, 0, i, 0, 1
#define SERVERFLAG(n, i) "enclave." #n, PGC_SIGHUP, NULL, &settings_##n, NULL, NULL, NULL, 0, i, 0, 1
#define TEXT(n, check) "enclave." #n, PGC_SUSET, NULL, NULL, &settings_##n, check, NULL, 0, 0, 0, 0
#define SERVERTEXT(n, check, flags) \
	"enclave." #n, PGC_SIGHUP, NULL, NULL, &settings_##n, check, NULL, flags, 0, 0, 0
#define WORD(n, words, i) \
	"enclave." #n, PGC_SUSET, &settings_##n, NULL, NULL, NULL, words, 0, i, 0, 0

const Setting settings_table[] = {
	{NUMBER(access_token_lifetime, GUC_UNIT_S, 7 * DAY, 1, INT_MAX), "7d", {"24h", "1h", "1h"},
		"How long an access token lives after a login or a refresh.",
	"A stolen token opens the door for that long; a short one makes clients refresh more often."},
	{NUMBER(token_max_lifetime, GUC_UNIT_S, 30 * DAY, 1, INT_MAX), "30d", {"7d", "1d", "7d"},
		"How long a login can be prolonged by refreshing.",
	"Counted from the login itself; after it the user must give the password again."},
	{NUMBER(password_reset_lifetime, GUC_UNIT_S, HOUR, 60, 30 * DAY), "1h", {"2h", "30min", "15min"},
		"How long a password reset token lives, from the request.",
	"Long enough for slow mail; who reads the mailbox in that time can take the account."},
	{NUMBER(email_verification_lifetime, GUC_UNIT_S, DAY, 60, 30 * DAY), "24h", {"7d", "12h", "24h"},
		"How long a token that verifies or changes an e-mail address lives, from the request.",
	"People verify when they next read their mail."},
	{NUMBER(magic_link_lifetime, GUC_UNIT_S, 15 * MINUTE, 60, 30 * DAY), "15min", {"30min", "10min", "10min"},
		"How long a magic link lives, from the request.",
	"It opens the door by itself; NIST SP 800-63B-4 asks for ten minutes."},
	{FLAG(magic_links, 1), "on", {NULL, NULL, NULL},
		"Let people log in by a link that is sent to their address.",
	"Off, none is made and none is accepted."},
	{NUMBER(max_failed_attempts, 0, 5, 1, 1000), "5", {"10", "3", "5"},
		"Failed logins allowed for an account from one network within lockout_duration.",
	"Over all networks together an account is allowed ten times as many."},
	{NUMBER(lockout_duration, GUC_UNIT_S, 15 * MINUTE, 1, 30 * DAY), "15min", {"5min", "30min", "15min"},
		"How long a failed login counts.",
	"Longer stops guessing sooner and keeps an owner who mistyped waiting longer."},
	{NUMBER(max_consecutive_failures, 0, 0, 0, 1000), "0", {NULL, "100", "100"},
		"Wrong passwords in a row, however long it takes, after which a password is suspended; 0 is off.",
	"It works again after a reset, or when support unlocks the account; other ways in stay open."},
	{NUMBER(network_max_attempts, 0, 100, 1, 10000), "100", {"1000", "50", "100"},
		"Failed logins allowed from one network over all accounts within lockout_duration.",
	"Raise it where many users share one address; it has no effect where addresses are unknown."},
	{NUMBER(network_max_signups, 0, 20, 1, 10000), "20", {"1000", "10", "20"},
		"Sign-ups that strangers may request from one network within an hour.",
	"Raise it where many users share one address; it has no effect where addresses are unknown."},
	{NUMBER(one_time_requests, 0, 5, 1, 1000), "5", {"120", "5", "5"},
		"Requests for a one-time token of a kind, for an address from one network, within an hour.",
	"Over all networks together ten times as many; each may send a mail to somebody who did not ask."},
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
	{SERVERNUMBER(max_concurrent_hashes, PGC_SIGHUP, 0, 0, 1024), "0", {NULL, NULL, NULL},
		"Password hashes that the server computes at the same time; 0 is one for each processor.",
	"Each takes its memory and a processor; more at once finish none sooner. Acts when the library is preloaded."},
	{NUMBER(hash_queue_timeout, GUC_UNIT_MS, 2000, 0, 10 * MINUTE * 1000), "2s", {NULL, NULL, NULL},
		"How long a login waits for its turn to be hashed before it is told that the server is busy.",
	"A busy login costs nobody an attempt; long waits hold connections. Acts when the library is preloaded."},
	{SERVERNUMBER(attempt_slots, PGC_POSTMASTER, 0, -1, SETTINGS_ATTEMPT_SLOTS_MAX), "0", {NULL, NULL, NULL},
		"Failed logins that the server's memory can hold; 0 is as many as it could hash in one lockout_duration, -1 counts in rows.",
	"When all of them count, logins are told that the server is busy. Some 110 bytes each; exists when the library is preloaded."},
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
	{FLAG(verify_email_requires_login, 0), "off", {NULL, "on", "on"},
		"Let only who is logged in to an account verify its e-mail address.",
	"Keeps people from verifying, by a careless click, an account that somebody else made with their address."},
	{NUMBER(unverified_account_retention, GUC_UNIT_S, 0, 0, INT_MAX), "0", {NULL, "7d", "7d"},
		"How long an account lives that was never verified; 0 keeps it for ever.",
	"An abandoned sign-up holds an address that may be somebody else's."},
	{NUMBER(mail_lease, GUC_UNIT_S, 5 * MINUTE, 10, DAY), "5min", {NULL, NULL, NULL},
		"How long a mail that was taken is not offered again, unless its failure is reported.",
	"It doubles with every try; shorter than a mailer needs, and mails are sent twice."},
	{NUMBER(last_used_interval, GUC_UNIT_S, MINUTE, 0, INT_MAX), "1min", {NULL, NULL, NULL},
		"How exactly the last use of a token is written down.",
	"At most one small write a token in that time; 0 writes at every authenticate()."},
	{NUMBER(login_attempts_retention, GUC_UNIT_S, DAY, 0, INT_MAX), "1d", {NULL, NULL, "1d"},
		"How long failed logins are kept after they stop counting; 0 keeps them for ever.",
	"They hold networks and digests of addresses, no password."},
	{NUMBER(audit_retention, GUC_UNIT_S, 0, 0, INT_MAX), "0", {NULL, NULL, "365d"},
		"How long audit rows are kept; 0 keeps them for ever.",
	"Privacy law may ask for an end, an investigation for a long memory."},
	{NUMBER(session_lifetime, GUC_UNIT_S, 2 * HOUR, 1, INT_MAX), "2h", {"24h", "30min", "2h"},
		"How long a cookie session lives after a login or a touch.",
	"Idle for that long, its user must give the password again."},
	{NUMBER(session_max_lifetime, GUC_UNIT_S, 30 * DAY, 1, INT_MAX), "30d", {"30d", "12h", "7d"},
		"How long touching can prolong a cookie session.",
	"Counted from the login itself; NIST SP 800-63B-4 asks for at most 30 days."},
	{TEXT(session_cookie_name, check_cookie_name), "enclave_session", {NULL, NULL, NULL},
		"Name of the session's cookie.",
	"With path /, no domain and a secure cookie __Host- is put in front of it."},
	{TEXT(session_cookie_path, check_cookie_path), "/", {NULL, NULL, NULL},
		"Path of the session's cookie.",
	"It keeps the cookie from requests elsewhere, but not from pages elsewhere: it is no protection between applications."},
	{TEXT(session_cookie_domain, check_cookie_domain), "", {NULL, NULL, NULL},
		"Domain of the session's cookie; empty for the host that sets it alone.",
	"With a domain the cookie goes to every host below it, and any of them can overwrite it."},
	{FLAG(session_cookie_secure, 1), "on", {"off", NULL, NULL},
		"Let browsers send the session's cookie by HTTPS only.",
	"Off only where there is no TLS, as on a developer's machine."},
	{WORD(session_cookie_same_site, same_site_words, SETTINGS_SAME_SITE_STRICT), "strict", {NULL, NULL, NULL},
		"With which requests from other sites browsers send the session's cookie.",
	"Strict with none, lax with links that are followed, none with all; none needs a secure cookie."},
	{NUMBER(jwt_access_lifetime, GUC_UNIT_S, 15 * MINUTE, 1, INT_MAX), "15min", {"1h", "5min", "15min"},
		"How long a JWT lives after a login, a refresh or issue_jwt().",
	"Who verifies it outside of the database believes it for that long, whatever is ended here."},
	{TEXT(jwt_issuer, check_jwt_name), "", {NULL, NULL, NULL},
		"The claim iss of our JWTs, required of those that are verified; empty for none.",
	"Where several issue tokens, it says who did: the URL of this application, by custom."},
	{TEXT(jwt_audience, check_jwt_name), "", {NULL, NULL, NULL},
		"The claim aud of our JWTs, required of those that are verified; empty for none.",
	"A token for one service is then worth nothing at another that shares the keys."},
	{NUMBER(jwt_leeway, GUC_UNIT_S, 0, 0, MINUTE), "0", {NULL, NULL, NULL},
		"By how much clocks may differ when a JWT's times are checked.",
	"It adds to every token's life."},
	{NUMBER(refresh_grace, GUC_UNIT_S, 10, 0, HOUR), "10s", {"60s", "5s", "10s"},
		"How long a refresh token that was exchanged still yields the same successor once that has been used too.",
	"For tabs that ask at the same time; after it, an old refresh token ends the login."},
	{NUMBER(jwks_delay, GUC_UNIT_S, 0, 0, 30 * DAY), "0", {NULL, NULL, NULL},
		"How long a new signing key is only published before it signs.",
	"As long as readers of jwks() keep what they have read; the first key signs at once."},
	{SERVERTEXT(key_file, NULL, GUC_SUPERUSER_ONLY), "", {NULL, NULL, NULL},
		"File with the master keys that encrypt signing keys at rest, a line id:base64 each; empty for none.",
	"Without one, whoever has a dump can sign in as anybody."},
	{TEXT(notify_events, check_notify_events), "", {NULL, NULL, NULL},
		"Which events are announced on the channel enclave_events, such as auth.login.*; empty for none.",
	"Any role may listen; transactions that notify commit one after the other in the whole server."},
	{SERVERFLAG(redact_log, 1), "on", {NULL, NULL, NULL},
		"Keep passwords and tokens out of the server log; acts when the library is preloaded.",
	"Off shows the literals and bound values of every statement that calls the extension."},
	{SERVERTEXT(client_address, check_client_address, 0), "", {NULL, NULL, NULL},
		"Where a client's address comes from, unless a trusted back end gives it: connection, or a setting.",
	"Empty leaves it unknown; connection is wrong behind a pooler or proxy; a setting is as good as who may SET it."},
	{SERVERTEXT(client_address_roles, check_client_address_roles, 0), "", {NULL, NULL, NULL},
		"Login roles in whose connections the setting named by client_address is believed.",
	"Roles of gateways only, which let nobody run SQL of his own: whoever can may SET it."},
	{SERVERNUMBER(trusted_proxies, PGC_SIGHUP, 0, 0, 100), "0", {NULL, NULL, NULL},
		"How many addresses at the right end of a forwarded list are those of proxies of your own.",
	"Too many believes what a client sends; too few takes a proxy for the client."},
};

/* Before anything is defined: what is there under our names is a placeholder. */
static void
refuse_connection_options(void)
{
	for (int i = 0; i < settings_count(); i++)
		if (compat_is_set_by_client(settings_table[i].name))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("settings of enclave cannot be given in connection options"),
					 errhint("Connect without them, or ask an administrator to set them for the role or the database.")));
}

void
settings_define(void)
{
	settings_preloaded = process_shared_preload_libraries_in_progress;
	refuse_connection_options();
	for (int i = 0; i < settings_count(); i++)
	{
		const Setting *s = &settings_table[i];

		/* The server takes such a one at its start only, and ends who comes later. */
		if (s->context == PGC_POSTMASTER && !settings_preloaded)
			continue;
		if (s->flag != NULL)
			DefineCustomBoolVariable(s->name, s->meaning, s->advice, s->flag, s->initial != 0,
									 s->context, 0, NULL, NULL, NULL);
		else if (s->text != NULL)
			DefineCustomStringVariable(s->name, s->meaning, s->advice, s->text, s->shown,
									   s->context, s->unit, s->check, NULL, NULL);
		else if (s->words != NULL)
			DefineCustomEnumVariable(s->name, s->meaning, s->advice, s->number, s->initial,
									 s->words, s->context, 0, NULL, NULL, NULL);
		else
			DefineCustomIntVariable(s->name, s->meaning, s->advice, s->number, s->initial,
									s->lowest, s->highest, s->context, s->unit, NULL, NULL, NULL);
	}
	compat_reserve_prefix("enclave");
}

int
settings_count(void)
{
	return lengthof(settings_table);
}
