/*
 * cursors.c
 *		Cursors that outlive their transaction.
 *
 * At pre-commit PreCommit_Portals (portalmem.c) has filled the holdable cursors
 * and dropped all others but the one that runs the COMMIT: what is READY is
 * held.  An abort leaves it alone, so it is closed here.  The loop of a
 * procedure over a query is held too; that one goes with the procedure, by
 * PortalErrorCleanup.
 */
#include "compat.h"

#include "store/cursors.h"

#include "store/query.h"
#include "utils/portal.h"

bool
cursors_are_held(void)
{
	static SqlQuery query = {
		"SELECT name FROM pg_catalog.pg_cursors WHERE is_holdable",
		0, {InvalidOid}, NULL
	};
	QueryScope	scope;
	uint64		count;

	if (ThereAreNoReadyPortals())
		return false;

	query_begin(&scope);
	count = query_run(&query, NULL, NULL, QUERY_READ);
	for (uint64 i = 0; i < count; i++)
	{
		Portal		cursor = GetPortalByName(query_text(i, 1, CurrentMemoryContext));

		if (PortalIsValid(cursor) && cursor->status == PORTAL_READY)
			PortalDrop(cursor, false);
	}
	query_end(&scope);
	return true;
}
