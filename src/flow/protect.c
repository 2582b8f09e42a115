/*
 * protect.c
 *		Rows that are their owner's only.
 */
#include "compat.h"

#include "flow/protect.h"

#include "flow/fault.h"
#include "store/row_security.h"

void
protect_table(Oid table, const char *owner_column)
{
	fault_if_read_only("enclave.protect()");
	if (!OidIsValid(table) || !row_security_is_possible(table))
		fault_validation("table_invalid", "Give a table of your own, ordinary or partitioned.");
	if (owner_column == NULL || !row_security_has_owner_column(table, owner_column))
		fault_validation("owner_column_invalid",
						 "Give a column of type bigint, integer or smallint.");
	row_security_apply(table, owner_column);
}
