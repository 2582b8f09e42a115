/*
 * remember.c
 *		The network of a login.
 *
 * Two logins of one account at once would meet in the unique index, where the
 * second waits for the first one's commit.  A slot of the pair, tried and kept
 * to the end of the transaction, keeps them apart.
 */
#include "compat.h"

#include "flow/remember.h"

#include "flow/blind.h"
#include "shmem/slots.h"
#include "store/known_networks.h"
#include "store/login_attempts.h"
#include "utils/timestamp.h"

#define REMEMBER_SCOPE ATTEMPT_SCOPES
#define REMEMBER_AGAIN_SECONDS (24 * 3600)

void
remember_network(int64 user_id, Datum network, TimestampTz now)
{
	struct varlena *cidr = (struct varlena *) DatumGetPointer(network);
	char		pair[sizeof(int64) + 32] = {0};
	TokenDigest key;
	TokenDigest place;

	if (network == 0)
		return;
	memcpy(pair, &user_id, sizeof(user_id));
	memcpy(pair + sizeof(user_id), cidr, Min(VARSIZE_ANY(cidr), 32));
	blind_key(&key);
	blind_digest(&key, pair, sizeof(pair), &place);
	if (slots_try(REMEMBER_SCOPE, &place, 1))
		known_networks_remember(user_id, network, now,
								now - (int64) REMEMBER_AGAIN_SECONDS * USECS_PER_SEC);
}
