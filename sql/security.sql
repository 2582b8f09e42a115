--
-- Privileges and names: catalog checks over everything in the schema, and hostile objects around it.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_enclave_user;

-- Promise: every function, type, relation, cast and event trigger has a comment
SELECT pg_describe_object(classid, objid, 0) FROM (
    SELECT 'pg_proc'::regclass AS classid, oid AS objid FROM pg_proc WHERE pronamespace = 'enclave'::regnamespace
    UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typnamespace = 'enclave'::regnamespace AND t.typcategory <> 'A' AND coalesce(c.relkind, 'c') = 'c'
    UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace = 'enclave'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')
    UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast WHERE 'enclave.secret'::regtype IN (castsource, casttarget)
    UNION ALL SELECT 'pg_event_trigger'::regclass, e.oid FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid WHERE p.pronamespace = 'enclave'::regnamespace
    UNION ALL SELECT 'pg_extension'::regclass, oid FROM pg_extension WHERE extname = 'enclave') o
WHERE coalesce(obj_description(objid, classid::text::name), '') = '';
SELECT (SELECT count(*) > 30 FROM pg_proc WHERE pronamespace = 'enclave'::regnamespace) AS functions,
    (SELECT count(*) FROM pg_cast WHERE 'enclave.secret'::regtype IN (castsource, casttarget)) AS casts,
    (SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'enclave%') AS event_triggers;

-- Promise: nobody but the owner has any right on anything; no list at all counts as the server's default
SELECT o.object, x.grantee, x.privilege_type FROM (
    SELECT oid::regprocedure::text AS object, proowner AS owner, coalesce(proacl, acldefault('f', proowner)) AS acl FROM pg_proc WHERE pronamespace = 'enclave'::regnamespace
    UNION ALL SELECT oid::regclass::text, relowner, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner))
        FROM pg_class WHERE relnamespace = 'enclave'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
    UNION ALL SELECT attrelid::regclass || '.' || attname, c.relowner, attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'enclave'::regnamespace
    UNION ALL SELECT t.oid::regtype::text, typowner, coalesce(typacl, acldefault('T', typowner)) FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE typnamespace = 'enclave'::regnamespace AND typcategory <> 'A' AND coalesce(c.relkind, 'c') = 'c'
    UNION ALL SELECT 'schema', nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace WHERE nspname = 'enclave') o, aclexplode(o.acl) x
WHERE x.grantee <> o.owner;
SELECT a.* FROM pg_default_acl a WHERE defaclnamespace = 'enclave'::regnamespace;

-- Promise: a definer's function has a pinned path; no function is in a language that reads one
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'enclave'::regnamespace AND prosecdef
    AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false);
SELECT p.oid::regprocedure, l.lanname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = 'enclave'::regnamespace AND l.lanname <> 'c';
-- Promise: what writes or takes the latest snapshot never runs in a parallel worker, what reads the process's own memory keeps to the leader, and a reader of tables is not immutable
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'enclave'::regnamespace AND proparallel <> 'u'
    AND proname !~ '^secret_(in|out|recv|send)$' AND oid <> 'enclave.hash_token(text)'::regprocedure
    AND NOT (proparallel = 'r' AND proname IN ('user_id', 'token_id', 'session_id', 'abilities', 'claims', 'auth_method', 'auth_time',
        'impersonated_by', 'require_user', 'require_recent_login', 'can'));
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'enclave'::regnamespace AND provolatile = 'i'
    AND proname !~ '^secret_(in|out|recv|send)$' AND oid <> 'enclave.hash_token(text)'::regprocedure;

-- Promise: no two indexes of a table are the same, and each is valid
SELECT a.indexrelid::regclass, b.indexrelid::regclass FROM pg_index a JOIN pg_index b ON a.indrelid = b.indrelid AND a.indexrelid < b.indexrelid
    AND a.indkey::text = b.indkey::text AND a.indclass = b.indclass AND a.indcollation = b.indcollation AND a.indoption = b.indoption
    AND pg_get_expr(a.indexprs, a.indrelid) IS NOT DISTINCT FROM pg_get_expr(b.indexprs, b.indrelid) AND pg_get_expr(a.indpred, a.indrelid) IS NOT DISTINCT FROM pg_get_expr(b.indpred, b.indrelid)
    JOIN pg_class c ON c.oid = a.indrelid WHERE c.relnamespace = 'enclave'::regnamespace;
SELECT indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'enclave'::regnamespace AND NOT (indisvalid AND indisready AND indislive);

-- Promise: every table has a primary key, every foreign key an index and an end with its parent
SELECT oid::regclass FROM pg_class c WHERE relnamespace = 'enclave'::regnamespace AND relkind = 'r' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary);
SELECT conname, confdeltype FROM pg_constraint k WHERE contype = 'f' AND connamespace = 'enclave'::regnamespace AND (confdeltype <> 'c' OR NOT convalidated OR NOT EXISTS
    (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL AND (i.indkey::int2[])[0 : cardinality(k.conkey) - 1] = k.conkey));

-- Promise: every digest is of 32 bytes exactly, and no time or id wraps early
SELECT attrelid::regclass, attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'enclave'::regnamespace AND c.relkind = 'r' AND atttypid = 'bytea'::regtype AND attname <> 'private' AND NOT EXISTS
    (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND k.convalidated AND pg_get_constraintdef(k.oid) ~ format('octet_length\(%s\) = 32', attname));
SELECT attrelid::regclass, attname, atttypid::regtype FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'enclave'::regnamespace AND c.relkind = 'r' AND attnum > 0
    AND (atttypid IN ('timestamp'::regtype, 'time'::regtype, 'date'::regtype) OR attname ~ '(^|_)id$' AND atttypid <> 'bigint'::regtype OR attname ~ '(_at|_until|_from)$' AND atttypid <> 'timestamptz'::regtype);

-- Promise: an ordinary role can read no table and call no function, with USAGE on the schema neither
GRANT USAGE ON SCHEMA enclave TO regress_enclave_user;
SELECT c.oid::regclass FROM pg_class c WHERE relnamespace = 'enclave'::regnamespace AND relkind IN ('r', 'v', 'S') AND CASE relkind
    WHEN 'S' THEN has_sequence_privilege('regress_enclave_user', c.oid, 'USAGE, SELECT, UPDATE')
    ELSE has_table_privilege('regress_enclave_user', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege('regress_enclave_user', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') END;
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'enclave'::regnamespace AND has_function_privilege('regress_enclave_user', oid, 'EXECUTE');
SET ROLE regress_enclave_user;
SELECT enclave.health();
\echo :LAST_ERROR_SQLSTATE
SELECT enclave.verify_token('x');
\echo :LAST_ERROR_SQLSTATE
SELECT enclave.login('a@b.co', 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM enclave.settings;
\echo :LAST_ERROR_SQLSTATE
SELECT email FROM enclave.users;
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE enclave.mine ();
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

-- Promise: USAGE and EXECUTE are enough: the function reads the tables as its owner, the caller cannot
GRANT EXECUTE ON FUNCTION enclave.health(), enclave.verify_token(text), enclave.find_user(text) TO regress_enclave_user;
SET ROLE regress_enclave_user;
SELECT enclave.health() ->> 'status' AS health, (SELECT count(*) FROM enclave.verify_token('0123456789012345678901234567890123456789')) AS verified, (SELECT count(*) FROM enclave.find_user('a@b.co')) AS found;
SELECT enclave.create_user('a@b.co');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM enclave.users;
\echo :LAST_ERROR_SQLSTATE
SELECT current_user;
RESET ROLE;
REVOKE EXECUTE ON FUNCTION enclave.health(), enclave.verify_token(text), enclave.find_user(text) FROM regress_enclave_user;
REVOKE USAGE ON SCHEMA enclave FROM regress_enclave_user;

-- Attack: objects of the names used inside, in a schema that comes first in the path of whoever calls
CREATE SCHEMA regress_hostile AUTHORIZATION regress_enclave_user;
GRANT CREATE ON SCHEMA public TO regress_enclave_user;
SET ROLE regress_enclave_user;
SET search_path = pg_catalog;
CREATE FUNCTION regress_hostile.trap() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE FUNCTION regress_hostile.trap(bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
CREATE AGGREGATE regress_hostile.count(*) (SFUNC = regress_hostile.trap, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE public.count(*) (SFUNC = regress_hostile.trap, STYPE = bigint, INITCOND = '0');
DO $$
DECLARE
    place text;
    f record;
BEGIN
    FOREACH place IN ARRAY ARRAY['regress_hostile', 'public'] LOOP
        -- every function, aggregate and operator of pg_catalog that the statements inside could mean
        FOR f IN SELECT proname, oidvectortypes(proargtypes) AS args, format_type(prorettype, NULL) AS result FROM pg_proc
            WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'a') AND NOT proretset
            AND proname IN ('now', 'clock_timestamp', 'lower', 'make_interval', 'sha256', 'octet_length', 'char_length', 'length', 'isfinite', 'nextval', 'setval', 'currval', 'max', 'bool_or', 'num_nonnulls',
                'acldefault', 'format_type', 'jsonb_in', 'timestamptz_pl_interval', 'texteq', 'byteaeq', 'int8eq', 'network', 'set_masklen', 'power', 'host', 'current_setting', 'set_config')
            AND NOT EXISTS (SELECT FROM unnest(proargtypes) a WHERE a IN ('internal'::regtype, 'cstring'::regtype, '"any"'::regtype, 'anyarray'::regtype, 'anyenum'::regtype, 'record'::regtype)) LOOP
            EXECUTE format('CREATE FUNCTION %I.%I(%s) RETURNS %s LANGUAGE sql AS $f$ SELECT (regress_hostile.trap()::text)::%4$s $f$', place, f.proname, f.args, f.result);
        END LOOP;
        FOR f IN SELECT DISTINCT o.oprname, o.oprleft::regtype::text AS l, o.oprright::regtype::text AS r, o.oprresult::regtype::text AS result FROM pg_operator o
            WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprname IN ('=', '<>', '<', '<=', '>', '>=', '+', '-', '||') AND oprleft <> 0
            AND oprleft IN ('bytea'::regtype, 'text'::regtype, 'bigint'::regtype, 'integer'::regtype, 'timestamptz'::regtype, 'inet'::regtype, 'boolean'::regtype, 'interval'::regtype, 'name'::regtype, 'oid'::regtype)
            AND oprright IN ('bytea'::regtype, 'text'::regtype, 'bigint'::regtype, 'integer'::regtype, 'timestamptz'::regtype, 'inet'::regtype, 'boolean'::regtype, 'interval'::regtype, 'name'::regtype, 'oid'::regtype) LOOP
            EXECUTE format('CREATE FUNCTION %I.%I(%s, %s) RETURNS %s LANGUAGE sql AS $f$ SELECT (regress_hostile.trap()::text)::%5$s $f$', place, 'op' || md5(f.oprname || f.l || f.r), f.l, f.r, f.result);
            EXECUTE format('CREATE OPERATOR %1$I.%2$s (LEFTARG = %3$s, RIGHTARG = %4$s, FUNCTION = %1$I.%5$I)', place, f.oprname, f.l, f.r, 'op' || md5(f.oprname || f.l || f.r));
        END LOOP;
        EXECUTE format('CREATE TABLE %I.users AS SELECT 1 AS id, ''hijacked''::text AS email', place);
        EXECUTE format('CREATE TABLE %I.access_tokens AS SELECT sha256(''x'') AS digest, 1 AS user_id', place);
        EXECUTE format('CREATE TABLE %I.sessions AS SELECT sha256(''x'') AS digest, 1 AS user_id', place);
        EXECUTE format('CREATE TABLE %I.session_marks (x integer)', place);
        EXECUTE format('CREATE TABLE %I.login_attempts (x integer)', place);
        EXECUTE format('CREATE TABLE %I.known_networks (x integer)', place);
        EXECUTE format('CREATE TABLE %I.mail_queue (x integer)', place);
        EXECUTE format('CREATE VIEW %I.audit_logs AS SELECT 1 AS id', place);
        EXECUTE format('CREATE TABLE %I.applied_preset (x integer)', place);
        EXECUTE format('CREATE SEQUENCE %I.users_id_seq', place);
        EXECUTE format('CREATE TYPE %I.jsonb AS (x integer)', place);
        EXECUTE format('CREATE TYPE %I.secret AS (x integer)', place);
        EXECUTE format('CREATE CAST (text AS %I.jsonb) WITH INOUT AS IMPLICIT', place);
    END LOOP;
END $$;
RESET ROLE;
RESET search_path;
SELECT count(*) > 150 AS many FROM pg_depend WHERE refobjid = 'regress_hostile'::regnamespace;
SELECT oprname, oprleft::regtype FROM pg_operator WHERE oprnamespace = 'regress_hostile'::regnamespace AND oprleft = oprright AND oprname IN ('=', '<') ORDER BY oprname, oprleft;
-- it bites: this is what the statements inside would meet
SET search_path = regress_hostile, public, pg_catalog;
SELECT now();
SELECT 'x'::bytea = 'x'::bytea;
SELECT count(*) FROM pg_class;
TABLE users;
RESET search_path;

-- a new session, so that every statement inside is prepared under that path
\c -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TEMP TABLE users (id integer);
CREATE TEMP TABLE access_tokens (id integer);
CREATE TEMP TABLE sessions (id integer);
CREATE TEMP TABLE session_marks (id integer);
CREATE TEMP TABLE login_attempts (id integer);
CREATE TEMP TABLE known_networks (id integer);
CREATE TEMP TABLE audit_logs (id integer);
CREATE TEMP SEQUENCE users_id_seq;
CREATE TYPE pg_temp.jsonb AS (x integer);
CREATE TYPE pg_temp.text AS (x integer);
CREATE TYPE pg_temp.int8 AS (x integer);
CREATE TYPE pg_temp.int4 AS (x integer);
SELECT set_config('search_path', 'pg_temp, regress_hostile, public, pg_catalog', false);
SELECT id, email FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT status AS wrong, user_id FROM enclave.login('ann@example.com', 'the wrong passphrase', '192.0.2.1') \gset
SELECT status AS nobody FROM enclave.login('nobody@example.com', 'the right passphrase') \gset
SELECT status, token FROM enclave.login('ann@example.com', 'the right passphrase', '192.0.2.1') \gset
\echo :email :wrong :nobody :status
SELECT name, abilities FROM enclave.verify_token(:'token');
SELECT enclave.token_can(:'token', 'posts');
SELECT status, token FROM enclave.refresh(:'token') \gset
SELECT token AS personal FROM enclave.create_token(:id, 'mine') \gset
\echo :status
SELECT name, kind FROM enclave.user_tokens(:id);
SELECT email FROM enclave.create_user('bob@example.com');
SELECT email FROM enclave.import_user('old@example.com', '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY', '', NULL, 1000000);
SELECT status FROM enclave.login('old@example.com', 'password');
SELECT email FROM enclave.find_user('OLD@example.com');
SELECT email FROM enclave.get_user(:id);
SELECT status, token AS session FROM enclave.login_session('ann@example.com', 'the right passphrase', '192.0.2.1', replaces => 'nonsense') \gset
\echo :status
SELECT token AS other FROM enclave.create_session(:id) \gset
SELECT substr(set_cookie, 1, 27) FROM enclave.touch_session(:'session');
SELECT data FROM enclave.verify_session(:'session');
SELECT ip FROM enclave.user_sessions(:id);
SELECT enclave.set_session_data(:'session', '{}'), (SELECT ended FROM enclave.end_session(:'other'));
SELECT enclave.logout(:'token');
SELECT enclave.end_all(:id, :'personal');
SELECT enclave.end_user_sessions(:id);
SELECT enclave.revoke_user_tokens(:id);
SELECT enclave.forgot_password('ann@example.com'), enclave.request_verification('ann@example.com'), enclave.request_magic_link('nobody@example.com'), enclave.request_signup('cid@example.com', 'the right passphrase');
SELECT kind, recipient FROM enclave.take_mail() ORDER BY mail_id;
SELECT enclave.mail_failed(1, 'no'), enclave.mail_sent(1);
SELECT purpose, email_hint, status FROM enclave.create_password_reset('ann@example.com') t, enclave.peek_token(t.token), enclave.verify_email(t.token);
SELECT status FROM enclave.create_magic_link('ann@example.com') t, enclave.verify_magic_link(t.token);
SELECT enclave.reject_verification(t.token) FROM enclave.create_email_verification((SELECT id FROM enclave.find_user('cid@example.com'))) t;
SELECT enclave.revoke_token(:id, 1);
SELECT table_name, removed FROM enclave.prune_now();
CALL enclave.prune();
SELECT table_name, error FROM enclave.prune_runs WHERE error IS NOT NULL;
CREATE FUNCTION regress_hostile.handle(pg_catalog.jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
SELECT enclave.on_event('*', 'regress_hostile.handle(pg_catalog.jsonb)') AS handler \gset
SELECT enclave.log_event(:id, 'app.x', metadata => '{}') IS NOT NULL AS logged;
SELECT enclave.off_event(:handler);
SELECT event FROM enclave.audit(:id, 'app.*');
SELECT rule FROM enclave.check_password('password');
SELECT enclave.verify_password('x', enclave.hash_password('x')), enclave.needs_rehash(enclave.hash_password('x'));
SELECT name FROM enclave.settings WHERE false;
SELECT setting FROM enclave.apply_preset('default') LIMIT 1;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT email FROM enclave.signup('rr@example.com', 'the right passphrase');
SELECT status FROM enclave.login('rr@example.com', 'the right passphrase');
COMMIT;
RESET search_path;
SELECT (SELECT count(*) FROM pg_temp.users) AS temp, (SELECT count(*) FROM public.users) AS public, (SELECT count(*) FROM enclave.users) AS ours;

-- Attack: the same when the extension is made
BEGIN;
DELETE FROM enclave.users;
DROP EXTENSION enclave;
SET LOCAL search_path = regress_hostile, public, pg_catalog;
CREATE EXTENSION enclave;
SELECT email FROM enclave.signup('ann@example.com', 'the right passphrase');
SELECT status FROM enclave.login('ann@example.com', 'the right passphrase');
ROLLBACK;

DELETE FROM enclave.users;
DELETE FROM enclave.login_attempts;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
DROP SCHEMA regress_hostile CASCADE;
DROP OWNED BY regress_enclave_user CASCADE;
DROP ROLE regress_enclave_user;
