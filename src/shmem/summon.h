/*
 * summon.h
 *		Asking for background workers.
 */
#ifndef ENCLAVE_SHMEM_SUMMON_H
#define ENCLAVE_SHMEM_SUMMON_H

#include "compat.h"

/*
 * Ask for a worker for each line that has something for one, and none.  Raises
 * nothing, reads no table.
 */
extern void summon_workers(void);

/* Do it again when this process ends: there may be a slot then. */
extern void summon_at_exit(void);

#endif							/* ENCLAVE_SHMEM_SUMMON_H */
