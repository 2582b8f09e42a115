/*
 * direct.c
 *		What the look-ups without SQL share.
 *
 * Attribute numbers are those of the table's definition in migrations/.
 */
#include "compat.h"

#include "store/direct.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "store/catalog.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

enum UsersAttribute
{
	USER_ID = 1,
	USER_EPOCH,
	USER_SESSION_LAG
};

Datum
direct_digest(DirectDigest *value, const TokenDigest *digest)
{
	SET_VARSIZE(value, sizeof(DirectDigest));
	value->digest = *digest;
	return PointerGetDatum(value);
}

Datum
direct_attribute(HeapTuple tuple, int number, Relation relation)
{
	bool		isnull;
	Datum		value = heap_getattr(tuple, number, RelationGetDescr(relation), &isnull);

	Assert(!isnull);
	return value;
}

Datum
direct_copy(Datum value)
{
	return PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
}

bool
direct_user_epoch(int64 user_id, Snapshot snapshot, int64 *epoch, int64 *session_lag)
{
	Relation	users = table_open(catalog_relation(CATALOG_USERS), AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found;

	ScanKeyInit(&key, USER_ID, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(user_id));
	scan = systable_beginscan(users, catalog_relation(CATALOG_USERS_PKEY), true, snapshot, 1, &key);
	tuple = systable_getnext(scan);
	found = HeapTupleIsValid(tuple);
	if (found)
	{
		*epoch = DatumGetInt64(direct_attribute(tuple, USER_EPOCH, users));
		*session_lag = DatumGetInt64(direct_attribute(tuple, USER_SESSION_LAG, users));
	}
	systable_endscan(scan);
	table_close(users, AccessShareLock);
	return found;
}
