/*
 * guard.c
 *		Against a prepared schema, a hasty DROP and inherited rights.
 */
#include "compat.h"

#include "flow/guard.h"

#include "commands/extension.h"
#include "nodes/parsenodes.h"
#include "store/catalog.h"
#include "store/privileges.h"
#include "store/users.h"

void
guard_schema(Oid asking_function)
{
	if (catalog_schema_is_clean(asking_function))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("schema \"enclave\" is not empty, or open to another role"),
			 errdetail("What somebody else put there could take the place of the extension's own objects."),
			 errhint("Look at it, drop it, and run CREATE EXTENSION enclave again.")));
}

static bool
names_us(const DropStmt *statement)
{
	ListCell   *cell;

	foreach(cell, statement->objects)
	{
		if (strcmp(strVal(lfirst(cell)), "enclave") == 0)
			return true;
	}
	return false;
}

static bool
drops_us(const Node *statement)
{
	const DropStmt *drop = (const DropStmt *) statement;
	const DropOwnedStmt *owned = (const DropOwnedStmt *) statement;
	ListCell   *cell;

	if (IsA(statement, DropStmt))
		return drop->removeType == OBJECT_EXTENSION && drop->behavior != DROP_CASCADE &&
			names_us(drop);
	if (!IsA(statement, DropOwnedStmt) || owned->behavior == DROP_CASCADE)
		return false;
	foreach(cell, owned->roles)
	{
		if (get_rolespec_oid(lfirst(cell), true) == catalog_owner())
			return true;
	}
	return false;
}

void
guard_drop(const Node *statement)
{
	if (!drops_us(statement) || !users_any())
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot drop extension enclave while there are users"),
			 errdetail("Their accounts, tokens and audit log would be dropped with it."),
			 errhint("Use CASCADE to drop them too; restore a dump into a new database rather than over this one.")));
}

void
guard_privileges(void)
{
	/* Outside a script it would take away what administrators have granted. */
	if (!creating_extension)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("privileges can only be sealed by the extension's own script")));
	privileges_seal();
}
