/*
 * lock_key.c
 *		SQL over enclave.lock_key.
 */
#include "compat.h"

#include "store/lock_key.h"

#include "store/query.h"

void
lock_key_read(TokenDigest *key)
{
	static SqlQuery query = {"SELECT key FROM enclave.lock_key", 0, {InvalidOid}, NULL};
	QueryScope	scope;
	bool		isnull;

	query_begin(&scope);
	if (query_run(&query, NULL, NULL, QUERY_READ) != 1)
		ereport(ERROR,
				(errcode(MAKE_SQLSTATE('N', 'C', '0', '1', '3')),
				 errmsg("table enclave.lock_key does not hold one row"),
				 errhint("Insert a row with 32 random bytes.")));
	memcpy(key, VARDATA_ANY(DatumGetPointer(query_value(0, 1, &isnull))), sizeof(*key));
	query_end(&scope);
}
