/*
 * batch.c
 *		Removing many rows, some at a time.
 */
#include "compat.h"

#include "store/batch.h"

#include "utils/timestamp.h"

int64
batch_step(BatchQuery *query, Batch *batch)
{
	Datum		values[3];
	char		nulls[3] = {' ', ' ', ' '};
	QueryScope	scope;
	bool		isnull;
	int64		removed;
	Datum		last;

	query_begin(&scope);
	query_by_index(&scope);
	/* a time and an id are both 64 bits */
	values[0] = Int64GetDatum(batch->last);
	nulls[0] = batch->begun ? ' ' : 'n';
	values[1] = TimestampTzGetDatum(batch->before);
	values[2] = Int64GetDatum(batch->limit);
	if (batch->counting)
		query_run(&query->counting, values, nulls, QUERY_READ);
	else
		query_run(&query->removing, values, nulls, QUERY_WRITE);
	removed = DatumGetInt64(query_value(0, 1, &isnull));
	batch->done = DatumGetInt64(query_value(0, 2, &isnull)) < batch->limit;
	last = query_value(0, 3, &isnull);
	if (!isnull)
	{
		batch->last = DatumGetInt64(last);
		batch->begun = true;
	}
	query_end(&scope);
	return removed;
}
