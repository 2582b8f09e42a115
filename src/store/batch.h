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
	bool		counting;		/* remove nothing */
	bool		begun;
	bool		done;			/* nothing is left that could be removed */
	int64		last;			/* the key at which the last step ended */
} Batch;

/* What removes, and what counts. */
typedef struct BatchQuery
{
	SqlQuery	removing;
	SqlQuery	counting;
} BatchQuery;

#define BATCH_REMOVING(table, column, first, condition) \
	"WITH picked AS MATERIALIZED (SELECT ctid, " column " AS key FROM enclave." table \
	" WHERE " column " >= coalesce($1, " first ") AND " condition \
	" ORDER BY " column " LIMIT $3 FOR UPDATE SKIP LOCKED)," \
	" gone AS (DELETE FROM enclave." table " WHERE ctid = ANY (ARRAY(SELECT ctid FROM picked))" \
	" RETURNING 1)" \
	" SELECT (SELECT count(*) FROM gone), count(*), max(key) FROM picked"

#define BATCH_COUNTING(table, condition) \
	"SELECT count(*), 0, NULL::pg_catalog.int8" \
	" FROM (SELECT FROM enclave." table " WHERE " condition " LIMIT $3) old"

#define BATCH_SQL(text, type) \
	{ \
		text, 3, {type, TIMESTAMPTZOID, INT8OID}, NULL \
	}

#define BATCH_QUERY(table, column, first, condition, type) \
	BATCH_SQL(BATCH_REMOVING(table, column, first, condition), type), \
	BATCH_SQL(BATCH_COUNTING(table, condition), type)

/* Rows of a table by the time in a column. */
#define BATCH_BY_TIME(table, column) \
	BATCH_QUERY(table, column, "'-infinity'", column " <= $2", TIMESTAMPTZOID)

/* Rows by an id where a condition holds; the batch's time is not asked. */
#define BATCH_BY_ID(table, column, condition) \
	BATCH_QUERY(table, column, "0", condition, INT8OID)

/*
 * Remove the next rows, and note in the batch how far it has come.  Result:
 * how many were removed; or, when counting, how many there are, up to the limit.
 */
extern int64 batch_step(BatchQuery *query, Batch *batch);

#endif							/* ENCLAVE_STORE_BATCH_H */
