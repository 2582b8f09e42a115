/*
 * wait.c
 *		Waiting for a condition variable, for a limited time in all.
 */
#include "compat.h"

#include "shmem/wait.h"

void
wait_begin(Wait *wait, ConditionVariable *variable, int milliseconds)
{
	wait->variable = variable;
	wait->milliseconds = milliseconds;
	INSTR_TIME_SET_CURRENT(wait->start);
	ConditionVariablePrepareToSleep(variable);
}

bool
wait_more(const Wait *wait, const char *event)
{
	instr_time	passed;
	long		left;

	INSTR_TIME_SET_CURRENT(passed);
	INSTR_TIME_SUBTRACT(passed, wait->start);
	left = wait->milliseconds - (long) INSTR_TIME_GET_MILLISEC(passed);
	if (left <= 0)
		return false;
	(void) ConditionVariableTimedSleep(wait->variable, left, compat_wait_event(event));
	return true;
}

void
wait_end(void)
{
	ConditionVariableCancelSleep();
}
