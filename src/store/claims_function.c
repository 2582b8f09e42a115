/*
 * claims_function.c
 *		SQL over enclave.claims_function.
 */
#include "compat.h"

#include "store/claims_function.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

void
claims_function_set(const ClaimsFunction *function, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.claims_function (function, function_owner, role, registered_at)"
		" VALUES ($1, $2::pg_catalog.name, $3::pg_catalog.name, $4)"
		" ON CONFLICT (singleton) DO UPDATE SET function = excluded.function,"
		" function_owner = excluded.function_owner, role = excluded.role,"
		" registered_at = excluded.registered_at",
		4, {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(function->function);
	values[1] = CStringGetTextDatum(function->function_owner);
	values[2] = CStringGetTextDatum(function->role);
	values[3] = TimestampTzGetDatum(now);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

void
claims_function_remove(void)
{
	static SqlQuery query = {
		"DELETE FROM enclave.claims_function",
		0, {InvalidOid}, NULL
	};
	QueryScope	scope;

	query_begin(&scope);
	query_run(&query, NULL, NULL, QUERY_WRITE);
	query_end(&scope);
}

bool
claims_function_find(ClaimsFunction *function)
{
	static SqlQuery query = {
		"SELECT function, function_owner::pg_catalog.text, role::pg_catalog.text"
		" FROM enclave.claims_function",
		0, {InvalidOid}, NULL
	};
	QueryScope	scope;
	bool		found;

	query_begin(&scope);
	found = query_run(&query, NULL, NULL, QUERY_READ) > 0;
	if (found)
	{
		function->function = query_text(0, 1, scope.caller);
		function->function_owner = query_text(0, 2, scope.caller);
		function->role = query_text(0, 3, scope.caller);
	}
	query_end(&scope);
	return found;
}

char *
claims_function_lost(void)
{
	static SqlQuery query = {
		"SELECT f.function FROM enclave.claims_function f"
		" LEFT JOIN pg_catalog.pg_roles r ON r.rolname = f.role"
		" LEFT JOIN pg_catalog.pg_proc p ON p.oid = pg_catalog.to_regprocedure(f.function)"
		" LEFT JOIN pg_catalog.pg_roles o ON o.oid = p.proowner"
		" WHERE r.oid IS NULL OR o.rolname IS DISTINCT FROM f.function_owner",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}
