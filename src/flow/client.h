/*
 * client.h
 *		Where a request comes from, as far as it can be believed.
 */
#ifndef ENCLAVE_FLOW_CLIENT_H
#define ENCLAVE_FLOW_CLIENT_H

#include "compat.h"

typedef struct Client
{
	Datum		ip;				/* inet; 0 when unknown */
	Datum		network;		/* cidr; 0 when unknown */
	char	   *user_agent;		/* capped; NULL when not given */
} Client;

/*
 * Take the client's address and user agent from a call's arguments (0 and NULL
 * where not given).  The address is believed from a trusted back end only,
 * that is from a caller who may execute enclave.create_token; where there is none
 * to believe, the settings client_address, client_address_roles and
 * trusted_proxies say where it comes from (README.md, The client's address).  Every flow that
 * counts by network asks here.
 */
extern void client_read(Datum ip, const char *user_agent, Client *client);

#endif							/* ENCLAVE_FLOW_CLIENT_H */
