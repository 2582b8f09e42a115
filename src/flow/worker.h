/*
 * worker.h
 *		The background worker of a database.
 */
#ifndef ENCLAVE_FLOW_WORKER_H
#define ENCLAVE_FLOW_WORKER_H

#include "compat.h"

/* Its entry point, for the postmaster; without an argument. */
extern PGDLLEXPORT void enclave_worker_main(Datum argument);

#endif							/* ENCLAVE_FLOW_WORKER_H */
