/*
 * worker.h
 *		The background worker of a database.
 */
#ifndef ENCLAVE_FLOW_WORKER_H
#define ENCLAVE_FLOW_WORKER_H

#include "compat.h"

/*
 * Its entry point (shmem/summon.c asks for it): argument is the OID of the
 * database.  Never returns to a caller of ours.
 */
extern PGDLLEXPORT void enclave_worker_main(Datum argument);

#endif							/* ENCLAVE_FLOW_WORKER_H */
