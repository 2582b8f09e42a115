/*
 * tally.h
 *		What the server has done since its start, in numbers.
 *
 * For statistics only: nothing is decided by them.  Where the library is not
 * preloaded nothing is counted.
 */
#ifndef ENCLAVE_SHMEM_TALLY_H
#define ENCLAVE_SHMEM_TALLY_H

#include "compat.h"

/* Room for so many statuses of a login. */
#define TALLY_STATUSES 16

typedef enum Tally
{
	TALLY_VERIFIED,				/* tokens and sessions that were valid */
	TALLY_REFUSED,				/* and those that were not */
	TALLY_LOCKED,				/* failed logins that reached a limit */
	TALLY_PRUNED,				/* rows */
	TALLY_LOGINS,				/* by status: TALLY_LOGINS + status */
	TALLY_COUNT = TALLY_LOGINS + TALLY_STATUSES
} Tally;

/* For the server's hooks. */
extern void tally_shmem_request(void);
extern void tally_shmem_init(void);

/* Whether anything is counted. */
extern bool tally_is_kept(void);

/* Count one, or many: one addition to memory that few others write to; no lock. */
extern void tally_add(Tally tally);
extern void tally_add_many(Tally tally, int64 count);

/* How many since the start, of all databases. */
extern int64 tally_read(Tally tally);

#endif							/* ENCLAVE_SHMEM_TALLY_H */
