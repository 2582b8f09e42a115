/*
 * access_tokens.c
 *		SQL over enclave.access_tokens, and the index look-up of the hot path.
 *
 * A token is alive while its row is there, its end is ahead and its epoch is
 * its user's.  The last is what makes ending complete: a transaction that
 * made a token under the old password and is still open when that password
 * is reset cannot be seen by the reset, and need not be: its token is born
 * dead.  It costs one look-up in users by primary key.
 *
 * Attribute numbers are those of the table's definition in migrations/.
 */
#include "compat.h"

#include "store/access_tokens.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "store/catalog.h"
#include "store/direct.h"
#include "store/query.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

enum AccessTokensAttribute
{
	TOKEN_ID = 1,
	TOKEN_USER_ID,
	TOKEN_EPOCH,
	TOKEN_CREATED_AT,
	TOKEN_EXPIRES_AT,
	TOKEN_DIGEST,
	TOKEN_KIND,
	TOKEN_NAME,
	TOKEN_ABILITIES
};

static const char *const kind_names[] = {"login", "personal"};

static TokenKind
kind_from_name(Datum name)
{
	text	   *value = DatumGetTextPP(name);

	return VARDATA_ANY(value)[0] == 'l' ? TOKEN_KIND_LOGIN : TOKEN_KIND_PERSONAL;
}

static bool
epoch_is_current(const TokenRow *token, Snapshot snapshot)
{
	int64		epoch;
	int64		session_lag;

	return direct_user_epoch(token->user_id, snapshot, &epoch, &session_lag) &&
		token->epoch == epoch;
}

static bool
find_row(const TokenDigest *digest, Snapshot snapshot, TokenRow *token)
{
	Relation	tokens = table_open(catalog_relation(CATALOG_ACCESS_TOKENS), AccessShareLock);
	DirectDigest value;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, TOKEN_DIGEST, BTEqualStrategyNumber, F_BYTEAEQ,
				direct_digest(&value, digest));
	scan = systable_beginscan(tokens, catalog_relation(CATALOG_ACCESS_TOKENS_DIGEST_KEY), true,
							  snapshot, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		token->id = DatumGetInt64(direct_attribute(tuple, TOKEN_ID, tokens));
		token->user_id = DatumGetInt64(direct_attribute(tuple, TOKEN_USER_ID, tokens));
		token->epoch = DatumGetInt64(direct_attribute(tuple, TOKEN_EPOCH, tokens));
		token->created_at = DatumGetTimestampTz(direct_attribute(tuple, TOKEN_CREATED_AT, tokens));
		token->expires_at = DatumGetTimestampTz(direct_attribute(tuple, TOKEN_EXPIRES_AT, tokens));
		token->kind = kind_from_name(direct_attribute(tuple, TOKEN_KIND, tokens));
		token->name = direct_copy(direct_attribute(tuple, TOKEN_NAME, tokens));
		token->abilities = direct_copy(direct_attribute(tuple, TOKEN_ABILITIES, tokens));
	}
	systable_endscan(scan);
	table_close(tokens, AccessShareLock);
	return HeapTupleIsValid(tuple);
}

bool
access_tokens_find(const TokenDigest *digest, TokenRow *token, bool *current)
{
	Snapshot	snapshot;
	bool		found;

	/*
	 * SERIALIZABLE would have us fail for conflicts that are none of a token's.
	 * What SnapshotSelf sees is not tracked for them; it may miss a row that is
	 * being replaced, so its no is asked again.
	 */
	if (IsolationIsSerializable() && find_row(digest, SnapshotSelf, token) &&
		epoch_is_current(token, SnapshotSelf))
	{
		*current = true;
		return true;
	}

	snapshot = RegisterSnapshot(GetLatestSnapshot());
	found = find_row(digest, snapshot, token);
	*current = found && epoch_is_current(token, snapshot);
	UnregisterSnapshot(snapshot);
	return found;
}

int64
access_tokens_add(const NewToken *new_token, const TokenDigest *digest)
{
	static SqlQuery query = {
		"INSERT INTO enclave.access_tokens"
		" (user_id, epoch, created_at, expires_at, digest, kind, name, abilities)"
		" SELECT id, $2, $3, $4, $5, $6, $7, $8 FROM enclave.users WHERE id = $1"
		" FOR KEY SHARE SKIP LOCKED RETURNING id",
		8, {INT8OID, INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID, BYTEAOID, TEXTOID, TEXTOID,
		TEXTARRAYOID}, NULL
	};
	Datum		values[8];
	DirectDigest value;
	QueryScope	scope;
	bool		isnull;
	int64		id = 0;

	query_begin(&scope);
	values[0] = Int64GetDatum(new_token->user_id);
	values[1] = Int64GetDatum(new_token->epoch);
	values[2] = TimestampTzGetDatum(new_token->created_at);
	values[3] = TimestampTzGetDatum(new_token->expires_at);
	values[4] = direct_digest(&value, digest);
	values[5] = CStringGetTextDatum(kind_names[new_token->kind]);
	values[6] = CStringGetTextDatum(new_token->name);
	values[7] = new_token->abilities;
	if (query_run(&query, values, NULL, QUERY_WRITE) > 0)
		id = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return id;
}

bool
access_tokens_replace(const TokenDigest *old, const TokenDigest *new, TimestampTz now,
					  TimestampTz expires_at, int64 max_lifetime, TokenRow *token)
{
	static SqlQuery query = {
		"UPDATE enclave.access_tokens t SET digest = $2,"
		" expires_at = least($4, t.created_at + pg_catalog.make_interval(secs => $5))"
		" FROM enclave.users u"
		" WHERE t.digest = $1 AND t.kind = 'login' AND t.expires_at > $3"
		" AND t.created_at + pg_catalog.make_interval(secs => $5) > $3"
		" AND u.id = t.user_id AND u.epoch = t.epoch"
		" AND (u.disabled_at IS NULL OR u.disabled_until <= $3)"
		" RETURNING t.id, t.user_id, t.expires_at",
		5, {BYTEAOID, BYTEAOID, TIMESTAMPTZOID, TIMESTAMPTZOID, FLOAT8OID}, NULL
	};
	Datum		values[5];
	DirectDigest old_value;
	DirectDigest new_value;
	QueryScope	scope;
	bool		isnull;
	bool		replaced;

	query_begin(&scope);
	values[0] = direct_digest(&old_value, old);
	values[1] = direct_digest(&new_value, new);
	values[2] = TimestampTzGetDatum(now);
	values[3] = TimestampTzGetDatum(expires_at);
	values[4] = Float8GetDatum((double) max_lifetime);
	replaced = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	if (replaced)
	{
		token->id = DatumGetInt64(query_value(0, 1, &isnull));
		token->user_id = DatumGetInt64(query_value(0, 2, &isnull));
		token->expires_at = DatumGetTimestampTz(query_value(0, 3, &isnull));
	}
	query_end(&scope);
	return replaced;
}

bool
access_tokens_remove(const TokenDigest *digest, int64 *id, int64 *user_id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.access_tokens WHERE digest = $1 RETURNING id, user_id",
		1, {BYTEAOID}, NULL
	};
	DirectDigest value;
	Datum		key = direct_digest(&value, digest);
	QueryScope	scope;
	bool		isnull;
	bool		removed;

	query_begin(&scope);
	removed = query_run(&query, &key, NULL, QUERY_WRITE) > 0;
	if (removed)
	{
		*id = DatumGetInt64(query_value(0, 1, &isnull));
		*user_id = DatumGetInt64(query_value(0, 2, &isnull));
	}
	query_end(&scope);
	return removed;
}

bool
access_tokens_remove_of_user(int64 user_id, int64 id)
{
	static SqlQuery query = {
		"DELETE FROM enclave.access_tokens WHERE user_id = $1 AND id = $2",
		2, {INT8OID, INT8OID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		removed;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = Int64GetDatum(id);
	removed = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return removed;
}

bool
access_tokens_lives(int64 user_id, int64 epoch, int64 id, TimestampTz now)
{
	static SqlQuery query = {
		"SELECT FROM enclave.access_tokens"
		" WHERE user_id = $1 AND epoch = $2 AND id = $3 AND expires_at > $4",
		4, {INT8OID, INT8OID, INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;
	bool		lives;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = Int64GetDatum(epoch);
	values[2] = Int64GetDatum(id);
	values[3] = TimestampTzGetDatum(now);
	lives = query_run(&query, values, NULL, QUERY_READ) > 0;
	query_end(&scope);
	return lives;
}

void
access_tokens_keep(int64 user_id, int64 epoch, int64 id, TimestampTz now)
{
	static SqlQuery query = {
		"UPDATE enclave.access_tokens SET epoch = $2"
		" WHERE user_id = $1 AND id = $3 AND epoch = $2 - 1 AND expires_at > $4",
		4, {INT8OID, INT8OID, INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[4];
	QueryScope	scope;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = Int64GetDatum(epoch);
	values[2] = Int64GetDatum(id);
	values[3] = TimestampTzGetDatum(now);
	query_run(&query, values, NULL, QUERY_WRITE);
	query_end(&scope);
}

int64
access_tokens_remove_before(int64 user_id, int64 epoch, TimestampTz now)
{
	static SqlQuery query = {
		"WITH gone AS (DELETE FROM enclave.access_tokens WHERE id IN"
		" (SELECT id FROM enclave.access_tokens WHERE user_id = $1 AND epoch < $2"
		" FOR UPDATE SKIP LOCKED))"
		" SELECT count(*) FROM enclave.access_tokens WHERE user_id = $1 AND epoch = $2 - 1"
		" AND expires_at > $3",
		3, {INT8OID, INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[3];
	QueryScope	scope;
	bool		isnull;
	int64		count;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = Int64GetDatum(epoch);
	values[2] = TimestampTzGetDatum(now);
	query_run(&query, values, NULL, QUERY_WRITE);
	count = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return count;
}

void
access_tokens_list(int64 user_id, TimestampTz now, Tuplestorestate *into, TupleDesc descriptor)
{
	static SqlQuery query = {
		"SELECT t.id, t.user_id, t.name, t.abilities, t.expires_at, t.created_at, t.kind,"
		" l.last_used_at FROM enclave.access_tokens t JOIN enclave.users u ON u.id = t.user_id"
		" LEFT JOIN enclave.access_token_uses l ON l.token_id = t.id"
		" WHERE t.user_id = $1 AND t.expires_at > $2 AND t.epoch = u.epoch ORDER BY t.id",
		2, {INT8OID, TIMESTAMPTZOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	uint64		count;

	query_begin(&scope);
	values[0] = Int64GetDatum(user_id);
	values[1] = TimestampTzGetDatum(now);
	count = query_run(&query, values, NULL, QUERY_READ);
	for (uint64 i = 0; i < count; i++)
		query_append(i, into, descriptor);
	query_end(&scope);
}

char *
access_tokens_export(int64 user_id)
{
	static SqlQuery query = {
		"SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('id', t.id, 'kind', t.kind,"
		" 'name', t.name, 'abilities', t.abilities, 'created_at', t.created_at,"
		" 'expires_at', t.expires_at, 'last_used_at', l.last_used_at) ORDER BY t.id), '[]')::pg_catalog.text"
		" FROM enclave.access_tokens t LEFT JOIN enclave.access_token_uses l ON l.token_id = t.id"
		" WHERE t.user_id = $1",
		1, {INT8OID}, NULL
	};

	return query_read_text(&query, Int64GetDatum(user_id));
}

int64
access_tokens_prune(Batch *batch)
{
	static BatchQuery query = {BATCH_BY_TIME("access_tokens", "expires_at")};

	return batch_step(&query, batch);
}
