/*
 * privileges.c
 *		Sealing what an extension script has created.
 *
 * New is what has no entry in pg_init_privs: each REVOKE below makes one
 * (aclchk.c, recordExtensionInitPriv), for the script that first created the
 * object and for pg_upgrade alike.  A REVOKE on what already stood would make
 * pg_dump take the rights of the moment for the extension's own and stop
 * dumping them.
 */
#include "compat.h"

#include "store/privileges.h"

#include "lib/stringinfo.h"
#include "store/query.h"
#include "utils/builtins.h"

/*
 * Each row: kind, identity, and a grantee other than the owner; PUBLIC is
 * NULL.  Array and row types, members since 17, have no rights of their own.
 */
static SqlQuery new_rights = {
	"WITH member AS ("
	"  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d"
	"  JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass"
	"   AND d.refobjid = e.oid AND d.deptype = 'e'"
	"  WHERE e.extname = 'enclave' AND NOT EXISTS (SELECT FROM pg_catalog.pg_init_privs i"
	"   WHERE i.classoid = d.classid AND i.objoid = d.objid AND i.objsubid = 0)"
	"), object AS ("
	"  SELECT 'ROUTINE' AS kind, p.oid::pg_catalog.regprocedure::pg_catalog.text AS name,"
	"   p.proowner AS owner, coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)) AS acl"
	"  FROM member m JOIN pg_catalog.pg_proc p ON m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
	"   AND m.objid = p.oid"
	"  UNION ALL"
	"  SELECT 'TYPE', pg_catalog.format_type(t.oid, NULL), t.typowner,"
	"   coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))"
	"  FROM member m JOIN pg_catalog.pg_type t ON m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass"
	"   AND m.objid = t.oid"
	"  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)"
	"   AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.reltype = t.oid AND c.relkind <> 'c')"
	"  UNION ALL"
	"  SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,"
	"   c.oid::pg_catalog.regclass::pg_catalog.text, c.relowner,"
	"   coalesce(c.relacl, pg_catalog.acldefault("
	"    CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r'::\"char\" END, c.relowner))"
	"  FROM member m JOIN pg_catalog.pg_class c ON m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
	"   AND m.objid = c.oid AND c.relkind IN ('r', 'p', 'v', 'S')"
	")"
	" SELECT o.kind, o.name, CASE g.grantee WHEN 0 THEN NULL ELSE g.grantee::pg_catalog.regrole::pg_catalog.text END"
	" FROM object o LEFT JOIN LATERAL (SELECT DISTINCT x.grantee FROM pg_catalog.aclexplode(o.acl) x"
	"  WHERE x.grantee <> o.owner) g ON true",
	0, {InvalidOid}, NULL
};

void
privileges_seal(void)
{
	QueryScope	scope;
	StringInfoData revokes;
	uint64		count;

	query_begin(&scope);
	count = query_run(&new_rights, NULL, NULL, QUERY_READ);
	initStringInfo(&revokes);
	for (uint64 i = 0; i < count; i++)
	{
		char	   *grantee = query_text(i, 3, CurrentMemoryContext);

		appendStringInfo(&revokes, "REVOKE ALL ON %s %s FROM %s CASCADE;",
						 query_text(i, 1, CurrentMemoryContext),
						 query_text(i, 2, CurrentMemoryContext),
						 grantee == NULL ? "PUBLIC" : grantee);
	}
	if (count > 0)
		query_run_utility(revokes.data);
	query_end(&scope);
}
