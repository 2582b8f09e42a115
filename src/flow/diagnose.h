/*
 * diagnose.h
 *		What is wrong with this installation.
 */
#ifndef ENCLAVE_FLOW_DIAGNOSE_H
#define ENCLAVE_FLOW_DIAGNOSE_H

#include "compat.h"

#include "utils/tuplestore.h"

/* Append check_name, status, detail, remedy of every check. */
extern void diagnose_everything(Tuplestorestate *into, TupleDesc descriptor);

#endif							/* ENCLAVE_FLOW_DIAGNOSE_H */
