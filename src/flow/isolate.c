/*
 * isolate.c
 *		Work whose error does not end what it is part of.
 *
 * The same steps as an exception block of PL/pgSQL (pl_exec.c,
 * exec_stmt_block), which also lets through what its OTHERS does not match.
 */
#include "compat.h"

#include "flow/isolate.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

static bool
must_pass(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		error->sqlerrcode == ERRCODE_ASSERT_FAILURE;
}

ErrorData *
isolate_run(void (*work) (void *argument), void *argument)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	/* What the work allocates is for the caller. */
	MemoryContextSwitchTo(context);

	PG_TRY();
	{
		work(argument);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();

	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error != NULL && must_pass(error))
		ReThrowError(error);
	return error;
}
