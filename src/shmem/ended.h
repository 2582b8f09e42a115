/*
 * ended.h
 *		Families that have ended, and do not stand in the tables yet.
 *
 * Who ends one may roll back, or have his connection cut; so its end stands here
 * before anything else, and stays until it is known to be written.
 *
 * Of fixed size, and it fails closed.  When the few places that a family may take
 * are taken, it goes into a coarse table, whose every bit is for one in four million
 * of all families: one whose bit is set is taken for ended too.  Its user logs in
 * again, to a family of another number.  The coarse table is emptied by a restart
 * only, and anybody fills it by ending families of his own, one login for each bit.
 *
 * Reading takes no lock.
 */
#ifndef ENCLAVE_SHMEM_ENDED_H
#define ENCLAVE_SHMEM_ENDED_H

#include "compat.h"

/* Which family: extensions come and go, and count from 1 again. */
typedef struct EndedKey
{
	Oid			database;
	Oid			incarnation;	/* of the extension */
	int64		id;
} EndedKey;

/* Places that a family may take. */
#define ENDED_WAYS 8

/* What to do in shmem_request_hook and in shmem_startup_hook. */
extern void ended_shmem_request(void);
extern void ended_shmem_init(void);

/* Note that a family has ended.  False if there is no place. */
extern bool ended_add(const EndedKey *key);

/* Where there is no place: have it, and a part of all others, count as ended. */
extern void ended_add_coarse(const EndedKey *key);

/* Whether a family counts as ended.  No where there is no shared memory. */
extern bool ended_has(const EndedKey *key);

/* Those that take the places that this one may take, ENDED_WAYS at most; how many. */
extern int	ended_rivals(const EndedKey *key, EndedKey *rivals);

/* Forget one whose end stands in the tables. */
extern void ended_remove(const EndedKey *key);

#endif							/* ENCLAVE_SHMEM_ENDED_H */
