/*
 * event_handlers.c
 *		SQL over enclave.event_handlers.
 */
#include "compat.h"

#include "store/event_handlers.h"

#include "catalog/pg_type.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

int64
event_handlers_add(const EventHandler *handler, TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.event_handlers"
		" (pattern, function, function_owner, role, registered_at)"
		" VALUES ($1, $2, $3::pg_catalog.name, $4::pg_catalog.name, $5) RETURNING id",
		5, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[5];
	QueryScope	scope;
	bool		isnull;
	int64		id;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(handler->pattern);
	values[1] = CStringGetTextDatum(handler->function);
	values[2] = CStringGetTextDatum(handler->function_owner);
	values[3] = CStringGetTextDatum(handler->role);
	values[4] = TimestampTzGetDatum(now);
	query_run(&query, values, NULL, QUERY_WRITE);
	id = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return id;
}

bool
event_handlers_remove(int64 id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.event_handlers WHERE id = $1",
		1, {INT8OID}, NULL
	};

	return query_run_alone(&query, Int64GetDatum(id)) > 0;
}

EventHandler *
event_handlers_list(int *count)
{
	static SqlQuery query = {
		"SELECT id, pattern, function, function_owner::pg_catalog.text, role::pg_catalog.text"
		" FROM enclave.event_handlers ORDER BY id",
		0, {InvalidOid}, NULL
	};
	QueryScope	scope;
	EventHandler *handlers;
	bool		isnull;

	query_begin(&scope);
	*count = (int) query_run(&query, NULL, NULL, QUERY_READ);
	handlers = MemoryContextAlloc(scope.caller, sizeof(EventHandler) * ((Size) *count + 1));
	for (int i = 0; i < *count; i++)
	{
		uint64		row = (uint64) i;

		handlers[i].id = DatumGetInt64(query_value(row, 1, &isnull));
		handlers[i].pattern = query_text(row, 2, scope.caller);
		handlers[i].function = query_text(row, 3, scope.caller);
		handlers[i].function_owner = query_text(row, 4, scope.caller);
		handlers[i].role = query_text(row, 5, scope.caller);
	}
	query_end(&scope);
	return handlers;
}

char *
event_handlers_lost(void)
{
	static SqlQuery query = {
		"SELECT pg_catalog.format('handler %s (%s)', h.id, h.function) FROM enclave.event_handlers h"
		" LEFT JOIN pg_catalog.pg_roles r ON r.rolname = h.role"
		" LEFT JOIN pg_catalog.pg_proc p ON p.oid = pg_catalog.to_regprocedure(h.function)"
		" LEFT JOIN pg_catalog.pg_roles o ON o.oid = p.proowner"
		" WHERE r.oid IS NULL OR o.rolname IS DISTINCT FROM h.function_owner ORDER BY h.id",
		0, {InvalidOid}, NULL
	};

	return query_lines(&query);
}
