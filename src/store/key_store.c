/*
 * key_store.c
 *		SQL over enclave.key_store, and the news of its changes.
 *
 * Backends keep what they have read, since a look at the table and the import
 * of a key cost more than a signature.  A trigger sends the table's relcache
 * invalidation with every change, whoever makes it: the server hands it to all
 * backends when the change is committed, before its author hears of it, and
 * standbys replay it.  It is taken in by key_store_generation, so a key that
 * was retired a moment before is seen to be, under every isolation level and
 * within one statement.
 *
 * Who reads the table between a commit and its invalidation reads it once more
 * than needed.  Who has not yet read it does not know of a new key: so a key
 * that is not known is looked for here, once, before it is refused.
 */
#include "compat.h"

#include "store/key_store.h"

#include "catalog/pg_type.h"
#include "store/catalog.h"
#include "store/query.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#define COLUMNS \
	"purpose, kid, algorithm, public_jwk::pg_catalog.text, created_at, signs_from," \
	" coalesce(signs_until, 'infinity'), wrapped_by"
#define COLUMN_PRIVATE 9

static const char *const purpose_names[] = {"sign", "digest"};

static uint64 generation = 1;

/* The table whose changes are waited for. */
static Oid	watched = InvalidOid;

static void
note_change(Datum arg, Oid relation)
{
	(void) arg;
	if (relation == InvalidOid || relation == watched)
		generation++;
}

static void
watch(void)
{
	static bool listening = false;
	Oid			table = catalog_relation(CATALOG_KEY_STORE);

	if (!listening)
	{
		CacheRegisterRelcacheCallback(note_change, (Datum) 0);
		listening = true;
	}
	if (watched != table)
		generation++;
	watched = table;
}

uint64
key_store_generation(void)
{
	AcceptInvalidationMessages();
	watch();
	return generation;
}

void
key_store_announce(Oid table)
{
	CacheInvalidateRelcacheByRelid(table);
}

void
key_store_lock(void)
{
	LockRelationOid(catalog_relation(CATALOG_KEY_STORE), ShareRowExclusiveLock);
}

static void
read_row(uint64 row, MemoryContext context, bool private, StoredKey *key)
{
	char	   *purpose = query_text(row, 1, context);
	bool		isnull;
	Datum		value;

	key->purpose = strcmp(purpose, purpose_names[KEY_TO_SIGN]) == 0 ? KEY_TO_SIGN : KEY_TO_DIGEST;
	key->kid = query_text(row, 2, context);
	key->algorithm = query_text(row, 3, context);
	key->public_jwk = query_text(row, 4, context);
	key->created_at = DatumGetTimestampTz(query_value(row, 5, &isnull));
	key->signs_from = DatumGetTimestampTz(query_value(row, 6, &isnull));
	key->signs_until = DatumGetTimestampTz(query_value(row, 7, &isnull));
	key->wrapped_by = query_text(row, 8, context);
	key->private = NULL;
	value = private ? query_value(row, COLUMN_PRIVATE, &isnull) : (Datum) 0;
	if (private && !isnull)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		key->private = (bytea *) PG_DETOAST_DATUM_COPY(value);
		MemoryContextSwitchTo(old);
	}
}

/* NULL and a count of 0 for no rows; into a context, or the caller's for NULL. */
static StoredKey *
list(SqlQuery *query, Datum *values, MemoryContext context, bool private, int *count)
{
	QueryScope	scope;
	StoredKey  *keys = NULL;

	query_begin(&scope);
	if (context == NULL)
		context = scope.caller;
	*count = (int) query_run(query, values, NULL, QUERY_READ);
	if (*count > 0)
		keys = MemoryContextAllocZero(context, sizeof(StoredKey) * (Size) *count);
	for (int i = 0; i < *count; i++)
		read_row((uint64) i, context, private, &keys[i]);
	query_end(&scope);
	return keys;
}

StoredKey *
key_store_list(MemoryContext context, int *count)
{
	static SqlQuery query = {
		"SELECT " COLUMNS " FROM enclave.key_store WHERE purpose = 'sign' AND retired_at IS NULL"
		" ORDER BY signs_from DESC, created_at DESC, kid",
		0, {InvalidOid}, NULL
	};

	return list(&query, NULL, context, false, count);
}

StoredKey *
key_store_list_private(int *count)
{
	static SqlQuery query = {
		"SELECT " COLUMNS ", private FROM enclave.key_store WHERE private IS NOT NULL"
		" ORDER BY created_at, kid",
		0, {InvalidOid}, NULL
	};

	return list(&query, NULL, NULL, true, count);
}

StoredKey *
key_store_find(const char *kid)
{
	static SqlQuery query = {
		"SELECT " COLUMNS ", private FROM enclave.key_store"
		" WHERE kid = $1 AND purpose = 'sign' AND retired_at IS NULL",
		1, {TEXTOID}, NULL
	};
	Datum		value = CStringGetTextDatum(kid);
	int			count;

	return list(&query, &value, NULL, true, &count);
}

StoredKey *
key_store_find_digest(void)
{
	static SqlQuery query = {
		"SELECT " COLUMNS ", private FROM enclave.key_store WHERE purpose = 'digest'",
		0, {InvalidOid}, NULL
	};
	int			count;

	return list(&query, NULL, NULL, true, &count);
}

void
key_store_remove_digest(void)
{
	static SqlQuery query = {
		"DELETE FROM enclave.key_store WHERE purpose = 'digest'",
		0, {InvalidOid}, NULL
	};
	QueryScope	scope;

	query_begin(&scope);
	query_run(&query, NULL, NULL, QUERY_WRITE);
	query_end(&scope);
}

KeyLife
key_store_life(const char *kid)
{
	static SqlQuery query = {
		"SELECT retired_at IS NULL FROM enclave.key_store WHERE kid = $1 AND purpose = 'sign'",
		1, {TEXTOID}, NULL
	};
	Datum		value = CStringGetTextDatum(kid);
	KeyLife		life = KEY_UNKNOWN;
	QueryScope	scope;
	bool		isnull;

	query_begin(&scope);
	if (query_run(&query, &value, NULL, QUERY_READ) > 0)
		life = DatumGetBool(query_value(0, 1, &isnull)) ? KEY_LIVE : KEY_RETIRED;
	query_end(&scope);
	return life;
}

static Datum
text_or_null(const char *value, char *null)
{
	*null = value == NULL ? 'n' : ' ';
	return value == NULL ? (Datum) 0 : CStringGetTextDatum(value);
}

bool
key_store_add(const StoredKey *key)
{
	static SqlQuery query = {
		"INSERT INTO enclave.key_store"
		" (kid, purpose, algorithm, public_jwk, private, wrapped_by, created_at, signs_from)"
		" VALUES ($1, $2, $3, $4::pg_catalog.jsonb, $5, $6, $7, $8)"
		" ON CONFLICT (purpose) WHERE purpose = 'digest' DO NOTHING",
		8, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, BYTEAOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID},
		NULL
	};
	Datum		values[8];
	char		nulls[8];
	QueryScope	scope;
	bool		added;

	query_begin(&scope);
	memset(nulls, ' ', sizeof(nulls));
	values[0] = CStringGetTextDatum(key->kid);
	values[1] = CStringGetTextDatum(purpose_names[key->purpose]);
	values[2] = CStringGetTextDatum(key->algorithm);
	values[3] = text_or_null(key->public_jwk, &nulls[3]);
	values[4] = PointerGetDatum(key->private);
	values[5] = text_or_null(key->wrapped_by, &nulls[5]);
	values[6] = TimestampTzGetDatum(key->created_at);
	values[7] = TimestampTzGetDatum(key->signs_from);
	added = query_run(&query, values, nulls, QUERY_WRITE) > 0;
	query_end(&scope);
	return added;
}

void
key_store_end_others(const char *kid, TimestampTz until)
{
	static SqlQuery query = {
		"UPDATE enclave.key_store SET signs_until = $2"
		" WHERE kid <> $1 AND purpose = 'sign' AND retired_at IS NULL"
		" AND coalesce(signs_until, 'infinity') > $2",
		2, {TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(kid);
	values[1] = TimestampTzGetDatum(until);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

bool
key_store_retire(const char *kid, TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.key_store SET retired_at = $2, private = NULL, wrapped_by = NULL,"
		" signs_until = least(signs_until, $2)"
		" WHERE kid = $1 AND purpose = 'sign' AND retired_at IS NULL",
		2, {TEXTOID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		retired;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(kid);
	values[1] = TimestampTzGetDatum(now);
	retired = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return retired;
}

void
key_store_rewrap(const StoredKey *key)
{
	static SqlQuery query = {
		"UPDATE enclave.key_store SET private = $2, wrapped_by = $3 WHERE kid = $1",
		3, {TEXTOID, BYTEAOID, TEXTOID}, NULL
	};
	Datum		values[3];
	char		nulls[3] = {' ', ' ', ' '};
	QueryScope	scope;

	query_begin(&scope);
	values[0] = CStringGetTextDatum(key->kid);
	values[1] = PointerGetDatum(key->private);
	values[2] = text_or_null(key->wrapped_by, &nulls[2]);
	query_run(&query, values, nulls, QUERY_WRITE);
	query_end(&scope);
}

Datum
key_store_jwks(void)
{
	static SqlQuery query = {
		"SELECT pg_catalog.jsonb_build_object('keys', coalesce(pg_catalog.jsonb_agg(public_jwk"
		" ORDER BY signs_from DESC, created_at DESC, kid), '[]'))"
		" FROM enclave.key_store"
		" WHERE purpose = 'sign' AND retired_at IS NULL AND public_jwk IS NOT NULL",
		0, {InvalidOid}, NULL
	};
	QueryScope	scope;
	MemoryContext old;
	bool		isnull;
	Datum		keys;

	query_begin(&scope);
	query_run(&query, NULL, NULL, QUERY_READ);
	old = MemoryContextSwitchTo(scope.caller);
	keys = PointerGetDatum(PG_DETOAST_DATUM_COPY(query_value(0, 1, &isnull)));
	MemoryContextSwitchTo(old);
	query_end(&scope);
	return keys;
}
