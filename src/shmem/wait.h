/*
 * wait.h
 *		Waiting for a condition variable, or for this process's latch, for a limited
 *		time in all.
 *
 *		wait_begin(&wait, &shared->changed, milliseconds);
 *		while (!(done = look()) && wait_more(&wait, "EnclaveName"))
 *			;
 *		wait_end();
 *
 * Who is woken looks again: a wake-up promises nothing.  From wait_begin on this
 * process stands in the variable's list, so that no wake-up is lost between a look and the
 * sleep.  After an error, transaction abort does what wait_end does.
 */
#ifndef ENCLAVE_SHMEM_WAIT_H
#define ENCLAVE_SHMEM_WAIT_H

#include "compat.h"

#include "storage/condition_variable.h"

typedef struct Wait
{
	ConditionVariable *variable;	/* NULL: the latch */
	int64		start;
	int			milliseconds;
} Wait;

/* By a clock that nobody sets; NULL: the latch; 0 milliseconds or less: one look, no sleep. */
extern void wait_begin(Wait *wait, ConditionVariable *variable, int milliseconds);

/*
 * Sleep until somebody wakes us or the time is over.  False, without sleeping, once it
 * is.  A condition variable's sleep serves interrupts; one on the latch ends with them, and
 * leaves them to the caller.  `event` is what pg_stat_activity shows from PostgreSQL 17 on.
 */
extern bool wait_more(const Wait *wait, const char *event);

extern void wait_end(void);

#endif							/* ENCLAVE_SHMEM_WAIT_H */
