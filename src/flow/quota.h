/*
 * quota.h
 *		How often something that costs others may be asked for.
 *
 * one_time_requests for an address and network within an hour, ten times as
 * many for an address over all networks it is not known from, and, for sign-ups,
 * network_max_signups for a known network over all addresses.  Each kind counts
 * by itself.
 */
#ifndef ENCLAVE_FLOW_QUOTA_H
#define ENCLAVE_FLOW_QUOTA_H

#include "compat.h"

#include "datatype/timestamp.h"
#include "store/quota_uses.h"

typedef enum QuotaKind
{
	QUOTA_PASSWORD_RESET,
	QUOTA_EMAIL_VERIFICATION,
	QUOTA_MAGIC_LINK,
	QUOTA_EMAIL_CHANGE,
	QUOTA_SIGNUP
} QuotaKind;

/* A quota counts within so long. */
#define QUOTA_SECONDS 3600

/* For how many uses there is to be room in shared memory; more are counted in rows. */
extern int64 quota_capacity(void);

/*
 * Take one of a quota for an address (folded, or whatever was typed in its
 * place) of a user (0 where nobody has it) and a network (cidr, 0 when
 * unknown).  Never waits.  False if there is none left: nothing is held then,
 * and *retry_after is in microseconds.  Known and unknown addresses alike.
 */
extern bool quota_take(QuotaKind kind, const char *address, int64 user_id, Datum network,
					   TimestampTz now, int64 *retry_after);

/* The same, NC002 if there is none left. */
extern void quota_take_or_raise(QuotaKind kind, const char *address, int64 user_id, Datum network,
								TimestampTz now);

/* One use, and what follows: for quota_*.c. */
typedef struct Quota
{
	QuotaKind	kind;
	QuotaKey	key;
	int64		user_id;
	TimestampTz at;
	int			slots[QUOTA_SCOPES];	/* the numbers in its row; 0: not held to it */
} Quota;

/* How many a scope allows it; 0: it is not held to that. */
extern int	quota_limit(QuotaScope scope, const Quota *quota);

/* Later uses than this count. */
extern TimestampTz quota_since(const Quota *quota);

#endif							/* ENCLAVE_FLOW_QUOTA_H */
