/*
 * slots.c
 *		Places in the server's lock table.
 *
 * A place is a heavyweight lock that is only ever tried, and kept until the
 * transaction ends.  The server hands it on by itself: a commit makes the
 * transaction's rows visible before its locks go (CommitTransaction), so who
 * gets a place sees what its last holder left; an abort, an aborted savepoint
 * and a lost connection drop it; a prepared transaction keeps it.
 *
 * The tag's type is LOCKTAG_USERLOCK, which no SQL function can name: the
 * advisory functions make LOCKTAG_ADVISORY only.  So nobody can hold another's
 * places but by guessing, which is what they are there to count.
 */
#include "compat.h"

#include "shmem/slots.h"

#include "miscadmin.h"
#include "storage/lock.h"

static void
set_tag(LOCKTAG *tag, int scope, const TokenDigest *key, int number)
{
	uint32		words[2];

	/* Two keys may share their first 61 bits by chance: then they share limits. */
	memcpy(words, key->bytes, sizeof(words));
	tag->locktag_field1 = MyDatabaseId;
	tag->locktag_field2 = words[0];
	tag->locktag_field3 = (words[1] & ~(uint32) 7) | (uint32) scope;
	tag->locktag_field4 = (uint16) number;
	tag->locktag_type = LOCKTAG_USERLOCK;
	tag->locktag_lockmethodid = USER_LOCKMETHOD;
}

bool
slots_try(int scope, const TokenDigest *key, int number)
{
	LOCKTAG		tag;

	Assert(scope >= 0 && scope < 8 && number > 0 && number <= PG_UINT16_MAX);
	set_tag(&tag, scope, key, number);
	return LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

void
slots_release(int scope, const TokenDigest *key, int number)
{
	LOCKTAG		tag;

	set_tag(&tag, scope, key, number);
	(void) LockRelease(&tag, ExclusiveLock, false);
}
