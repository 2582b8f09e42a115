/*
 * unlock.c
 *		What is locked, and how it is unlocked.
 *
 * The rows of the failures stay, for who has to look into them; what they lose
 * is the number by which they count.  A guess that is still under way keeps its
 * place until that ends.
 */
#include "compat.h"

#include "flow/unlock.h"

#include "flow/attempt.h"
#include "flow/fault.h"
#include "flow/find.h"
#include "flow/normalize.h"
#include "flow/record.h"
#include "settings.h"
#include "store/audit_logs.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

void
unlock_release(const char *folded, TimestampTz now)
{
	TokenDigest account;

	attempt_account(folded, &account);
	attempt_forget_account(&account, now);
}

void
unlock_account(const char *email)
{
	TimestampTz now = GetCurrentTimestamp();
	UserRow		user;
	const char *counted_as;
	bool		known;

	fault_if_read_only("enclave.unlock()");
	known = find_who_logs_in(email, &user, &counted_as);
	unlock_release(counted_as, now);
	record_event(EVENT_UNLOCKED, known ? user.id : 0, 0, NULL, NULL, now);
}

void
unlock_network(Datum ip)
{
	TimestampTz now = GetCurrentTimestamp();
	Datum		network;

	fault_if_read_only("enclave.unlock_network()");
	if (ip == 0)
		fault_validation("network_empty", "Give an address of the network.");
	network = normalize_network(ip);
	attempt_forget_network(network, now);
	record_event(EVENT_UNLOCKED, 0, 0, NULL,
				 psprintf("{\"network\": \"%s\"}",
						  DatumGetCString(DirectFunctionCall1(cidr_out, network))), now);
}

void
unlock_list(Tuplestorestate *into, TupleDesc descriptor)
{
	TimestampTz now = GetCurrentTimestamp();
	int			limits[ATTEMPT_SCOPES];

	for (int scope = 0; scope < ATTEMPT_SCOPES; scope++)
		limits[scope] = attempt_limit(scope);
	login_attempts_list_locks(attempt_counting_since(now), settings_lockout_duration, limits, into,
							  descriptor);
	if (settings_max_consecutive_failures > 0)
		audit_logs_list_suspended(settings_max_consecutive_failures, into, descriptor);
}
