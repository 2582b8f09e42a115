/*
 * limit_definitions.c
 *		The index look-up of the hot path over enclave.limit_definitions, and
 *		the SQL that changes it.
 *
 * Attribute numbers are those of the table's definition in migrations/.
 */
#include "compat.h"

#include "store/limit_definitions.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "mb/pg_wchar.h"
#include "store/catalog.h"
#include "store/direct.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

enum LimitDefinitionsAttribute
{
	LIMIT_NAME = 1,
	LIMIT_ID,
	LIMIT_MAX_ATTEMPTS,
	LIMIT_PER,
	LIMIT_MESSAGE
};

/* No name that could be one is longer. */
#define NAME_BYTES_MAX ((size_t) 100 * MAX_MULTIBYTE_CHAR_LEN)

int64
limit_definitions_length(const Interval *interval)
{
	int64		days = (int64) interval->month * DAYS_PER_MONTH + interval->day;
	int64		length;

	if (pg_mul_s64_overflow(days, USECS_PER_DAY, &length) ||
		pg_add_s64_overflow(length, interval->time, &length))
		return -1;
	return length;
}

static void
read_row(HeapTuple tuple, Relation limits, LimitDefinition *definition)
{
	bool		isnull;
	Datum		message = heap_getattr(tuple, LIMIT_MESSAGE, RelationGetDescr(limits), &isnull);

	definition->id = DatumGetInt64(direct_attribute(tuple, LIMIT_ID, limits));
	definition->max_attempts = DatumGetInt32(direct_attribute(tuple, LIMIT_MAX_ATTEMPTS, limits));
	definition->lasting =
		limit_definitions_length(DatumGetIntervalP(direct_attribute(tuple, LIMIT_PER, limits)));
	definition->message = isnull ? NULL : TextDatumGetCString(message);
}

bool
limit_definitions_find(const char *name, size_t length, LimitDefinition *definition)
{
	Relation	limits;
	ScanKeyData key;
	Snapshot	snapshot;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found;

	if (length > NAME_BYTES_MAX)
		return false;
	limits = table_open(catalog_relation(CATALOG_LIMIT_DEFINITIONS), AccessShareLock);

	/* ScanKeyInit gives a key the collation "C", which is the column's. */
	ScanKeyInit(&key, LIMIT_NAME, BTEqualStrategyNumber, F_TEXTEQ,
				PointerGetDatum(cstring_to_text_with_len(name, (int) length)));
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = systable_beginscan(limits, catalog_relation(CATALOG_LIMIT_DEFINITIONS_PKEY), true,
							  snapshot, 1, &key);
	tuple = systable_getnext(scan);
	found = HeapTupleIsValid(tuple);
	if (found)
		read_row(tuple, limits, definition);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(limits, AccessShareLock);
	return found;
}

bool
limit_definitions_put(const char *name, int max_attempts, const Interval *per, const char *message,
					  TimestampTz now)
{
	static SqlQuery query = {
		"INSERT INTO enclave.limit_definitions AS d (name, max_attempts, per, message, defined_at)"
		" VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO UPDATE SET"
		" id = CASE WHEN d.max_attempts = excluded.max_attempts AND d.per = excluded.per"
		" THEN d.id ELSE excluded.id END, max_attempts = excluded.max_attempts,"
		" per = excluded.per, message = excluded.message, defined_at = excluded.defined_at"
		" WHERE (d.max_attempts, d.per, d.message)"
		" IS DISTINCT FROM (excluded.max_attempts, excluded.per, excluded.message)",
		5, {TEXTOID, INT4OID, INTERVALOID, TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[5] = {0};
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};
	QueryScope	scope;
	uint64		count;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(name);
	values[1] = Int32GetDatum(max_attempts);
	values[2] = IntervalPGetDatum(per);
	if (message == NULL)
		nulls[3] = 'n';
	else
		values[3] = CStringGetTextDatum(message);
	values[4] = TimestampTzGetDatum(now);
	count = query_run(&query, values, nulls, QUERY_WRITE);
	query_end(&scope);
	return count > 0;
}

bool
limit_definitions_remove(const char *name)
{
	static SqlQuery query = {
		"DELETE FROM enclave.limit_definitions WHERE name = $1",
		1, {TEXTOID}, NULL
	};

	return query_run_alone(&query, CStringGetTextDatum(name)) > 0;
}
