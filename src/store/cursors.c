/*
 * cursors.c
 *		Cursors that outlive their transaction.
 *
 * At pre-commit PreCommit_Portals (portalmem.c) has filled the holdable cursors
 * and dropped all others but the one that runs the COMMIT: what is READY is
 * held.  An abort leaves it alone, even when it was the filling of another one
 * that failed, so it is closed here.  The loop of a procedure over a query is
 * held too; that one goes with the procedure, by PortalErrorCleanup.
 *
 * This also runs while a transaction aborts, where no catalog can be read and
 * no error raised: so not by pg_cursors.  The server keeps its table of portals
 * to itself, but each has a memory context that bears its name.
 */
#include "compat.h"

#include "store/cursors.h"

#include "nodes/memnodes.h"
#include "utils/memutils.h"
#include "utils/portal.h"

static MemoryContext
find_context_of_portals(void)
{
	MemoryContext child = TopMemoryContext->firstchild;

	while (child != NULL && strcmp(child->name, "TopPortalContext") != 0)
		child = child->nextchild;
	return child;
}

static Portal
find_held_cursor(MemoryContext portals)
{
	for (MemoryContext child = portals->firstchild; child != NULL; child = child->nextchild)
	{
		Portal		portal = strcmp(child->name, "PortalContext") == 0 && child->ident != NULL ?
			GetPortalByName(child->ident) : NULL;

		if (PortalIsValid(portal) && (portal->cursorOptions & CURSOR_OPT_HOLD) != 0 &&
			portal->createSubid == InvalidSubTransactionId && portal->status == PORTAL_READY &&
			!portal->portalPinned)
			return portal;
	}
	return NULL;
}

bool
cursors_are_held(void)
{
	return !ThereAreNoReadyPortals();
}

void
cursors_close_held(void)
{
	MemoryContext portals = find_context_of_portals();
	Portal		cursor;

	if (portals == NULL)
		return;
	/* From the beginning each time: with a cursor two contexts go. */
	while (PortalIsValid(cursor = find_held_cursor(portals)))
		PortalDrop(cursor, false);
}
