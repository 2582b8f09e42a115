/*
 * unwrap.h
 *		An address out of what proxies wrap round it.
 *
 * Texts come from strangers: nothing here raises, and what is not exactly an
 * address is none.  No text needs a NUL at its end.
 */
#ifndef ENCLAVE_FLOW_UNWRAP_H
#define ENCLAVE_FLOW_UNWRAP_H

#include "compat.h"

/*
 * The address (inet) that a text is, or 0: dotted IPv4 or IPv6 (RFC 4291, section
 * 2.2), with or without a port behind it, IPv6 in brackets then (RFC 3986,
 * section 3.2.2), all of it in double quotes or not, spaces and tabs around it.
 * No netmask, no zone, no name.  IPv4 in an IPv6 dress is IPv4.
 */
extern Datum unwrap_address(const char *text, size_t length);

/*
 * The same of the element of a comma list that has so many others to its right,
 * or 0 if there are not as many.
 */
extern Datum unwrap_hop(const char *list, size_t length, int hops);

#endif							/* ENCLAVE_FLOW_UNWRAP_H */
