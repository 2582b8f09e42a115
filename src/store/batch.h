/*
 * batch.h
 *		Removing many rows, some at a time.
 *
 * Rows are removed in the order of a key with an index.  Each step begins at
 * the key where the last one ended: one that began anew would walk over all
 * the dead entries that the steps before it have left.
 *
 * Rows that somebody else has locked are passed over: nobody is waited for,
 * and the next run will find them.
 */
#ifndef ENCLAVE_STORE_BATCH_H
#define ENCLAVE_STORE_BATCH_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/query.h"

typedef struct Batch
{
	TimestampTz before;			/* what is as old or older goes */
	int64		limit;			/* rows in one step */
	bool		begun;
	bool		done;			/* nothing is left that could be removed */
	int64		last;			/* the key at which the last step ended */
} Batch;

/* A query for batch_step: rows of a table by the time in a column. */
#define BATCH_BY_TIME(table, column) \
	"WITH picked AS MATERIALIZED (SELECT ctid, " column " AS key FROM enclave." table \
	" WHERE " column " >= coalesce($1, '-infinity') AND " column " <= $2" \
	" ORDER BY " column " LIMIT $3 FOR UPDATE SKIP LOCKED)," \
	" gone AS (DELETE FROM enclave." table " WHERE ctid = ANY (ARRAY(SELECT ctid FROM picked))" \
	" RETURNING 1)" \
	" SELECT (SELECT count(*) FROM gone), count(*), max(key) FROM picked", \
	3, {TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID}, NULL

/*
 * Remove the next rows, and note in the batch how far it has come.  Result:
 * how many were removed.
 */
extern int64 batch_step(SqlQuery *query, Batch *batch);

#endif							/* ENCLAVE_STORE_BATCH_H */
