/*
 * sessions.c
 *		The index look-up of the hot path over enclave.sessions and
 *		enclave.session_marks, and the SQL that adds and fills a session.
 *
 * A session is alive while its row is there, no mark says that it was ended,
 * its end, or the one that the last touch gave it, is ahead, and its epoch, or
 * the one that it was carried into, is that of its user's sessions.  Ends and
 * epochs only grow, so that the greatest of several marks is the newest.
 *
 * Attribute numbers are those of the tables' definitions in migrations/.
 */
#include "compat.h"

#include "store/sessions.h"

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

enum SessionsAttribute
{
	SESSION_ID = 1,
	SESSION_USER_ID,
	SESSION_EPOCH,
	SESSION_CREATED_AT,
	SESSION_EXPIRES_AT,
	SESSION_ENDS_AT,
	SESSION_DIGEST,
	SESSION_DATA
};

enum SessionMarksAttribute
{
	MARK_SESSION_ID = 1,
	MARK_ID,
	MARK_MARKED_AT,
	MARK_EXPIRES_AT,
	MARK_EPOCH,
	MARK_ENDED
};

static void
read_row(HeapTuple tuple, Relation relation, SessionRow *session, int64 *epoch)
{
	session->id = DatumGetInt64(direct_attribute(tuple, SESSION_ID, relation));
	session->user_id = DatumGetInt64(direct_attribute(tuple, SESSION_USER_ID, relation));
	*epoch = DatumGetInt64(direct_attribute(tuple, SESSION_EPOCH, relation));
	session->created_at =
		DatumGetTimestampTz(direct_attribute(tuple, SESSION_CREATED_AT, relation));
	session->expires_at =
		DatumGetTimestampTz(direct_attribute(tuple, SESSION_EXPIRES_AT, relation));
	session->ends_at = DatumGetTimestampTz(direct_attribute(tuple, SESSION_ENDS_AT, relation));
	session->data = direct_copy(direct_attribute(tuple, SESSION_DATA, relation));
	session->uncommitted =
		TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data));
}

/* By its digest or, without one, by its id. */
static bool
find_row(const TokenDigest *digest, int64 id, Snapshot snapshot, SessionRow *session, int64 *epoch)
{
	Relation	sessions = table_open(catalog_relation(CATALOG_SESSIONS), AccessShareLock);
	CatalogRelation index = digest == NULL ? CATALOG_SESSIONS_PKEY : CATALOG_SESSIONS_DIGEST_KEY;
	DirectDigest value;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (digest == NULL)
		ScanKeyInit(&key, SESSION_ID, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
	else
		ScanKeyInit(&key, SESSION_DIGEST, BTEqualStrategyNumber, F_BYTEAEQ,
					direct_digest(&value, digest));
	scan = systable_beginscan(sessions, catalog_relation(index), true, snapshot, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		read_row(tuple, sessions, session, epoch);
	systable_endscan(scan);
	table_close(sessions, AccessShareLock);
	return HeapTupleIsValid(tuple);
}

/* What one mark adds to a session; false if it ends it. */
static bool
apply_mark(HeapTuple tuple, TupleDesc descriptor, SessionRow *session, int64 *epoch)
{
	bool		isnull;
	Datum		value = heap_getattr(tuple, MARK_EXPIRES_AT, descriptor, &isnull);

	if (!isnull)
		session->expires_at = Max(session->expires_at, DatumGetTimestampTz(value));
	value = heap_getattr(tuple, MARK_EPOCH, descriptor, &isnull);
	if (!isnull)
		*epoch = Max(*epoch, DatumGetInt64(value));
	return !DatumGetBool(heap_getattr(tuple, MARK_ENDED, descriptor, &isnull));
}

static bool
apply_marks(Snapshot snapshot, SessionRow *session, int64 *epoch)
{
	Relation	marks = table_open(catalog_relation(CATALOG_SESSION_MARKS), AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		goes_on = true;

	ScanKeyInit(&key, MARK_SESSION_ID, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(session->id));
	scan = systable_beginscan(marks, catalog_relation(CATALOG_SESSION_MARKS_PKEY), true, snapshot,
							  1, &key);
	while (goes_on && HeapTupleIsValid(tuple = systable_getnext(scan)))
		goes_on = apply_mark(tuple, RelationGetDescr(marks), session, epoch);
	systable_endscan(scan);
	table_close(marks, AccessShareLock);
	return goes_on;
}

static bool
find_alive(const TokenDigest *digest, int64 id, TimestampTz now, Snapshot snapshot,
		   SessionRow *session)
{
	int64		epoch;
	int64		user_epoch;
	int64		session_lag;

	return find_row(digest, id, snapshot, session, &epoch) &&
		apply_marks(snapshot, session, &epoch) && session->expires_at > now &&
		direct_user_epoch(session->user_id, snapshot, &user_epoch, &session_lag) &&
		epoch == user_epoch - session_lag;
}

static bool
find(const TokenDigest *digest, int64 id, TimestampTz now, SessionRow *session)
{
	Snapshot	snapshot;
	bool		alive;

	/*
	 * As access_tokens_find.  A mark that ends is added and never replaced, so
	 * that SnapshotSelf does not miss it.
	 */
	if (IsolationIsSerializable() && find_alive(digest, id, now, SnapshotSelf, session))
		return true;

	snapshot = RegisterSnapshot(GetLatestSnapshot());
	alive = find_alive(digest, id, now, snapshot, session);
	UnregisterSnapshot(snapshot);
	return alive;
}

bool
sessions_find(const TokenDigest *digest, TimestampTz now, SessionRow *session)
{
	return find(digest, 0, now, session);
}

bool
sessions_find_by_id(int64 id, TimestampTz now, SessionRow *session)
{
	return find(NULL, id, now, session);
}

int64
sessions_next_id(void)
{
	static SqlQuery query = {
		"SELECT pg_catalog.nextval('enclave.sessions_id_seq')",
		0, {InvalidOid}, NULL
	};
	QueryScope	scope;
	bool		isnull;
	int64		id;

	query_begin(&scope);
	query_run(&query, NULL, NULL, QUERY_WRITE);
	id = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return id;
}

int64
sessions_add(const NewSession *new_session, const TokenDigest *digest)
{
	static SqlQuery query = {
		"INSERT INTO enclave.sessions"
		" (user_id, epoch, created_at, expires_at, ends_at, digest, data, ip, user_agent, id)"
		" SELECT id, $2, $3, $4, $5, $6, $7, $8, $9,"
		" coalesce($10, pg_catalog.nextval('enclave.sessions_id_seq'))"
		" FROM enclave.users WHERE id = $1 FOR KEY SHARE SKIP LOCKED RETURNING id",
		10, {INT8OID, INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, BYTEAOID, JSONBOID,
		INETOID, TEXTOID, INT8OID}, NULL
	};
	Datum		values[10] = {0};
	char		nulls[10] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
	DirectDigest value;
	QueryScope	scope;
	bool		isnull;
	int64		id = 0;

	query_begin(&scope);
	values[0] = Int64GetDatum(new_session->user_id);
	values[1] = Int64GetDatum(new_session->epoch);
	values[2] = TimestampTzGetDatum(new_session->created_at);
	values[3] = TimestampTzGetDatum(new_session->expires_at);
	values[4] = TimestampTzGetDatum(new_session->ends_at);
	values[5] = direct_digest(&value, digest);
	values[6] = new_session->data;
	values[7] = new_session->ip;
	nulls[7] = new_session->ip == 0 ? 'n' : ' ';
	if (new_session->user_agent == NULL)
		nulls[8] = 'n';
	else
		values[8] = CStringGetTextDatum(new_session->user_agent);
	values[9] = Int64GetDatum(new_session->id);
	nulls[9] = new_session->id == 0 ? 'n' : ' ';
	if (query_run(&query, values, nulls, QUERY_WRITE) > 0)
		id = DatumGetInt64(query_value(0, 1, &isnull));
	query_end(&scope);
	return id;
}

bool
sessions_set_data(int64 id, Datum data)
{
	static SqlQuery query = {
		"UPDATE enclave.sessions SET data = $2 WHERE id = $1",
		2, {INT8OID, JSONBOID}, NULL
	};
	Datum		values[2];
	QueryScope	scope;
	bool		found;

	query_begin(&scope);
	values[0] = Int64GetDatum(id);
	values[1] = data;
	found = query_run(&query, values, NULL, QUERY_WRITE) > 0;
	query_end(&scope);
	return found;
}
