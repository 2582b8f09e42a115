/*
 * client.c
 *		Whose word is believed for the client's address.
 *
 * A trusted back end's argument.  Where it gives none it may still have left
 * the address in a setting; its connection's other end is itself.  From anybody
 * else the argument is ignored, for he could give a new one for each guess.
 */
#include "compat.h"

#include "flow/client.h"

#include "flow/locate.h"
#include "flow/normalize.h"
#include "store/catalog.h"

static Datum
believed_address(Datum ip)
{
	Datum		located;

	if (catalog_caller_is_trusted())
		return ip != 0 ? ip : locate_by_setting();
	located = locate_by_connection();
	return located != 0 ? located : locate_by_setting();
}

void
client_read(Datum ip, const char *user_agent, Client *client)
{
	client->ip = believed_address(ip);
	client->network = client->ip == 0 ? (Datum) 0 : normalize_network(client->ip);
	client->user_agent = normalize_text(user_agent);
}
