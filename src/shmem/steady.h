/*
 * steady.h
 *		A clock that nobody sets, the same in all processes: for waits and repetitions.
 *
 * What is valid until when is a matter of the wall clock, GetCurrentTimestamp().
 */
#ifndef ENCLAVE_SHMEM_STEADY_H
#define ENCLAVE_SHMEM_STEADY_H

#include "compat.h"

#include "portability/instr_time.h"

/* Microseconds since some moment before the server's start; never 0. */
static inline int64
steady_now(void)
{
	instr_time	now;

	INSTR_TIME_SET_CURRENT(now);
	return (int64) INSTR_TIME_GET_MICROSEC(now);
}

#endif							/* ENCLAVE_SHMEM_STEADY_H */
