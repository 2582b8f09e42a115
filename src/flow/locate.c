/*
 * locate.c
 *		Where the client is, by what the administrator has told us to believe.
 *
 * A setting with a name of the application's own can be SET by whoever can run
 * SQL.  So it is read only in connections that were authenticated as a listed
 * role: GetAuthenticatedUserId() is the role of the start-up packet, which
 * neither SET ROLE nor SET SESSION AUTHORIZATION moves, on every version
 * (system_user, new in 16, is how somebody was authenticated, not who he is
 * here).  Roles are compared by name, as the administrator wrote them.
 *
 * A header is what a stranger sent.  It is read by the strict reader of the
 * crypto room, which does not raise, and finds its member among as many others
 * as any gateway lets through: an address that a crowd of headers could hide would be
 * unknown whenever that suits whoever sends them.
 */
#include "compat.h"

#include "flow/locate.h"

#include <sys/socket.h>

#include "crypto/json.h"
#include "crypto/json_string.h"
#include "flow/normalize.h"
#include "flow/unwrap.h"
#include "miscadmin.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/inet.h"
#include "utils/varlena.h"

#define CONNECTION "connection"

/* Between a setting's name and that of a member of its JSON. */
#define MEMBER_MARK ':'

/* By the server's function: its structures want the headers of its libraries. */
Datum
locate_by_connection(void)
{
	LOCAL_FCINFO(call, 0);
	Datum		peer;
	inet	   *address;

	if (strcmp(settings_client_address, CONNECTION) != 0)
		return (Datum) 0;
	InitFunctionCallInfoData(*call, NULL, 0, InvalidOid, NULL, NULL);
	peer = inet_client_addr(call);
	if (call->isnull)
		return (Datum) 0;
	address = DatumGetInetPP(peer);
	return ip_family(address) == PGSQL_AF_INET ? peer : normalize_ipv6(ip_addr(address));
}

bool
locate_asks_setting(void)
{
	return settings_client_address[0] != '\0' && strcmp(settings_client_address, CONNECTION) != 0;
}

List *
locate_roles(void)
{
	List	   *names = NIL;

	/* It points into the copy. */
	(void) SplitIdentifierString(pstrdup(settings_client_address_roles), ',', &names);
	return names;
}

static bool
login_role_is_listed(void)
{
	char	   *login = GetUserNameFromId(GetAuthenticatedUserId(), true);
	ListCell   *cell;

	if (login == NULL)
		return false;
	foreach(cell, locate_roles())
	{
		if (strcmp(lfirst(cell), login) == 0)
			return true;
	}
	return false;
}

/* The string at a member of a JSON object is a list of hops. */
static Datum
read_member(const char *text, const char *name)
{
	JsonDocument *document = palloc(sizeof(JsonDocument));
	const JsonNode *value;
	Datum		address = 0;

	if (json_parse_member(text, strlen(text), name, document) == JSON_OK &&
		(value = json_root(document)) != NULL)
	{
		/* Undoing escapes makes nothing longer. */
		size_t		size = value->end - value->start + 1;
		char	   *list = palloc(size);
		size_t		length;

		if (json_string_copy(document, value, list, size, &length))
			address = unwrap_hop(list, length, settings_trusted_proxies);
		pfree(list);
	}
	pfree(document);
	return address;
}

Datum
locate_by_setting(void)
{
	const char *mark;
	const char *value;

	if (!locate_asks_setting() || !login_role_is_listed())
		return (Datum) 0;

	/* Of no such setting nothing is said, and it is not made. */
	mark = strchr(settings_client_address, MEMBER_MARK);
	if (mark == NULL)
	{
		value = GetConfigOption(settings_client_address, true, false);
		return value == NULL ? (Datum) 0 : unwrap_address(value, strlen(value));
	}
	value = GetConfigOption(pnstrdup(settings_client_address,
									 (Size) (mark - settings_client_address)), true, false);
	return value == NULL ? (Datum) 0 : read_member(value, mark + 1);
}

static bool
is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		strchr("_$-", c) != NULL;
}

/* The name of a setting of somebody's own has a dot in it, within. */
static bool
is_setting_name(const char *name, size_t length)
{
	bool		dotted = false;

	for (size_t i = 0; i < length; i++)
	{
		bool		dot = name[i] == '.' && i > 0 && name[i - 1] != '.' && i < length - 1;

		if (!dot && (name[i] == '\0' || !is_name_character(name[i])))
			return false;
		dotted = dotted || dot;
	}
	return dotted;
}

bool
locate_source_is_valid(const char *source)
{
	const char *mark = strchr(source, MEMBER_MARK);

	if (source[0] == '\0' || strcmp(source, CONNECTION) == 0)
		return true;
	if (mark == NULL)
		return is_setting_name(source, strlen(source));
	if (mark[1] == '\0')
		return false;
	for (const char *c = mark + 1; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return false;
	return is_setting_name(source, (size_t) (mark - source));
}

bool
locate_roles_are_valid(const char *roles)
{
	char	   *copy = pstrdup(roles);
	List	   *names = NIL;
	bool		valid = SplitIdentifierString(copy, ',', &names);

	list_free(names);
	pfree(copy);
	return valid;
}
