--
-- Installing and removing the extension.  Leaves it installed for the other files.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_enclave_other;
CREATE ROLE regress_enclave_third;

-- what an SQL command comes to
CREATE FUNCTION pg_temp.try(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;

-- what CREATE EXTENSION leaves behind when it fails
CREATE FUNCTION pg_temp.traces() RETURNS bigint LANGUAGE sql AS $$
    SELECT (SELECT count(*) FROM pg_extension WHERE extname = 'enclave')
         + (SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'enclave%')
         + (SELECT count(*) FROM pg_proc WHERE probin LIKE '%enclave%')
         + (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'enclave' AND c.relname = 'users')
$$;

-- CREATE EXTENSION in a schema "enclave" that was prepared by some commands
CREATE FUNCTION pg_temp.install_after(prepare text, OUT result text, OUT traces bigint)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'CREATE SCHEMA enclave';
    EXECUTE prepare;
    result := pg_temp.try('CREATE EXTENSION enclave');
    traces := pg_temp.traces();
    EXECUTE 'DROP EXTENSION IF EXISTS enclave';
    EXECUTE 'DROP SCHEMA enclave CASCADE';
END $$;

-- Attack: a schema of another role's, which stays his when it is taken over
CREATE SCHEMA enclave AUTHORIZATION regress_enclave_other;
CREATE EXTENSION enclave;
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.traces();
DROP SCHEMA enclave;

-- Attack: objects of any kind waiting in the schema
SELECT kind, i.* FROM (VALUES
    ('function', 'CREATE FUNCTION enclave.lower(text) RETURNS text LANGUAGE sql AS $_$ SELECT $1 $_$'),
    ('procedure', 'CREATE PROCEDURE enclave.p() LANGUAGE sql AS $_$ $_$'),
    ('aggregate', 'CREATE AGGREGATE enclave.a(integer) (SFUNC = int4pl, STYPE = integer)'),
    ('table', 'CREATE TABLE enclave.anything ()'),
    ('view', 'CREATE VIEW enclave.v AS SELECT 1'),
    ('sequence', 'CREATE SEQUENCE enclave.s'),
    ('composite type', 'CREATE TYPE enclave.t AS (x integer)'),
    ('enum', 'CREATE TYPE enclave.t AS ENUM (''x'')'),
    ('shell type', 'CREATE TYPE enclave.t'),
    ('domain', 'CREATE DOMAIN enclave.d AS text'),
    ('operator', 'CREATE OPERATOR enclave.= (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = byteaeq)'),
    ('operator family', 'CREATE OPERATOR FAMILY enclave.f USING btree'),
    ('collation', 'CREATE COLLATION enclave.c FROM "C"'),
    ('conversion', 'CREATE CONVERSION enclave.c FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8'),
    ('text search', 'CREATE TEXT SEARCH CONFIGURATION enclave.c (COPY = simple)'),
    ('default privileges', 'ALTER DEFAULT PRIVILEGES IN SCHEMA enclave GRANT EXECUTE ON FUNCTIONS TO regress_enclave_other')
) AS v(kind, prepare), LATERAL pg_temp.install_after(prepare) i;

-- Attack: a right to put objects beside ours, given before
SELECT prepare, i.* FROM (VALUES
    ('GRANT CREATE ON SCHEMA enclave TO regress_enclave_other'),
    ('GRANT CREATE ON SCHEMA enclave TO PUBLIC'),
    ('GRANT ALL ON SCHEMA enclave TO regress_enclave_other WITH GRANT OPTION')
) AS v(prepare), LATERAL pg_temp.install_after(prepare) i;

-- Promise: an empty schema of one's own is normal, pg_dump makes it first
SELECT result, traces > 0 AS installed FROM pg_temp.install_after('SELECT 1');

-- Promise: for superusers only, in its own schema only
GRANT CREATE ON DATABASE :DBNAME TO regress_enclave_other;
SET ROLE regress_enclave_other;
SELECT pg_temp.try('CREATE EXTENSION enclave');
RESET ROLE;
REVOKE CREATE ON DATABASE :DBNAME FROM regress_enclave_other;
CREATE EXTENSION enclave SCHEMA public;
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.traces();

-- Attack: default privileges of the installing role hand out what is made
CREATE FUNCTION pg_temp.foreign_rights() RETURNS TABLE (object text, grantee text) LANGUAGE sql AS $$
    WITH acl(object, owner, acl) AS (
        SELECT oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'enclave')
        UNION ALL
        SELECT oid::regclass::text, relowner,
               coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner))
        FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'enclave')
              AND relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL
        SELECT t.oid::regtype::text, t.typowner, coalesce(t.typacl, acldefault('T', t.typowner))
        FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'enclave') AND t.typcategory <> 'A'
              AND (c.oid IS NULL OR c.relkind = 'c')
        UNION ALL
        SELECT 'schema ' || nspname, nspowner, nspacl FROM pg_namespace WHERE nspname = 'enclave'
    )
    SELECT a.object, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END
    FROM acl a, aclexplode(a.acl) x WHERE x.grantee <> a.owner ORDER BY 1, 2
$$;
BEGIN;
ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO regress_enclave_other WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO regress_enclave_other, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO regress_enclave_other, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO regress_enclave_third;
ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO regress_enclave_third;
CREATE EXTENSION enclave;
SELECT * FROM pg_temp.foreign_rights();
ROLLBACK;

-- Promise: one command installs it, and what it makes belongs to who installs it
CREATE EXTENSION enclave;
SELECT * FROM pg_temp.foreign_rights();
SELECT e.extversion ~ '^[0-9]+\.[0-9]+\.[0-9]+$' AS a_version, e.extversion = enclave.health() ->> 'version' AS of_the_library,
       e.extrelocatable, n.nspname,
       e.extowner = current_user::regrole AND n.nspowner = e.extowner AS ours
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'enclave';
SELECT count(*) > 40 AS some, bool_and(owner = current_user::regrole) AS ours FROM (
    SELECT proowner AS owner FROM pg_proc WHERE pronamespace = 'enclave'::regnamespace
    UNION ALL SELECT relowner FROM pg_class WHERE relnamespace = 'enclave'::regnamespace
    UNION ALL SELECT typowner FROM pg_type WHERE typnamespace = 'enclave'::regnamespace) o;

-- Promise: everything in the schema is a member, nothing is left over from installing
SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'enclave'::regnamespace AND NOT EXISTS
    (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL SELECT p.oid::regprocedure FROM pg_proc p WHERE p.proname = 'check_schema';

-- Promise: every table and every sequence is marked for pg_dump, whole, but
-- for the key of the locks, which each database makes for itself
SELECT c.relkind, c.relname, coalesce(x.condition, 'not marked') AS condition
FROM pg_class c LEFT JOIN (SELECT unnest(extconfig) AS oid, unnest(extcondition) AS condition
     FROM pg_extension WHERE extname = 'enclave') x USING (oid)
WHERE c.relnamespace = 'enclave'::regnamespace AND c.relkind IN ('r', 'p', 'S', 'm')
ORDER BY c.relkind, c.relname COLLATE "C";

-- Promise: without users the extension goes at one word
BEGIN;
DROP EXTENSION enclave;
SELECT pg_temp.traces();
ROLLBACK;

-- Promise: while there are users it goes by CASCADE only
SELECT email FROM enclave.create_user('drop@example.com');
DROP EXTENSION enclave;
\echo :LAST_ERROR_SQLSTATE
SELECT command, pg_temp.try(command) FROM (VALUES
    ('DROP EXTENSION enclave RESTRICT'),
    ('DROP EXTENSION IF EXISTS enclave'),
    ('DROP EXTENSION IF EXISTS regress_none, enclave')) v(command);
SELECT pg_temp.try('DROP SCHEMA enclave');
BEGIN;
DROP EXTENSION enclave CASCADE;
SELECT pg_temp.traces();
ROLLBACK;
SELECT count(*) FROM enclave.find_user('drop@example.com');

-- Promise: dropped and made again in one session, it works, and so does the old one after a rollback
BEGIN;
DROP EXTENSION enclave CASCADE;
CREATE EXTENSION enclave;
SELECT count(*) FROM enclave.find_user('drop@example.com');
SELECT email FROM enclave.create_user('drop@example.com');
SELECT count(*) FROM enclave.verify_token('a-token-from-another-system');
ROLLBACK;
SELECT count(*) FROM enclave.find_user('drop@example.com');
SELECT count(*) FROM enclave.verify_token('a-token-from-another-system');
DELETE FROM enclave.users;

-- Attack: the scripts' own functions called by hand
SELECT enclave.seal_privileges();
\echo :LAST_ERROR_SQLSTATE
SELECT enclave.guard_drop();
\echo :LAST_ERROR_SQLSTATE
ALTER EXTENSION enclave SET SCHEMA public;
\echo :LAST_ERROR_SQLSTATE

DROP ROLE regress_enclave_other, regress_enclave_third;
