/*
 * publish.c
 *		What the world, and other backends, learn of the keys.
 */
#include "compat.h"

#include "flow/publish.h"

#include "commands/trigger.h"
#include "store/key_store.h"
#include "utils/rel.h"

Datum
publish_keys(void)
{
	return key_store_jwks();
}

void
publish_change(FunctionCallInfo fcinfo)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this is a trigger of enclave.key_store")));
	key_store_announce(RelationGetRelid(((TriggerData *) fcinfo->context)->tg_relation));
}
