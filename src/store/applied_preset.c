/*
 * applied_preset.c
 *		ALTER DATABASE SET, and SQL over enclave.applied_preset.
 */
#include "compat.h"

#include "store/applied_preset.h"

#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* A setting's name is a qualified identifier: each part is quoted by itself. */
static const char *
quote_setting(const char *setting)
{
	const char *dot = strchr(setting, '.');

	return psprintf("%s.%s", quote_identifier(pnstrdup(setting, (Size) (dot - setting))),
					quote_identifier(dot + 1));
}

void
applied_preset_set(const char *setting, const char *value)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "ALTER DATABASE %s ",
					 quote_identifier(get_database_name(MyDatabaseId)));
	if (value == NULL)
		appendStringInfo(&text, "RESET %s", quote_setting(setting));
	else
		appendStringInfo(&text, "SET %s = %s", quote_setting(setting),
						 quote_literal_cstr(value));
	query_run_utility(text.data);
	pfree(text.data);
}

void
applied_preset_remember(const char *name, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.applied_preset (name, applied_at, applied_by) VALUES ($1, $2, $3)"
		" ON CONFLICT (singleton) DO UPDATE SET name = excluded.name,"
		" applied_at = excluded.applied_at, applied_by = excluded.applied_by",
		3, {TEXTOID, TIMESTAMPTZOID, NAMEOID}, NULL
	};
	char	   *role = GetUserNameFromId(GetOuterUserId(), false);
	NameData	role_name;
	Datum		values[3];
	QueryScope	scope;

	query_begin(&scope);
	namestrcpy(&role_name, role);
	values[0] = CStringGetTextDatum(name);
	values[1] = TimestampTzGetDatum(now);
	values[2] = NameGetDatum(&role_name);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

char *
applied_preset_name(void)
{
	static SqlQuery query = {
		"SELECT name FROM enclave.applied_preset", 0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}
