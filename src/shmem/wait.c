/*
 * wait.c
 *		Waiting for a condition variable, or for this process's latch, for a limited
 *		time in all.
 */
#include "compat.h"

#include "shmem/wait.h"

#include "shmem/steady.h"
#include "storage/latch.h"

void
wait_begin(Wait *wait, ConditionVariable *variable, int milliseconds)
{
	wait->variable = variable;
	wait->milliseconds = milliseconds;
	wait->start = steady_now();
	if (variable != NULL)
		ConditionVariablePrepareToSleep(variable);
}

static void
sleep_on_latch(long milliseconds, uint32 event)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
					 event);
	ResetLatch(MyLatch);
}

bool
wait_more(const Wait *wait, const char *event)
{
	long		left = wait->milliseconds - (long) ((steady_now() - wait->start) / 1000);

	if (left <= 0)
		return false;
	if (wait->variable == NULL)
		sleep_on_latch(left, compat_wait_event(event));
	else
		(void) ConditionVariableTimedSleep(wait->variable, left, compat_wait_event(event));
	return true;
}

void
wait_end(void)
{
	ConditionVariableCancelSleep();
}
