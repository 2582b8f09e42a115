/*
 * privileges.h
 *		The rights that CREATE and ALTER EXTENSION leave behind.
 */
#ifndef ENCLAVE_STORE_PRIVILEGES_H
#define ENCLAVE_STORE_PRIVILEGES_H

#include "compat.h"

/*
 * Take every right but the owner's from the objects that the extension script
 * now running has created: the defaults that the server gives to PUBLIC, and
 * what ALTER DEFAULT PRIVILEGES gave to anybody.  Objects that stood before
 * are left alone.
 */
extern void privileges_seal(void);

#endif							/* ENCLAVE_STORE_PRIVILEGES_H */
