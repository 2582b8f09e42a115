-- Who may call what.  The view declared_levels is made by the build from the
-- "level" lines of these files (src/tools/levels).

-- level: none
CREATE OR REPLACE VIEW enclave.level_objects AS
    WITH object AS (
        SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind, p.oid,
               'pg_catalog.pg_proc'::pg_catalog.regclass AS classid, p.proname AS name,
               p.oid::pg_catalog.regprocedure::pg_catalog.text AS object
        FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'enclave'::pg_catalog.regnamespace
        UNION ALL
        SELECT 'TABLE', c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, c.relname,
               c.oid::pg_catalog.regclass::pg_catalog.text
        FROM pg_catalog.pg_class c
        WHERE c.relnamespace = 'enclave'::pg_catalog.regnamespace AND c.relkind = 'v'
    )
    SELECT DISTINCT l.level, o.kind, o.classid, o.oid, o.name, o.object
    FROM (VALUES ('anon'), ('verifier'), ('app'), ('mailer'), ('support'), ('auditor'),
                 ('admin')) l (level)
    JOIN enclave.declared_levels d
      ON d.level = l.level OR (d.level <> 'none' AND l.level = 'admin')
         OR (l.level = 'app' AND d.level IN ('anon', 'verifier'))
    JOIN object o ON o.name = d.name
    JOIN pg_catalog.pg_depend m ON m.classid = o.classid AND m.objid = o.oid AND m.deptype = 'e';
COMMENT ON VIEW enclave.level_objects IS
'what each level may call or read, with all that it includes';

-- level: auditor
CREATE OR REPLACE VIEW enclave.access_matrix AS
    SELECT o.object AS function, d.level,
           CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable'
                              WHEN 'v' THEN 'volatile' END AS volatility,
           CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted'
                              WHEN 'u' THEN 'unsafe' END AS parallel,
           p.prosecdef AS definer
    FROM enclave.level_objects o
    JOIN (SELECT name, pg_catalog.string_agg(level, ', ' ORDER BY position) AS level
          FROM enclave.declared_levels GROUP BY name) d ON d.name = o.name
    LEFT JOIN pg_catalog.pg_proc p ON p.oid = o.oid AND o.kind <> 'TABLE'
    WHERE o.level = 'admin';
COMMENT ON VIEW enclave.access_matrix IS
'every function and view that has a level, and which; admin may all';

-- level: none
CREATE OR REPLACE FUNCTION enclave.grant_access(role regrole, level text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_grant_access';
COMMENT ON FUNCTION enclave.grant_access(regrole, text) IS
'let a role call what a level may: anon, verifier, app, mailer, support, auditor or admin; remembered for renew_grants(); for superusers and the extension''s owner';

-- level: none
CREATE OR REPLACE FUNCTION enclave.revoke_access(role regrole, level text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_revoke_access';
COMMENT ON FUNCTION enclave.revoke_access(regrole, text) IS
'take a level from a role; what another of its levels allows stays; NC010 if it has not the level; for superusers and the extension''s owner';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.renew_grants(OUT role name, OUT level text, OUT done boolean)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'enclave_renew_grants';
COMMENT ON FUNCTION enclave.renew_grants() IS
'give every remembered level again, after an update or a restore; done is false for a role that does not exist';
