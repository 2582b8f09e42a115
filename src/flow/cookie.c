/*
 * cookie.c
 *		The Set-Cookie line of a session.
 *
 * What stands in the line comes from the settings, which are checked when they
 * are set, and from a token: no character of it can end the value, add an
 * attribute or begin another header.
 */
#include "compat.h"

#include "flow/cookie.h"

#include "crypto/wipe.h"
#include "flow/fault.h"
#include "settings.h"

#define NAME_LENGTH_MAX 64
#define PATH_LENGTH_MAX 253
#define DOMAIN_LENGTH_MAX 253	/* RFC 1035, section 2.3.4, as text */
#define LABEL_LENGTH_MAX 63

static const char *const same_site_names[] = {
	[SETTINGS_SAME_SITE_STRICT] = "Strict",
	[SETTINGS_SAME_SITE_LAX] = "Lax",
	[SETTINGS_SAME_SITE_NONE] = "None",
};

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool
cookie_name_is_valid(const char *name)
{
	size_t		length = strlen(name);

	if (length == 0 || length > NAME_LENGTH_MAX || pg_strncasecmp(name, "__Host-", 7) == 0 ||
		pg_strncasecmp(name, "__Secure-", 9) == 0)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_alphanumeric(name[i]) && strchr("!#$%&'*+-.^_`|~", name[i]) == NULL)
			return false;
	return true;
}

bool
cookie_path_is_valid(const char *path)
{
	size_t		length = strlen(path);

	if (path[0] != '/' || length > PATH_LENGTH_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (path[i] <= ' ' || path[i] > '~' || path[i] == ';' || path[i] == ',')
			return false;
	return true;
}

bool
cookie_domain_is_valid(const char *domain)
{
	size_t		length = strlen(domain);
	size_t		label = 0;

	if (length == 0)
		return true;
	for (size_t i = 0; i <= length; i++)
	{
		if (i < length && domain[i] != '.')
		{
			if (!is_alphanumeric(domain[i]) && domain[i] != '-')
				return false;
			continue;
		}
		if (i == label || i - label > LABEL_LENGTH_MAX || domain[label] == '-' ||
			domain[i - 1] == '-')
			return false;
		label = i + 1;
	}
	return length <= DOMAIN_LENGTH_MAX;
}

void
cookie_check_settings(void)
{
	if (settings_session_cookie_same_site == SETTINGS_SAME_SITE_NONE &&
		!settings_session_cookie_secure)
		fault_configuration("enclave.session_cookie_same_site",
							"SameSite=None needs a secure cookie",
							"Set enclave.session_cookie_secure on, or same_site to lax or strict.");
}

bool
cookie_can_hold(const char *token, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) token[i];

		if (c <= 0x20 || c > 0x7e || c == '"' || c == ',' || c == ';' || c == '\\')
			return false;
	}
	return true;
}

/*
 * The prefix makes browsers refuse the cookie from any other host, a sibling
 * domain's or an unencrypted one's (RFC 6265bis, section 4.1.3.2).
 */
static const char *
prefix(void)
{
	return settings_session_cookie_secure && settings_session_cookie_domain[0] == '\0' &&
			strcmp(settings_session_cookie_path, "/") == 0 ? "__Host-" : "";
}

void
cookie_set(const char *token, size_t length, int64 seconds, char *line)
{
	const char *domain = settings_session_cookie_domain;
	int			written;

	written = snprintf(line, COOKIE_SIZE,
					   "%s%s=%.*s; Path=%s%s%s; HttpOnly%s; SameSite=%s; Max-Age=" INT64_FORMAT,
					   prefix(), settings_session_cookie_name, (int) length, token,
					   settings_session_cookie_path, domain[0] == '\0' ? "" : "; Domain=", domain,
					   settings_session_cookie_secure ? "; Secure" : "",
					   same_site_names[settings_session_cookie_same_site], seconds);
	if (written < 0 || written >= COOKIE_SIZE)
		elog(ERROR, "cookie does not fit");
}

/* A browser removes only what has the same name, path and domain. */
void
cookie_remove(char *line)
{
	cookie_set("", 0, 0, line);
}

void
cookie_wipe(char *line)
{
	wipe_memory(line, COOKIE_SIZE);
}
