/*
 * client.c
 *		Whose word is believed for the client's address.
 */
#include "compat.h"

#include "flow/client.h"

#include "flow/normalize.h"
#include "store/catalog.h"

void
client_read(Datum ip, const char *user_agent, Client *client)
{
	bool		believed = ip != 0 && catalog_caller_is_trusted();

	client->ip = believed ? ip : 0;
	client->network = believed ? normalize_network(ip) : 0;
	client->user_agent = normalize_text(user_agent);
}
