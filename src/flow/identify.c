/*
 * identify.c
 *		Who is asking: the identity of the present transaction.
 *
 * It is a variable of this process that no SQL but our own functions can
 * reach: there is no setting, table or message behind it.  Its rules:
 *
 *	- It is set by who proves a credential, until the transaction ends, by
 *	  commit, abort or PREPARE TRANSACTION.  The next transaction of the same
 *	  connection, which behind a pooler is a stranger's, begins with none.
 *	- What is set or cleared within a savepoint is taken back with it: the
 *	  identity that stood when the savepoint was set stands again.  So does a
 *	  block of a procedural language that catches an error.
 *	- A parallel worker has none.  Our functions keep to the leader (PARALLEL
 *	  RESTRICTED); one who is lied to about that gets NULL, which owns no row.
 *	- A cursor's rows are decided by the identity at its first FETCH, as with
 *	  SET ROLE.  One that outlives the transaction would show them to the next
 *	  client: a commit with such a cursor open is refused if there was an
 *	  identity at any time before it, even one that is cleared by now.  So is
 *	  one within a procedure's loop over a query, which is held in the same way.
 *	  However such a transaction ends, it leaves no holdable cursor.
 *
 * All memory is TopTransactionContext's.  Nothing here is secret: neither
 * token nor digest is kept.
 */
#include "compat.h"

#include "flow/identify.h"

#include "access/xact.h"
#include "flow/abilities.h"
#include "flow/fault.h"
#include "store/cursors.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* What was set in one subtransaction, above what it found. */
typedef struct Frame
{
	struct Frame *below;
	SubTransactionId subtransaction;
	bool		set;
	Identity	identity;
} Frame;

static Frame *top = NULL;

/* There was an identity in this transaction, at whatever level. */
static bool was_set = false;

static void
forget(Frame *frame)
{
	if (frame->set && frame->identity.abilities != 0)
		pfree(DatumGetPointer(frame->identity.abilities));
	if (frame->set && frame->identity.claims != NULL)
		pfree(unconstify(char *, frame->identity.claims));
	frame->set = false;
}

static void
pop(void)
{
	Frame	   *gone = top;

	top = gone->below;
	forget(gone);
	pfree(gone);
}

static void
refuse_holdable_cursors(void)
{
	if (was_set && cursors_are_held())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				 errmsg("cannot commit an authenticated transaction with a holdable cursor or a loop over a query open"),
				 errdetail("Its rows would be there for the next client of this connection."),
				 errhint("Read what is to be read within the transaction. Holdable cursors are closed now.")));
}

static void
end_transaction(XactEvent event, void *arg)
{
	(void) arg;
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
			refuse_holdable_cursors();
			break;
		case XACT_EVENT_ABORT:
			/* A commit that failed on the way may have filled some of them. */
			if (was_set)
				cursors_close_held();
			top = NULL;
			was_set = false;
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_PREPARE:
		case XACT_EVENT_PARALLEL_COMMIT:
		case XACT_EVENT_PARALLEL_ABORT:
			top = NULL;
			was_set = false;
			break;
		case XACT_EVENT_PARALLEL_PRE_COMMIT:
		case XACT_EVENT_PRE_PREPARE:
			break;
	}
}

/* The subtransaction's frame takes the place of its parent's. */
static void
hand_on(SubTransactionId parent)
{
	Frame	   *below = top->below;

	if (below != NULL && below->subtransaction == parent)
	{
		top->below = below->below;
		forget(below);
		pfree(below);
	}
	top->subtransaction = parent;
}

static void
end_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	(void) arg;
	if (top == NULL || top->subtransaction != mine)
		return;
	if (event == SUBXACT_EVENT_COMMIT_SUB)
		hand_on(parent);
	else if (event == SUBXACT_EVENT_ABORT_SUB)
		pop();
}

/* The frame of the present subtransaction, its identity still the one below. */
static Frame *
push(void)
{
	static bool listening = false;
	SubTransactionId now = GetCurrentSubTransactionId();
	Frame	   *frame;

	if (!listening)
	{
		RegisterXactCallback(end_transaction, NULL);
		RegisterSubXactCallback(end_subtransaction, NULL);
		listening = true;
	}
	if (top != NULL && top->subtransaction == now)
		return top;

	frame = MemoryContextAllocZero(TopTransactionContext, sizeof(Frame));
	frame->below = top;
	frame->subtransaction = now;
	top = frame;
	return frame;
}

const Identity *
identify_get(void)
{
	return top != NULL && top->set ? &top->identity : NULL;
}

int64
identify_user_id(void)
{
	return top != NULL && top->set ? top->identity.user_id : 0;
}

void
identify_set(const Identity *identity)
{
	Frame	   *frame = push();
	Datum		abilities = identity->abilities;
	const char *claims = identity->claims;

	if (abilities != 0)
	{
		MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);

		abilities = datumCopy(abilities, false, -1);
		MemoryContextSwitchTo(old);
	}
	if (claims != NULL)
		claims = MemoryContextStrdup(TopTransactionContext, claims);
	forget(frame);
	frame->identity = *identity;
	frame->identity.abilities = abilities;
	frame->identity.claims = claims;
	frame->set = true;
	was_set = true;
}

void
identify_clear(void)
{
	if (identify_get() != NULL)
		forget(push());
}

const Identity *
identify_require(void)
{
	const Identity *identity = identify_get();

	if (identity == NULL)
		fault_not_authenticated();
	return identity;
}

const Identity *
identify_require_interactive(void)
{
	const Identity *identity = identify_require();
	bool		by_login = identity->method == IDENTITY_LOGIN ||
		identity->method == IDENTITY_SESSION ||
		(identity->method == IDENTITY_JWT && identity->session_id != 0);

	if (!by_login)
		fault_forbidden("This needs the user himself, by a login.");
	return identity;
}

const char *
identify_method_name(IdentityMethod method)
{
	static const char *const names[] = {
		[IDENTITY_LOGIN] = "login",
		[IDENTITY_PERSONAL] = "personal",
		[IDENTITY_SESSION] = "session",
		[IDENTITY_JWT] = "jwt",
		[IDENTITY_ISSUER] = "issuer",
		[IDENTITY_IMPERSONATION] = "impersonation",
	};

	return names[method];
}

bool
identify_can(const char *ability)
{
	const Identity *identity = identify_get();

	return identity != NULL && ability != NULL && identity->abilities != 0 &&
		abilities_allow(identity->abilities, ability);
}

void
identify_require_recent_login(const Interval *within)
{
	const Identity *identity = identify_require();
	Datum		age;

	if (within == NULL)
		fault_validation("within_invalid", "Give an interval.");

	/* Compared as intervals: there is none that could be too long. */
	age = DirectFunctionCall2(timestamp_mi, TimestampTzGetDatum(GetCurrentTimestamp()),
							  TimestampTzGetDatum(identity->auth_time.at));
	if (!identity->auth_time.set ||
		DatumGetBool(DirectFunctionCall2(interval_gt, age, IntervalPGetDatum(within))))
		fault_forbidden("This needs a more recent login.");
}
