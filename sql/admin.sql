--
-- Running it: prune, prune_now, prune_runs, schedule_prune, settings, apply_preset, health.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
-- what a query of one value comes to: the value, or the error
CREATE FUNCTION pg_temp.try(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE query INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
-- the same for a command
CREATE FUNCTION pg_temp.run(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- Promise: health is one cheap row, in a read-only transaction too
BEGIN READ ONLY;
SELECT h - 'version' AS health, h ->> 'version' = e.extversion AS version FROM enclave.health() h, pg_extension e WHERE e.extname = 'enclave';
SELECT pg_current_xact_id_if_assigned() IS NULL AS no_xid;
COMMIT;

-- Promise: prune_now removes what has expired from each table, and nothing else
SET enclave.argon2_memory = '64kB';
SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
DELETE FROM enclave.audit_logs;
DELETE FROM enclave.login_attempts;
INSERT INTO enclave.access_tokens (user_id, epoch, created_at, expires_at, digest, kind, name, abilities)
    SELECT :ann, 1, clock_timestamp() - interval '1 year', clock_timestamp() + left_over, sha256(left_over::text::bytea), 'login', 'prune', '{*}'
    FROM unnest('{-300 days,-1 sec,-1 ms,10 min,300 days}'::interval[]) left_over;
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account) SELECT clock_timestamp() - age, success, CASE WHEN NOT success THEN 1 END, sha256('x')
    FROM unnest('{1 sec,16 min,23 hours,24 hours 14 min,24 hours 16 min,300 days}'::interval[]) age, unnest('{t,f}'::boolean[]) success;
INSERT INTO enclave.known_networks SELECT :ann, inet '192.0.2.0' + row_number() OVER (), clock_timestamp() - interval '1 year', clock_timestamp() - age
    FROM unnest('{1 sec,29 days,300 days}'::interval[]) age;
INSERT INTO enclave.audit_logs (at, event, role) SELECT clock_timestamp() - age, 'test', 'test' FROM unnest('{1 sec,29 days,31 days,300 days}'::interval[]) age;
BEGIN READ ONLY;
SELECT pg_temp.try('SELECT enclave.prune_now()');
COMMIT;
BEGIN;
SELECT * FROM enclave.prune_now();
SELECT * FROM enclave.prune_now();
SELECT (SELECT count(*) FROM enclave.users) AS users, (SELECT count(*) FROM enclave.access_tokens WHERE expires_at > now()) AS tokens,
    (SELECT count(*) FROM enclave.audit_logs) AS audit,
    (SELECT max(clock_timestamp() - attempted_at) < '24 hours 15 min' FROM enclave.login_attempts) AS attempts,
    (SELECT count(*) FROM enclave.known_networks) AS networks;
ROLLBACK;
-- Promise: the retention settings decide, 0 keeps for ever
BEGIN;
SET LOCAL enclave.login_attempts_retention = 0;
SET LOCAL enclave.audit_retention = '30d';
SELECT * FROM enclave.prune_now();
ROLLBACK;
BEGIN;
SET LOCAL enclave.login_attempts_retention = '1s';
SET LOCAL enclave.audit_retention = '299d';
SELECT * FROM enclave.prune_now();
SET LOCAL enclave.lockout_duration = '1h';
SELECT count(*) AS counting FROM enclave.login_attempts WHERE attempted_at > clock_timestamp() - interval '15 min';
ROLLBACK;
BEGIN;
-- a longer lock is never pruned away
SET LOCAL enclave.login_attempts_retention = '1s';
SET LOCAL enclave.lockout_duration = '25h';
SELECT removed FROM enclave.prune_now() WHERE table_name = 'login_attempts';
ROLLBACK;
-- Promise: prune does the same in batches, whatever their size, and also where an expiry is shared by many
DELETE FROM enclave.prune_history;
INSERT INTO enclave.prune_history (started_at, took, table_name, removed) SELECT clock_timestamp() - age, '1 sec', 'test', 1 FROM unnest('{29 days,31 days}'::interval[]) age;
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account) SELECT now() - interval '3 days', false, 1, sha256('x') FROM generate_series(1, 25);
BEGIN;
SELECT pg_temp.run('CALL enclave.prune()');
ROLLBACK;
CALL enclave.prune(2);
CALL enclave.prune(1000000);
SELECT table_name, removed, error, took >= '0' AND started <= clock_timestamp() AS timed FROM enclave.prune_runs ORDER BY started;
SELECT (SELECT count(*) FROM enclave.access_tokens) AS tokens, (SELECT count(*) FROM enclave.audit_logs) AS audit, (SELECT count(*) FROM enclave.login_attempts) AS attempts, (SELECT count(*) FROM enclave.known_networks) AS networks;
-- outside of a transaction block, from a procedural language too
DO $$ BEGIN CALL enclave.prune(1); COMMIT; CALL enclave.prune(); END $$;
CALL enclave.prune(0);
CALL enclave.prune(-1);
CALL enclave.prune(1000001);
CALL enclave.prune(NULL);
SET default_transaction_read_only = on;
CALL enclave.prune();
RESET default_transaction_read_only;
-- Attack: who may call it, but read no table, gets at one by it; and it works for him
CREATE ROLE regress_enclave_pruner;
GRANT USAGE ON SCHEMA enclave TO regress_enclave_pruner;
GRANT EXECUTE ON PROCEDURE enclave.prune(integer) TO regress_enclave_pruner;
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account) SELECT now() - interval '3 days', false, 1, sha256('x') FROM generate_series(1, 3);
SET ROLE regress_enclave_pruner;
CALL enclave.prune(1);
SELECT current_user, pg_temp.try('SELECT count(*) FROM enclave.prune_history'), pg_temp.try('SELECT count(*) FROM enclave.prune_runs'), pg_temp.try('SELECT enclave.prune_now()');
RESET ROLE;
SELECT sum(removed) FROM enclave.prune_runs WHERE table_name = 'login_attempts' AND started > now() - interval '1 min';
DROP OWNED BY regress_enclave_pruner;
DROP ROLE regress_enclave_pruner;
-- Promise: a table that cannot be pruned is left, the others are done, and it is on record and an error
CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
CREATE TRIGGER refuse BEFORE DELETE ON enclave.audit_logs EXECUTE FUNCTION pg_temp.refuse();
DELETE FROM enclave.prune_history;
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account) SELECT now() - interval '3 days', false, 1, sha256('x') FROM generate_series(1, 3);
SET enclave.audit_retention = '30d';
CALL enclave.prune(2);
RESET enclave.audit_retention;
DROP TRIGGER refuse ON enclave.audit_logs;
SELECT table_name, removed, error FROM enclave.prune_runs ORDER BY started;
DELETE FROM enclave.prune_history;

-- Promise: without pg_cron, or where that keeps its jobs elsewhere, there is a clear error with the remedy
SELECT left(pg_temp.try('SELECT enclave.schedule_prune()'), 5), left(pg_temp.try('SELECT enclave.schedule_prune(''@hourly'')'), 5), left(pg_temp.try('SELECT enclave.unschedule_prune()'), 5);
BEGIN READ ONLY;
SELECT pg_temp.try('SELECT enclave.schedule_prune()'), pg_temp.try('SELECT enclave.unschedule_prune()');
COMMIT;

DELETE FROM enclave.users;
DELETE FROM enclave.login_attempts;
DELETE FROM enclave.audit_logs;
RESET enclave.argon2_memory;

-- Promise: the view settings is pg_settings, with a meaning and a default for each; attempt_slots is there when preloaded
SELECT s.name FROM (SELECT name, value FROM enclave.settings) s FULL JOIN
    (SELECT name, current_setting(name) AS value FROM pg_settings WHERE name LIKE 'enclave.%') p USING (name, value)
    WHERE (s.name IS NULL OR p.name IS NULL) AND name <> 'enclave.attempt_slots';
SELECT name, default_value, unit FROM enclave.settings ORDER BY name COLLATE "C";
SELECT count(*) FILTER (WHERE meaning IS NULL OR meaning !~ '^[A-Z].{20,}\.$') AS without_meaning, count(*) - count(DISTINCT meaning) AS doubled FROM enclave.settings;
SELECT name, context, source FROM pg_settings WHERE name LIKE 'enclave.%' AND (context <> 'superuser' OR short_desc IS NULL OR extra_desc IS NULL) AND name <> 'enclave.attempt_slots';

-- Promise: without any SET each has its default of api.md section 5, and a SET shows
SELECT name, value, default_value FROM enclave.settings WHERE value IS DISTINCT FROM default_value AND name <> 'enclave.attempt_slots' AND
    CASE WHEN unit = 's' THEN value::interval <> default_value::interval WHEN unit = 'kB' THEN pg_size_bytes(value) <> pg_size_bytes(default_value) ELSE true END;
SET enclave.lockout_duration = '90min';
SELECT name, value, default_value FROM enclave.settings WHERE name = 'enclave.lockout_duration';
RESET enclave.lockout_duration;

-- Promise: values out of range are refused
SELECT c, left(pg_temp.run('SET enclave.' || c), 5) FROM (VALUES ('argon2_memory = 7'), ('argon2_memory = ''4GB'''), ('argon2_iterations = 0'), ('argon2_iterations = 65'), ('argon2_parallelism = 0'), ('argon2_parallelism = 256'),
    ('max_hash_memory = 0'), ('token_length = 31'), ('token_length = 65'), ('max_failed_attempts = 0'), ('max_failed_attempts = -1'), ('lockout_duration = 0'), ('lockout_duration = ''-1s'''),
    ('network_max_attempts = 0'), ('password_min_length = 7'), ('password_max_length = 63'), ('access_token_lifetime = 0'), ('token_max_lifetime = -1'), ('login_attempts_retention = -1'),
    ('audit_retention = -1'), ('password_check_common = maybe')) v(c);

-- Attack: a role that weakens the hashing or lifts a limit for itself, before the library is loaded too
CREATE ROLE regress_enclave_admin;
SET ROLE regress_enclave_admin;
SELECT s, left(pg_temp.run(format('SET %s = %s', s, CASE WHEN s ~ 'require|check' THEN 'off' ELSE '64' END)), 5) AS set, left(pg_temp.try(format('SELECT set_config(%L, ''64'', true)', s)), 5) AS set_config,
    left(pg_temp.run(format('ALTER ROLE regress_enclave_admin SET %s = 64', s)), 5) AS alter_role FROM (VALUES ('enclave.argon2_memory'), ('enclave.max_failed_attempts'), ('enclave.password_check_common'), ('enclave.require_verified_email')) v(s);
RESET ROLE;
\c -
\set SHOW_CONTEXT never
SET client_min_messages = error;
SET ROLE regress_enclave_admin;
DO $$ BEGIN SET enclave.max_failed_attempts = 1000; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$;
RESET ROLE;
SELECT value FROM enclave.settings WHERE name = 'enclave.max_failed_attempts';

CREATE FUNCTION pg_temp.try(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE query INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
-- what ALTER DATABASE keeps of ours
CREATE FUNCTION pg_temp.ours() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT c FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
    WHERE d.datname = current_database() AND s.setrole = 0 AND c LIKE 'enclave.%' ORDER BY c COLLATE "C"
$$;

-- Promise: a preset is ALTER DATABASE ... SET of each value of its column, and is remembered
SELECT * FROM enclave.apply_preset('development') ORDER BY setting COLLATE "C";
SELECT * FROM pg_temp.ours();
SELECT * FROM enclave.apply_preset('strict') ORDER BY setting COLLATE "C";
SELECT * FROM pg_temp.ours();
SELECT * FROM enclave.apply_preset('production') ORDER BY setting COLLATE "C";
SELECT * FROM pg_temp.ours();
SELECT name, applied_by = current_user AS by_me, clock_timestamp() - applied_at < '1 min' AS now FROM enclave.applied_preset;

-- Promise: applying it again changes nothing; it reaches new sessions only
SELECT count(*) FROM enclave.apply_preset('production');
SELECT count(*) AS kept FROM pg_temp.ours();
SELECT count(*) FROM enclave.applied_preset;
SHOW enclave.password_min_length;
\c -
\set SHOW_CONTEXT never
SELECT name, value FROM enclave.settings WHERE name IN ('enclave.password_min_length', 'enclave.argon2_memory', 'enclave.audit_retention') ORDER BY name COLLATE "C";
CREATE FUNCTION pg_temp.try(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE query INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- Promise: what the database had of others' settings stays, and a rollback takes all of it back
ALTER DATABASE :DBNAME SET work_mem = '5MB';
BEGIN;
SELECT count(*) FROM enclave.apply_preset('default');
ROLLBACK;
SELECT name FROM enclave.applied_preset;

-- Promise: unknown names are refused, and nothing is changed
SELECT p, pg_temp.try(format('SELECT enclave.apply_preset(%L)', p)) FROM (VALUES (NULL), (''), ('Strict'), (' strict'), ('nonsense')) v(p);
SELECT pg_temp.try('SELECT enclave.apply_preset(repeat(''x'', 1048576))');
BEGIN READ ONLY;
SELECT pg_temp.try('SELECT enclave.apply_preset(''strict'')');
COMMIT;
SELECT name FROM enclave.applied_preset;

-- Attack: a role that may call it, but does not own the database
GRANT USAGE ON SCHEMA enclave TO regress_enclave_admin;
GRANT EXECUTE ON FUNCTION enclave.apply_preset(text) TO regress_enclave_admin;
SET ROLE regress_enclave_admin;
SELECT left(pg_temp.try('SELECT enclave.apply_preset(''development'')'), 5), left(pg_temp.try('SELECT enclave.apply_preset(''default'')'), 5);
RESET ROLE;
SELECT name FROM enclave.applied_preset;
DROP OWNED BY regress_enclave_admin;
DROP ROLE regress_enclave_admin;

-- Promise: default takes every one of them back
SELECT * FROM enclave.apply_preset('default') ORDER BY setting COLLATE "C";
SELECT count(*) FILTER (WHERE c LIKE 'enclave.%') AS ours, count(*) FILTER (WHERE c = 'work_mem=5MB') AS others
    FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c WHERE d.datname = current_database() AND s.setrole = 0;
SELECT name FROM enclave.applied_preset;
ALTER DATABASE :DBNAME RESET work_mem;
\c -
SELECT count(*) AS not_default FROM pg_settings WHERE name LIKE 'enclave.%' AND name <> 'enclave.attempt_slots' AND source <> 'default';
