/*
 * users_direct.c
 *		The index look-up of the hot path over enclave.users.
 *
 * Attribute numbers are those of the table's definition in migrations/.
 */
#include "compat.h"

#include "store/users_direct.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "store/catalog.h"
#include "store/direct.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

enum UsersDirectAttribute
{
	USERS_DIRECT_ID = 1,
	USERS_DIRECT_CREATED_AT = 4,
	USERS_DIRECT_TOKENS_VALID_FROM = 13
};

static bool
find(int64 id, Snapshot snapshot, TimestampTz *valid_from)
{
	Relation	users = table_open(catalog_relation(CATALOG_USERS), AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, USERS_DIRECT_ID, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
	scan = systable_beginscan(users, catalog_relation(CATALOG_USERS_PKEY), true, snapshot, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;
		Datum		value = heap_getattr(tuple, USERS_DIRECT_TOKENS_VALID_FROM,
										 RelationGetDescr(users), &isnull);

		if (isnull)
			value = direct_attribute(tuple, USERS_DIRECT_CREATED_AT, users);
		*valid_from = DatumGetTimestampTz(value);
	}
	systable_endscan(scan);
	table_close(users, AccessShareLock);
	return HeapTupleIsValid(tuple);
}

/* SERIALIZABLE: as in access_tokens_find, but that a yes may be of an old row too. */
bool
users_direct_valid_from(int64 id, TimestampTz *valid_from)
{
	Snapshot	snapshot;
	bool		found;

	if (IsolationIsSerializable() && find(id, SnapshotSelf, valid_from))
		return true;
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	found = find(id, snapshot, valid_from);
	UnregisterSnapshot(snapshot);
	return found;
}
