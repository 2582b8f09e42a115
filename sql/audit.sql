--
-- What happened, and who is told of it: audit, log_event, on_event, off_event, handlers, notify_events.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
\i sql/include/try.sql
SET enclave.argon2_memory = '64kB';
DELETE FROM enclave.audit_logs;
ALTER SEQUENCE enclave.event_handlers_id_seq RESTART;
CREATE ROLE regress_enclave_admin;
CREATE ROLE regress_enclave_support;
CREATE ROLE regress_enclave_auditor;
CREATE ROLE regress_enclave_app;
SELECT enclave.grant_access('regress_enclave_admin', 'admin'), enclave.grant_access('regress_enclave_support', 'support'),
    enclave.grant_access('regress_enclave_auditor', 'auditor'), enclave.grant_access('regress_enclave_app', 'app') \gset
DELETE FROM enclave.audit_logs;

-- Promise: every event is on record with its user, its token, who called, and where from
SET ROLE regress_enclave_app;
SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT enclave.login('ann@example.com', 'the wrong passphrase', '192.0.2.1', 'Browser') \gset
SELECT enclave.login('nobody@example.com', 'the wrong passphrase', '192.0.2.1', repeat('x', 600)) \gset
SELECT token FROM enclave.login('ann@example.com', 'the right passphrase', '192.0.2.1', 'Browser') \gset
SELECT FROM enclave.log_event(:ann, 'app.order.placed', '192.0.2.9', 'Browser', '{"order": 7}');
SELECT FROM enclave.log_event(NULL, 'app.started');
RESET ROLE;
SELECT event, user_id = :ann AS ann, actor_id, token_id IS NOT NULL AS token, session_id, role, ip, left(user_agent, 10) AS agent, length(user_agent) AS length, metadata
    FROM enclave.audit();
SELECT bool_and(at BETWEEN now() - interval '1 min' AND clock_timestamp()) AS recent, bool_and(earlier > id) IS NOT FALSE AS newest_first FROM (SELECT id, at, lag(id) OVER () AS earlier FROM enclave.audit()) a;

-- Promise: who is authenticated is the actor, and who is impersonated is not
BEGIN;
SELECT enclave.authenticate(:'token') = :ann AS ann;
SELECT FROM enclave.log_event(:ann, 'app.by.ann');
SELECT FROM enclave.impersonate(:ann, 'looking');
SELECT FROM enclave.log_event(:ann, 'app.as.ann');
SELECT event, actor_id = :ann AS by_ann FROM enclave.audit(max_rows => 3);
ROLLBACK;

-- Promise: by user, by event or beginning, by time, and no more than asked for
SELECT event FROM enclave.audit(:ann);
SELECT event FROM enclave.audit(event => 'auth.login.*');
SELECT event FROM enclave.audit(:ann, 'auth.login.failed');
SELECT event FROM enclave.audit(event => 'auth.login');
SELECT event FROM enclave.audit(event => '*', max_rows => 2);
SELECT count(*) FROM enclave.audit(since => clock_timestamp());
SELECT count(*) FROM enclave.audit(:ann, since => '-infinity', max_rows => 10000);
SELECT count(*) FROM enclave.audit(2147483648), enclave.audit(-1) b;
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.audit(max_rows => 0)'), ('SELECT enclave.audit(max_rows => 10001)'), ('SELECT enclave.audit(max_rows => NULL)'), ('SELECT enclave.audit(event => '''')'),
    ('SELECT enclave.audit(event => ''auth*'')'), ('SELECT enclave.audit(event => ''auth.%'')'), ('SELECT enclave.audit(event => repeat(''a'', 1048576))'), ('SELECT enclave.audit(event => ''x'' || chr(39))')) v(q);
BEGIN READ ONLY;
SELECT count(*) FROM enclave.audit(:ann);
SELECT pg_temp.try('SELECT enclave.log_event(NULL, ''app.x'')'), pg_temp.try('SELECT enclave.on_event(''*'', NULL)'), pg_temp.try('SELECT enclave.off_event(1)');
COMMIT;

-- Attack: who helps users reads the record of everybody, or of strangers
SET ROLE regress_enclave_support;
SELECT count(*) FROM enclave.audit(:ann);
SELECT pg_temp.try('SELECT enclave.audit()'), pg_temp.try('SELECT enclave.audit(NULL, ''auth.login.failed'')'), pg_temp.try('SELECT enclave.audit(0)'), pg_temp.try('SELECT enclave.audit(-1)');
RESET ROLE;
-- a definer's function lends the right to nobody who has it not
CREATE FUNCTION public.lent() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM enclave.audit()';
GRANT EXECUTE ON FUNCTION public.lent() TO regress_enclave_support;
SET ROLE regress_enclave_auditor;
SELECT public.lent();
SET ROLE regress_enclave_support;
SELECT pg_temp.try('SELECT public.lent()');
RESET ROLE;
DROP FUNCTION public.lent();

-- Promise: the application's events are its own: a prefix, an existing user, at most 4 KiB
SELECT pg_temp.try(format('SELECT enclave.log_event(NULL, %L)', e)) FROM (VALUES ('app.x'), ('app.'), ('app'), ('app.X'), ('app..x'), ('app.x.'), ('app.*'), ('auth.login.success'), ('xapp.y'), ('app.x y'), (''), (NULL), ('app.' || repeat('x', 96)), ('app.' || repeat('x', 97))) v(e)
    WHERE pg_temp.try(format('SELECT enclave.log_event(NULL, %L)', e)) !~ '^\d+$';
SELECT pg_temp.try('SELECT enclave.log_event(4711, ''app.x'')'), pg_temp.try('SELECT enclave.log_event(-1, ''app.x'')');
SELECT pg_temp.try(format('SELECT enclave.log_event(NULL, ''app.x'', metadata => to_jsonb(repeat(''x'', %s)))', n)) !~ '^\d+$' AS refused FROM (VALUES (4094), (4095), (1048576)) v(n);
SELECT pg_temp.try('SELECT enclave.log_event(NULL, ''app.x'', metadata => to_jsonb(repeat(''x'', 4095)))');

-- Promise: a handler is called for what matches, in the same transaction, with the entry of the record and no secret
CREATE TABLE public.seen (handler text, event jsonb);
CREATE FUNCTION public.see_all(event jsonb) RETURNS void LANGUAGE sql AS 'INSERT INTO public.seen VALUES (''all'', event)';
CREATE FUNCTION public.see_logins(event jsonb) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES ('logins', event); RETURN NULL; END $$;
SELECT enclave.on_event('*', 'public.see_all(jsonb)'), enclave.on_event('auth.login.*', 'public.see_logins(jsonb)');
SELECT pattern, function, role = current_user AS mine, registered_at <= clock_timestamp() AS now FROM enclave.handlers;
SELECT status FROM enclave.login('ann@example.com', 'the wrong passphrase', '192.0.2.1', 'Browser');
SELECT status FROM enclave.login('ann@example.com', 'the right passphrase', '192.0.2.1', 'Browser');
SELECT FROM enclave.log_event(NULL, 'app.started', metadata => '{"pid": 1}');
SELECT handler, event - '{id,at,role,token_id,user_id}'::text[] AS event, (event ->> 'user_id')::bigint = :ann AS ann, event ? 'token_id' AS token FROM public.seen;
SELECT count(*) FROM public.seen WHERE event::text ~ 'passphrase|eat_|argon2';
SELECT count(*) AS as_recorded FROM public.seen s JOIN enclave.audit() a ON a.id = (s.event ->> 'id')::bigint AND a.at = (s.event ->> 'at')::timestamptz AND a.event = s.event ->> 'event';
TRUNCATE public.seen;
BEGIN;
SELECT FROM enclave.log_event(NULL, 'app.x');
SELECT count(*) FROM public.seen;
ROLLBACK;
SELECT count(*) FROM public.seen;

-- Promise: no more calls once it is off
SELECT enclave.off_event(2);
SELECT pg_temp.try('SELECT enclave.off_event(2)'), pg_temp.try('SELECT enclave.off_event(NULL)');
SELECT status FROM enclave.login('ann@example.com', 'the right passphrase');
SELECT handler, event ->> 'event' AS event FROM public.seen;
SELECT enclave.off_event(1);

-- Promise: a handler that raises breaks nothing, says nothing to the client, and leaves nothing behind
CREATE FUNCTION public.fail(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.seen VALUES ('fail', event);
    RAISE NOTICE 'told to a stranger: %', event;
    RAISE EXCEPTION 'told to a stranger: %', event;
END $$;
SELECT enclave.on_event('*', 'public.fail(jsonb)') AS failing \gset
SELECT enclave.on_event('auth.*', 'public.see_all(jsonb)') AS seeing \gset
TRUNCATE public.seen;
SET client_min_messages = debug1;
SELECT status FROM enclave.login('ann@example.com', 'the right passphrase');
SELECT status FROM enclave.login('nobody@example.com', 'the right passphrase');
SHOW client_min_messages;
SET client_min_messages = warning;
SELECT handler, event ->> 'event' AS event FROM public.seen;
SELECT enclave.off_event(:failing), enclave.off_event(:seeing);

-- Promise: an event that a handler causes is on record, and calls no handler
CREATE FUNCTION public.cause(event jsonb) RETURNS bigint LANGUAGE sql AS $$ SELECT enclave.log_event(NULL, 'app.caused') $$;
SELECT enclave.on_event('*', 'public.cause(jsonb)') AS causing \gset
SELECT FROM enclave.log_event(NULL, 'app.cause');
SELECT event FROM enclave.audit(max_rows => 3);
SELECT enclave.off_event(:causing);

-- Promise: what could not be called is refused when it is registered
CREATE FUNCTION public.several(jsonb) RETURNS SETOF integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE public.procedure(jsonb) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.two(jsonb, jsonb DEFAULT NULL) RETURNS integer LANGUAGE sql AS 'SELECT 1';
SELECT f, pg_temp.try(format('SELECT enclave.on_event(''*'', %L)', f)) FROM (VALUES (NULL), ('lower(text)'), ('now()'), ('public.several(jsonb)'), ('public.procedure(jsonb)'), ('public.two(jsonb,jsonb)'), ('jsonb_each(jsonb)'), ('-'), ('0'), ('4711'), ('public.none(jsonb)')) v(f);
SELECT p, pg_temp.try(format('SELECT enclave.on_event(%L, ''public.see_all(jsonb)'')', p)) FROM (VALUES (NULL), (''), ('**'), ('.*'), ('auth*'), ('auth.*.x'), ('Auth.*'), ('auth.login.%'), (' *'), (repeat('x', 101))) v(p);
SELECT count(*) FROM enclave.handlers;

-- Attack: an administrator of accounts, not of the server, registers what he could not do himself
GRANT CREATE ON SCHEMA public TO regress_enclave_admin;
CREATE TABLE public.result (what text, came_to text);
GRANT INSERT ON public.result TO regress_enclave_admin;
SET ROLE regress_enclave_admin;
CREATE FUNCTION public.climb(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    what text;
BEGIN
    FOREACH what IN ARRAY ARRAY['SELECT count(*) FROM enclave.users', 'SELECT count(*) FROM pg_catalog.pg_authid', 'SET ROLE ' || current_setting('regress.superuser'), 'RESET ROLE', 'SET ROLE NONE', 'RESET SESSION AUTHORIZATION',
        'SET SESSION AUTHORIZATION DEFAULT', 'SELECT set_config(''role'', ''none'', false)', 'CREATE TEMP TABLE t ()', 'ALTER ROLE regress_enclave_admin SUPERUSER', 'SET enclave.max_failed_attempts = 1000',
        'SELECT enclave.off_event(0)', 'SELECT enclave.on_event(''*'', ''public.climb(jsonb)'')', 'LISTEN x', 'DECLARE c CURSOR WITH HOLD FOR SELECT 1', 'INSERT INTO public.seen VALUES (''climb'')'] LOOP
        BEGIN
            EXECUTE what;
            INSERT INTO public.result VALUES (what, 'done as ' || current_user);
        EXCEPTION WHEN OTHERS THEN
            INSERT INTO public.result VALUES (what, CASE SQLSTATE WHEN '42501' THEN '42501' ELSE SQLERRM END);
        END;
    END LOOP;
END $$;
SELECT enclave.on_event('app.*', 'public.climb(jsonb)') AS climbing \gset
RESET ROLE;
SELECT set_config('regress.superuser', current_user, false) <> '' AS set;
SELECT FROM enclave.log_event(NULL, 'app.climb');
SELECT replace(what, current_user, 'superuser') AS what, replace(came_to, current_user, 'superuser') AS came_to FROM public.result;
SELECT count(*) FROM pg_roles WHERE rolname = 'regress_enclave_admin' AND rolsuper;
SELECT role FROM enclave.handlers;
-- he cannot have called what he may not call
REVOKE EXECUTE ON FUNCTION public.see_all(jsonb), public.see_logins(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.see_logins(jsonb) TO regress_enclave_admin;
SET ROLE regress_enclave_admin;
SELECT pg_temp.try('SELECT enclave.on_event(''*'', ''public.see_all(jsonb)'')');
SELECT enclave.on_event('app.*', 'public.see_logins(jsonb)') AS lost \gset
RESET ROLE;
-- nor when the right was taken from him since, though he may write the table by now
GRANT INSERT ON public.seen TO regress_enclave_admin;
TRUNCATE public.seen, public.result;
SELECT FROM enclave.log_event(NULL, 'app.x');
SELECT handler FROM public.seen;
REVOKE EXECUTE ON FUNCTION public.see_logins(jsonb) FROM regress_enclave_admin;
TRUNCATE public.seen;
SELECT FROM enclave.log_event(NULL, 'app.x');
SELECT handler FROM public.seen WHERE handler <> 'climb';

-- Attack: a stranger's search path, or a function of the same name by somebody else, in the place of the handler's own
SELECT enclave.off_event(:climbing), enclave.off_event(:lost);
CREATE SCHEMA regress_hostile AUTHORIZATION regress_enclave_app;
CREATE FUNCTION public.unqualified(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES ('unqualified', event); END $$;
SELECT enclave.on_event('app.*', 'public.unqualified(jsonb)') AS unqualified \gset
SET ROLE regress_enclave_app;
CREATE TABLE regress_hostile.seen (handler text, event jsonb);
GRANT ALL ON SCHEMA regress_hostile TO PUBLIC;
GRANT ALL ON regress_hostile.seen TO PUBLIC;
SET search_path = regress_hostile, public;
SELECT FROM enclave.log_event(NULL, 'app.hostile');
SELECT count(*) AS hijacked FROM regress_hostile.seen;
RESET search_path;
RESET ROLE;
SELECT enclave.off_event(:unqualified);
SELECT enclave.on_event('app.*', 'public.unqualified(jsonb)') AS replaced \gset
DROP FUNCTION public.unqualified(jsonb);
TRUNCATE public.seen;
SELECT FROM enclave.log_event(NULL, 'app.gone');
SET ROLE regress_enclave_admin;
CREATE FUNCTION public.unqualified(event jsonb) RETURNS void LANGUAGE sql AS $$ INSERT INTO public.seen VALUES ('replaced by ' || current_user) $$;
RESET ROLE;
SELECT FROM enclave.log_event(NULL, 'app.replaced');
SELECT * FROM public.seen;
SELECT enclave.off_event(:replaced);

-- Promise: a role that is gone takes its handlers' calls with it, not the flow
CREATE ROLE regress_enclave_gone;
GRANT USAGE ON SCHEMA enclave TO regress_enclave_gone;
GRANT EXECUTE ON FUNCTION enclave.on_event TO regress_enclave_gone;
GRANT INSERT ON public.seen TO regress_enclave_gone;
SET ROLE regress_enclave_gone;
SELECT enclave.on_event('app.*', 'public.unqualified(jsonb)') AS gone \gset
RESET ROLE;
SELECT FROM enclave.log_event(NULL, 'app.x');
SELECT handler FROM public.seen;
DROP OWNED BY regress_enclave_gone;
DROP ROLE regress_enclave_gone;
TRUNCATE public.seen;
SELECT FROM enclave.log_event(NULL, 'app.x');
SELECT handler FROM public.seen;
SELECT enclave.off_event(:gone);

-- Attack: a handler sets what outlives it: the search path of a superuser who calls, and with it what his next query runs
SET ROLE regress_enclave_admin;
CREATE FUNCTION public.leave_settings(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    SET search_path = regress_hostile;
    SET LOCAL statement_timeout = '1h';
    PERFORM set_config('row_security', 'off', false), set_config('client_min_messages', 'error', false), set_config('regress.left', 'behind', false);
END $$;
SELECT enclave.on_event('app.*', 'public.leave_settings(jsonb)') AS leaving \gset
RESET ROLE;
BEGIN;
SELECT FROM enclave.log_event(NULL, 'app.x');
SELECT current_setting(name) AS value, name FROM (VALUES ('search_path'), ('statement_timeout'), ('row_security'), ('client_min_messages')) s(name);
COMMIT;
SHOW search_path;
SELECT nullif(current_setting('regress.left', true), '') IS NULL AS nothing_left;
SELECT enclave.off_event(:leaving);

-- Attack: registering in a superuser's name, through an index that his maintenance builds
SET ROLE regress_enclave_admin;
CREATE FUNCTION public.plant(jsonb) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$ SELECT enclave.on_event('*', 'public.climb(jsonb)') $$;
CREATE TABLE public.planted AS SELECT '{}'::jsonb AS x;
RESET ROLE;
SELECT pg_temp.try('CREATE INDEX ON public.planted (public.plant(x))');
SELECT count(*) FROM enclave.handlers;

-- Promise: nothing is announced by default, and then name and id only
SHOW enclave.notify_events;
LISTEN enclave_events;
SELECT FROM enclave.log_event(NULL, 'app.x');
SELECT p, pg_temp.try(format('SELECT set_config(''enclave.notify_events'', %L, false)', p)) FROM (VALUES ('auth*'), ('%'), ('*.x'), ('app.x'), ('app.*'), ('*'), ('')) v(p);
UNLISTEN enclave_events;

DELETE FROM enclave.users;
DELETE FROM enclave.login_attempts;
DELETE FROM enclave.audit_logs;
DROP SCHEMA regress_hostile CASCADE;
DROP TABLE public.planted, public.seen, public.result;
DROP FUNCTION public.plant(jsonb), public.unqualified(jsonb), public.climb(jsonb), public.see_all(jsonb), public.see_logins(jsonb), public.fail(jsonb), public.cause(jsonb), public.several(jsonb), public.two(jsonb, jsonb);
DROP PROCEDURE public.procedure(jsonb);
DELETE FROM enclave.access_grants;
DROP OWNED BY regress_enclave_admin, regress_enclave_support, regress_enclave_auditor, regress_enclave_app;
DROP ROLE regress_enclave_admin, regress_enclave_support, regress_enclave_auditor, regress_enclave_app;
