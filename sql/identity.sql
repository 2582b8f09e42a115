--
-- Identity: authenticate, clear_identity, the getters, require_user, require_recent_login, can, impersonate, protect.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;

\i sql/include/try.sql
-- by name, since ids differ from run to run
CREATE FUNCTION pg_temp.who() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((SELECT split_part(email, '@', 1) FROM enclave.users WHERE id = enclave.user_id()), 'nobody')
$$;

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT id AS bob FROM enclave.signup('bob@example.com', 'the other passphrase') \gset
SELECT token AS login FROM enclave.login('ann@example.com', 'the right passphrase') \gset
SELECT token AS other FROM enclave.login('bob@example.com', 'the other passphrase') \gset
SELECT token AS personal, token_id AS personal_id FROM enclave.create_token(:ann, 'script', '{posts:read,users:*}') \gset
SELECT token AS nothing FROM enclave.create_token(:ann, 'nothing', '{}') \gset

-- Promise: without identity every getter is NULL, can() is false and what requires one says NC014
CREATE VIEW pg_temp.getters AS SELECT enclave.user_id() IS NULL AS u, enclave.token_id() IS NULL AS t, enclave.session_id() IS NULL AS s,
    enclave.abilities(), enclave.claims(), enclave.auth_method(), enclave.auth_time() IS NULL AS no_time, enclave.impersonated_by() AS by, enclave.can('*') AS everything;
SELECT * FROM pg_temp.getters;
SELECT pg_temp.try('SELECT enclave.require_user()');
SELECT pg_temp.try($$SELECT enclave.require_recent_login('1 day')$$);

-- Promise: an identity is of one transaction; outside a block it ends with the statement, and a WARNING says so
SELECT enclave.authenticate(:'login') = :ann AS hers, pg_temp.who();
SELECT pg_temp.who();
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT pg_temp.who(), enclave.token_id() IS NOT NULL AS token, enclave.session_id(), enclave.abilities(), enclave.claims(), enclave.auth_method(),
    enclave.auth_time() <= clock_timestamp() AS in_time, enclave.impersonated_by(), enclave.can('posts:read'), enclave.can(NULL) AS can_null, enclave.require_user() = :ann AS required;
COMMIT;
SELECT * FROM pg_temp.getters;
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
ROLLBACK;
SELECT pg_temp.who();
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
COMMIT AND CHAIN;
SELECT pg_temp.who();
COMMIT;

-- Promise: what cannot be a valid token of this moment makes nobody, and a refusal leaves nobody
SELECT what, pg_temp.try(format('SELECT (SELECT enclave.authenticate(%L)) = %s AND enclave.authenticate(%L) IS NULL AND enclave.user_id() IS NULL', :'login', :ann, token)) FROM (VALUES
    ('NULL', NULL), ('empty', ''), ('short', 'x'), ('another checksum', overlay(:'login' placing '######' from 37)),
    ('of another purpose', 'ess_' || substr(:'login', 5)), ('doubled', :'login' || :'login'), ('long', repeat('x', 1000000)), ('unknown', repeat('x', 40))) t(what, token);
UPDATE enclave.access_tokens SET expires_at = clock_timestamp() WHERE id = :personal_id AND created_at < clock_timestamp();
BEGIN;
SELECT enclave.authenticate(:'personal') AS expired, pg_temp.who();
COMMIT;
UPDATE enclave.access_tokens SET expires_at = clock_timestamp() + interval '1 day' WHERE id = :personal_id;

-- Promise: an ability that is asked for has to be allowed; absent ones mean none, and a login allows all
BEGIN;
SELECT ability, enclave.authenticate(:'personal', ability) = :ann AS personal, enclave.authenticate(:'nothing', ability) = :ann AS nothing, enclave.authenticate(:'login', ability) = :ann AS login
    FROM (VALUES (NULL), ('posts:read'), ('posts:write'), ('posts'), ('users:x:y'), ('users'), (''), ('*')) a(ability);
SELECT enclave.authenticate(:'personal', 'posts:write') AS refused, pg_temp.who();
SELECT enclave.authenticate(:'personal', 'posts:read') = :ann AS allowed;
SELECT enclave.abilities(), enclave.auth_method(), enclave.auth_time(), enclave.token_id() = :personal_id AS token, enclave.can('posts:read'), enclave.can('posts:write'), enclave.can('users:x');
-- a personal token is no login, however new
SELECT pg_temp.try($$SELECT enclave.require_recent_login('1 year')$$);
COMMIT;

-- Promise: a login is as recent as it was, and refreshing does not renew it
UPDATE enclave.access_tokens SET created_at = clock_timestamp() - interval '1 hour' WHERE user_id = :bob;
SELECT status, token AS other FROM enclave.refresh(:'other') \gset
BEGIN;
SELECT enclave.authenticate(:'other') = :bob AS his, enclave.auth_time() < clock_timestamp() - interval '59 min' AS an_hour_ago;
SELECT within, pg_temp.try(format('SELECT enclave.require_recent_login(%L)', within)) FROM (VALUES
    ('2 hours'), ('30 min'), ('0'), ('-1 hour'), (NULL), ('178000000 years'), ('-178000000 years')) w(within);
COMMIT;

-- Promise: a savepoint that is rolled back restores the identity that stood when it was set; one that is released keeps the new one
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SAVEPOINT a;
SELECT enclave.authenticate(:'other') = :bob AS his;
SAVEPOINT b;
SELECT enclave.clear_identity(), pg_temp.who();
SAVEPOINT c;
SELECT enclave.authenticate(:'personal') = :ann AS hers, enclave.auth_method();
RELEASE c;
SELECT enclave.auth_method();
ROLLBACK TO b;
SELECT pg_temp.who();
SELECT enclave.authenticate('nothing of the kind, but long enough'), pg_temp.who();
RELEASE b;
SELECT pg_temp.who();
ROLLBACK TO a;
SELECT pg_temp.who(), enclave.auth_method();
SAVEPOINT d;
SELECT enclave.authenticate(:'other') = :bob AS his;
RELEASE d;
SELECT pg_temp.who();
COMMIT;
-- the same in a block that catches an error
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT set_config('test.other', :'other', true) IS NOT NULL AS noted;
DO $$ BEGIN
    PERFORM enclave.authenticate(current_setting('test.other'));
    RAISE WARNING 'within: %', pg_temp.who();
    PERFORM 1 / 0;
EXCEPTION WHEN division_by_zero THEN
    RAISE WARNING 'caught: %', pg_temp.who();
END $$;
-- and a savepoint that failed
SAVEPOINT e;
SELECT enclave.authenticate(:'other') = :bob AS his;
SELECT 1 / 0;
SELECT pg_temp.who();
ROLLBACK TO e;
SELECT pg_temp.who();
COMMIT;
-- deep nesting, set at every level
BEGIN;
DO $$ BEGIN
    FOR i IN 1..1000 LOOP
        BEGIN
            PERFORM enclave.authenticate(current_setting('test.other', true));
            PERFORM enclave.authenticate('x');
        END;
    END LOOP;
END $$;
SELECT pg_temp.who();
ROLLBACK;

-- Attack: a cursor that outlives the transaction shows one user's rows to the next client of the connection
CREATE TABLE public.regress_notes (id integer, owner bigint, text text);
INSERT INTO public.regress_notes SELECT n, CASE n % 2 WHEN 0 THEN :ann ELSE :bob END, 'note ' || n FROM generate_series(1, 6) n;
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
DECLARE mine CURSOR WITH HOLD FOR SELECT id FROM public.regress_notes WHERE owner = (SELECT enclave.user_id()) ORDER BY id;
FETCH mine;
COMMIT;
FETCH mine;
BEGIN;
DECLARE mine CURSOR WITH HOLD FOR SELECT id FROM public.regress_notes WHERE owner = (SELECT enclave.user_id()) ORDER BY id;
SAVEPOINT a;
SELECT enclave.authenticate(:'login') = :ann AS hers;
FETCH mine;
ROLLBACK TO a;
SELECT pg_temp.who();
COMMIT;
FETCH mine;
SELECT name FROM pg_cursors;
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
DECLARE mine CURSOR FOR SELECT id FROM public.regress_notes WHERE owner = (SELECT enclave.user_id()) ORDER BY id;
FETCH mine;
SELECT enclave.authenticate(:'other') = :bob AS his;
FETCH ALL FROM mine;
COMMIT;
FETCH mine;
BEGIN;
DECLARE nobodys CURSOR WITH HOLD FOR SELECT count(*) FROM public.regress_notes WHERE owner = (SELECT enclave.user_id());
COMMIT;
FETCH nobodys;
CLOSE nobodys;

-- Promise: protect() makes rows their owner's, for the table's owner too, and may be called again
SELECT enclave.protect('public.regress_notes', 'owner');
SELECT enclave.protect('public.regress_notes', 'owner');
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'public.regress_notes'::regclass;
SELECT polname, polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) = pg_get_expr(polqual, polrelid) AS same FROM pg_policy WHERE polrelid = 'public.regress_notes'::regclass;
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'public.regress_notes'::regclass;
CREATE ROLE regress_enclave_owner;
GRANT ALL ON SCHEMA public TO regress_enclave_owner;
ALTER TABLE public.regress_notes OWNER TO regress_enclave_owner;
SELECT enclave.grant_access('regress_enclave_owner', 'anon');
SET ROLE regress_enclave_owner;
SELECT count(*) FROM public.regress_notes;
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT id FROM public.regress_notes ORDER BY id;
UPDATE public.regress_notes SET text = 'mine';
SAVEPOINT a;
INSERT INTO public.regress_notes VALUES (7, :bob, 'forged');
ROLLBACK TO a;
UPDATE public.regress_notes SET owner = :bob;
ROLLBACK TO a;
INSERT INTO public.regress_notes VALUES (8, enclave.user_id(), 'own');
DELETE FROM public.regress_notes WHERE owner = :bob;
COMMIT;
RESET ROLE;
SELECT owner = :ann AS hers, count(*), min(text) FROM public.regress_notes GROUP BY 1 ORDER BY 1;
-- Promise: protect() takes what has an owner column, and the rights of who calls
CREATE TABLE public.regress_other (id integer, user_id text, "User Id" integer, PRIMARY KEY ("User Id", id));
CREATE VIEW public.regress_view AS SELECT 1::bigint AS user_id;
CREATE TABLE public.regress_parts (user_id bigint, id integer) PARTITION BY HASH (id);
CREATE TABLE public.regress_part PARTITION OF public.regress_parts FOR VALUES WITH (MODULUS 1, REMAINDER 0);
SELECT args, pg_temp.try('SELECT enclave.protect(' || args || ')') FROM (VALUES ('NULL'), ($$'public.regress_other', NULL$$), ($$'public.regress_other'$$), ($$'public.regress_other', 'nothing'$$),
    ($$'public.regress_other', 'ctid'$$), ($$'public.regress_other', 'tableoid'$$), ($$'public.regress_other', 'User Id'$$), ($$'public.regress_view'$$), ($$'public.regress_parts'$$), ($$'enclave.users', 'id'$$), ($$'pg_catalog.pg_class', 'reltype'$$), ($$0$$), ($$4294967295$$)) a(args);
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN ('public.regress_other'::regclass, 'public.regress_part'::regclass) ORDER BY 1;
SELECT enclave.grant_access('regress_enclave_owner', 'admin');
SET ROLE regress_enclave_owner;
SELECT pg_temp.try($$SELECT enclave.protect('public.regress_other', 'User Id')$$);
SELECT pg_temp.try($$SELECT enclave.protect('public.regress_notes', 'owner')$$);
RESET ROLE;

-- Promise: impersonation is on record with role and reason, is never interactive, and ends with the transaction
SET ROLE regress_enclave_owner;
BEGIN;
SELECT enclave.impersonate(:bob, '  ticket "17" ');
SELECT enclave.user_id() = :bob AS bob, enclave.auth_method(), enclave.impersonated_by(), enclave.auth_time(), enclave.token_id(), enclave.can('posts');
SELECT count(*) FROM public.regress_notes;
SELECT pg_temp.try('SELECT enclave.logout_everywhere()');
SELECT pg_temp.try($$SELECT enclave.require_recent_login('1 year')$$);
COMMIT;
SELECT enclave.user_id();
RESET ROLE;
SELECT user_id = :bob AS bob, role, metadata FROM enclave.audit_logs WHERE event = 'auth.impersonated';
UPDATE enclave.users SET disabled_at = clock_timestamp() WHERE id = :bob;
SELECT args, pg_temp.try(format('SELECT enclave.impersonate(%s)', replace(replace(args, 'ann', :'ann'), 'bob', :'bob'))) FROM (VALUES
    ($$NULL, 'x'$$), ($$0, 'x'$$), ($$-1, 'x'$$), ($$ann, NULL$$), ($$ann, ' '$$), ($$ann, repeat('x', 513)$$), ($$ann, E'a\nb'$$), ($$ann, repeat('ä', 512)$$), ($$bob, 'x'$$)) a(args);
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT pg_temp.try($$SELECT enclave.impersonate(0, 'x')$$);
SELECT pg_temp.who();
COMMIT;
BEGIN READ ONLY;
SELECT pg_temp.try(format($$SELECT enclave.impersonate(%s, 'x')$$, :ann));
SELECT enclave.authenticate(:'login') = :ann AS hers, pg_current_xact_id_if_assigned();
COMMIT;

-- Promise: the last use of a token is written once an interval, not above READ COMMITTED nor in a transaction that may not write
DELETE FROM enclave.access_token_uses;
SELECT token AS fresh, token_id AS fresh_id FROM enclave.create_token(:ann, 'fresh') \gset
BEGIN READ ONLY;
SELECT enclave.authenticate(:'fresh') = :ann AS read_only;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT enclave.authenticate(:'fresh') = :ann AS repeatable, pg_current_xact_id_if_assigned();
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT enclave.authenticate(:'fresh') = :ann AS serializable, pg_current_xact_id_if_assigned();
COMMIT;
SELECT last_used_at FROM enclave.user_tokens(:ann) WHERE token_id = :fresh_id;
BEGIN;
SELECT enclave.authenticate(:'fresh') = :ann AS hers, pg_current_xact_id_if_assigned() IS NOT NULL AS written;
COMMIT;
SELECT last_used_at AS first FROM enclave.user_tokens(:ann) WHERE token_id = :fresh_id \gset
BEGIN;
SELECT enclave.authenticate(:'fresh') = :ann AS hers, pg_current_xact_id_if_assigned() IS NOT NULL AS written;
COMMIT;
\c -
SET client_min_messages = warning;
BEGIN;
SELECT enclave.authenticate(:'fresh') = :ann AS hers, pg_current_xact_id_if_assigned() IS NOT NULL AS written;
COMMIT;
SELECT last_used_at = :'first' AS same FROM enclave.user_tokens(:ann) WHERE token_id = :fresh_id;
UPDATE enclave.access_token_uses SET last_used_at = last_used_at - interval '61 s';
\c -
SET client_min_messages = warning;
BEGIN;
SELECT enclave.authenticate(:'fresh') = :ann AS hers, pg_current_xact_id_if_assigned() IS NOT NULL AS written;
COMMIT;
SELECT last_used_at > :'first' AS later FROM enclave.user_tokens(:ann) WHERE token_id = :fresh_id;
SET enclave.last_used_interval = 0;
SELECT last_used_at AS before FROM enclave.user_tokens(:ann) WHERE token_id = :fresh_id \gset
BEGIN;
SELECT enclave.authenticate(:'fresh') = :ann AS hers;
COMMIT;
SELECT last_used_at > :'before' AS each_time FROM enclave.user_tokens(:ann) WHERE token_id = :fresh_id;
RESET enclave.last_used_interval;
-- a use outlives its token until it is pruned, and a living token's is kept
SELECT enclave.revoke_token(:ann, :fresh_id);
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
COMMIT;
SELECT table_name, removed FROM enclave.prune_now() WHERE table_name = 'access_token_uses';
SELECT count(*) FROM enclave.access_token_uses;

-- Attack: a stranger's function in a maintenance command changes who its caller is
CREATE FUNCTION public.regress_change(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM enclave.authenticate(current_setting('test.token')); RETURN $1; END $$;
SELECT set_config('test.token', :'login', false) IS NOT NULL AS set;
CREATE TABLE public.regress_index (id integer);
INSERT INTO public.regress_index VALUES (1);
CREATE INDEX ON public.regress_index (public.regress_change(id));
\echo :LAST_ERROR_SQLSTATE

DROP TABLE public.regress_notes, public.regress_other, public.regress_parts, public.regress_index;
DROP VIEW public.regress_view;
DROP FUNCTION public.regress_change;
SELECT enclave.revoke_access('regress_enclave_owner', level) FROM unnest('{admin,anon}'::text[]) level;
DROP OWNED BY regress_enclave_owner;
DROP ROLE regress_enclave_owner;
DELETE FROM enclave.users;
DELETE FROM enclave.access_token_uses;
