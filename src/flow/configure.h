/*
 * configure.h
 *		Presets, and the settings as rows.
 */
#ifndef ENCLAVE_FLOW_CONFIGURE_H
#define ENCLAVE_FLOW_CONFIGURE_H

#include "compat.h"

#include "utils/tuplestore.h"

/*
 * Apply a preset to the current database and append setting, value to a
 * tuplestore.  NC010 if there is none of that name.  New connections see it.
 */
extern void configure_apply_preset(const char *name, Tuplestorestate *into, TupleDesc descriptor);

/* Append name, value, default_value, unit, meaning of every setting. */
extern void configure_list(Tuplestorestate *into, TupleDesc descriptor);

#endif							/* ENCLAVE_FLOW_CONFIGURE_H */
