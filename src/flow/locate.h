/*
 * locate.h
 *		Where the client is, by what the administrator has told us to believe:
 *		the settings client_address, client_address_roles and trusted_proxies.
 */
#ifndef ENCLAVE_FLOW_LOCATE_H
#define ENCLAVE_FLOW_LOCATE_H

#include "compat.h"

#include "nodes/pg_list.h"

/*
 * The address (inet) of the connection's other end, where client_address says
 * that this is the client; 0 where it does not, and for a Unix socket.
 */
extern Datum locate_by_connection(void);

/*
 * The address (inet) that stands in the setting which client_address names, or
 * in a member of its JSON; 0 where it names none, the login role is not in
 * client_address_roles, or what stands there is no address.  Never an error,
 * whatever is in the setting.
 */
extern Datum locate_by_setting(void);

/* Whether client_address, and client_address_roles, may have such a value. */
extern bool locate_source_is_valid(const char *source);
extern bool locate_roles_are_valid(const char *roles);

/* Whether client_address names a setting. */
extern bool locate_asks_setting(void);

/* The names in client_address_roles: a list of char *, newly allocated. */
extern List *locate_roles(void);

#endif							/* ENCLAVE_FLOW_LOCATE_H */
