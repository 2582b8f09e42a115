/*
 * claim.c
 *		The keys of counters in shared memory.
 */
#include "compat.h"

#include "flow/claim.h"

#include "flow/blind.h"
#include "miscadmin.h"
#include "store/catalog.h"

/* Zeroed before it is filled in: the padding is digested too. */
typedef struct Counted
{
	Oid			database;
	Oid			extension;		/* by a table of it */
	char		kind[24];
	bool		of_account;
	bool		of_network;
	uint8		network_length;
	char		network[20];
	TokenDigest account;
} Counted;

/* An inet's bytes without its header, of which there are two for one value. */
static void
set_network(Counted *counted, Datum network)
{
	struct varlena *cidr = (struct varlena *) DatumGetPointer(network);

	counted->of_network = true;
	if (cidr == NULL)
		return;
	Assert(VARSIZE_ANY_EXHDR(cidr) <= sizeof(counted->network));
	counted->network_length = (uint8) VARSIZE_ANY_EXHDR(cidr);
	memcpy(counted->network, VARDATA_ANY(cidr), counted->network_length);
}

static void
begin(Counted *counted, const char *kind)
{
	memset(counted, 0, sizeof(*counted));
	counted->database = MyDatabaseId;
	counted->extension = catalog_incarnation();
	strlcpy(counted->kind, kind, sizeof(counted->kind));
}

static void
digest(const Counted *counted, TokenDigest *out)
{
	blind_digest(counters_key(), counted, sizeof(*counted), out);
}

void
claim_account(const char *kind, const TokenDigest *account, int limit, CounterClaim *claim)
{
	Counted		counted;

	begin(&counted, kind);
	counted.of_account = true;
	counted.account = *account;
	digest(&counted, &claim->group);
	claim->key = claim->group;
	claim->limit = limit;
}

void
claim_pair(const char *kind, const TokenDigest *account, Datum network, int limit,
		   CounterClaim *claim)
{
	Counted		counted;

	begin(&counted, kind);
	counted.of_account = true;
	counted.account = *account;
	digest(&counted, &claim->group);
	set_network(&counted, network);
	digest(&counted, &claim->key);
	claim->limit = limit;
}

void
claim_network(const char *kind, Datum network, int limit, CounterClaim *claim)
{
	Counted		counted;

	begin(&counted, kind);
	set_network(&counted, network);
	digest(&counted, &claim->group);
	claim->key = claim->group;
	claim->limit = limit;
}
