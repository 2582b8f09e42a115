--
-- Every check of doctor() in both states, but for those that need another server; and stats.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DELETE FROM enclave.audit_logs;
DELETE FROM enclave.prune_history;
DELETE FROM enclave.applied_preset;
DELETE FROM enclave.key_store;
CREATE FUNCTION pg_temp.look(name text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', status, detail, remedy) FROM enclave.doctor() WHERE check_name = name
$$;

-- Promise: each check has a row, and says what to do exactly when something is wrong
SELECT check_name FROM enclave.doctor();
SELECT check_name FROM enclave.doctor() WHERE status NOT IN ('ok', 'warn', 'fail') OR (remedy IS NULL) <> (status = 'ok') OR (status <> 'ok' AND detail IS NULL) OR remedy !~ '\.$';
BEGIN READ ONLY;
SELECT count(*) > 10 AS read_only FROM enclave.doctor();
COMMIT;

-- version
SELECT left(pg_temp.look('version'), 4);
BEGIN;
UPDATE pg_extension SET extversion = '0.0.1' WHERE extname = 'enclave';
SELECT regexp_replace(pg_temp.look('version'), 'library [0-9.]+', 'library X');
ROLLBACK;

-- log_secrets
SELECT pg_temp.look('log_secrets');
-- (preloaded, what is logged is redacted: 025_doctor.pl)
SET log_min_duration_statement = '1s';
SET debug_print_plan = on;
SELECT substring(pg_temp.look('log_secrets') FROM 'log_.* = on');
RESET log_min_duration_statement;
RESET debug_print_plan;
SELECT pg_temp.look('log_secrets');

-- autovacuum (which only a server's own settings switch off)
SELECT pg_temp.look('autovacuum');
SET track_counts = off;
SELECT pg_temp.look('autovacuum');
RESET track_counts;

-- key_store (key_file, and what is sealed with it, need a server of their own)
SELECT pg_temp.look('key_file'), pg_temp.look('key_store');
BEGIN;
SELECT count(enclave.create_signing_key()) FROM generate_series(1, 2);
SELECT pg_temp.look('key_store');
UPDATE enclave.key_store SET wrapped_by = 'gone';
SELECT regexp_replace(pg_temp.look('key_store'), 'key [^ ]{43}:', 'key K:');
ROLLBACK;

-- hash_cost, and hash_latency where it cannot be computed
SELECT pg_temp.look('hash_cost');
SET enclave.argon2_memory = '19455kB';
SELECT pg_temp.look('hash_cost');
SET enclave.argon2_memory = '46MB';
SET enclave.argon2_iterations = 1;
SELECT pg_temp.look('hash_cost') = 'ok' AS one_pass;
RESET enclave.argon2_iterations;
SET enclave.argon2_memory = '64kB';
SELECT regexp_replace(pg_temp.look('hash_latency'), '[0-9]+ ms', 'N ms');
SET enclave.argon2_parallelism = 200;
SELECT pg_temp.look('hash_latency');
RESET enclave.argon2_parallelism;

-- standards
SELECT pg_temp.look('standards');
SET enclave.password_min_length = 15;
SELECT pg_temp.look('standards');
SET enclave.password_require_digit = on;
SET enclave.password_check_common = off;
SELECT pg_temp.look('standards');
RESET enclave.password_min_length;
RESET enclave.password_require_digit;
RESET enclave.password_check_common;
RESET enclave.argon2_memory;

-- client_address: who has level anon, and nobody knows where he is
SELECT pg_temp.look('client_address');
CREATE ROLE regress_enclave_anon;
SELECT enclave.grant_access('regress_enclave_anon', 'anon');
SELECT pg_temp.look('client_address');
SELECT enclave.revoke_access('regress_enclave_anon', 'anon'), enclave.grant_access('regress_enclave_anon', 'app');
SELECT pg_temp.look('client_address');
SELECT enclave.revoke_access('regress_enclave_anon', 'app');
DROP ROLE regress_enclave_anon;

-- preset: before and after new connections, and after a restore without the database's settings
SELECT pg_temp.look('preset');
SELECT count(*) > 0 AS applied FROM enclave.apply_preset('strict');
SELECT left(pg_temp.look('preset'), 54);
\c -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.look(name text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', status, detail, remedy) FROM enclave.doctor() WHERE check_name = name
$$;
SELECT pg_temp.look('preset');
SET enclave.lockout_duration = '1800s';
SELECT pg_temp.look('preset');
SET enclave.lockout_duration = '1801s';
SELECT pg_temp.look('preset');
SELECT count(*) > 0 AS applied FROM enclave.apply_preset('default');
DELETE FROM enclave.applied_preset;
\c -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.look(name text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', status, detail, remedy) FROM enclave.doctor() WHERE check_name = name
$$;

-- prune_run; prune_job, when something other than pg_cron calls it
SELECT pg_temp.look('prune_run');
SELECT left(pg_temp.look('prune_job'), 4);
CALL enclave.prune();
SELECT pg_temp.look('prune_run');
SELECT left(pg_temp.look('prune_job'), 2);
BEGIN;
UPDATE enclave.prune_history SET started_at = started_at - interval '25 hours';
SELECT left(pg_temp.look('prune_run'), 4), left(pg_temp.look('prune_job'), 4);
INSERT INTO enclave.prune_history (started_at, took, table_name, removed, error) VALUES (clock_timestamp(), '1 sec', 'audit_logs', 0, 'disk full');
SELECT pg_temp.look('prune_run');
INSERT INTO enclave.prune_history (started_at, took, table_name, removed) VALUES (clock_timestamp(), '1 sec', 'audit_logs', 0);
SELECT pg_temp.look('prune_run');
ROLLBACK;

-- backlog
SELECT pg_temp.look('backlog');
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account) SELECT clock_timestamp() - interval '60 hours', false, 1, sha256(n::text::bytea) FROM generate_series(1, 9999) n;
SELECT pg_temp.look('backlog');
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account) VALUES (clock_timestamp() - interval '60 hours', false, 1, sha256('x'));
SELECT pg_temp.look('backlog');
SET enclave.login_attempts_retention = 0;
SELECT pg_temp.look('backlog');
RESET enclave.login_attempts_retention;
CALL enclave.prune();
SELECT pg_temp.look('backlog');

-- login_failures
INSERT INTO enclave.audit_logs (at, event, role) SELECT clock_timestamp() - interval '61 min', 'auth.login.failed', 'app' FROM generate_series(1, 50);
INSERT INTO enclave.audit_logs (at, event, role) SELECT clock_timestamp() - interval '59 min', 'auth.login.failed', 'app' FROM generate_series(1, 19);
SELECT pg_temp.look('login_failures');
INSERT INTO enclave.audit_logs (at, event, role) VALUES (clock_timestamp(), 'auth.login.locked', 'app');
SELECT pg_temp.look('login_failures');
INSERT INTO enclave.audit_logs (at, event, role) SELECT clock_timestamp(), 'auth.login.success', 'app' FROM generate_series(1, 20);
SELECT pg_temp.look('login_failures');

-- stats tell the same
SELECT name, value, since <= clock_timestamp() AS since FROM enclave.stats WHERE name IN ('event:auth.login.locked', 'event:auth.login.success', 'pruned:login_attempts') ORDER BY name;

-- sizes: what a large prune leaves of the indexes
SELECT left(pg_temp.look('sizes'), 2), pg_temp.look('sizes') LIKE '%the largest table%' AS told;
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account) SELECT clock_timestamp() - interval '3 days', false, 1, sha256(n::text::bytea) FROM generate_series(1, 120000) n;
CALL enclave.prune();
VACUUM enclave.login_attempts;
SELECT regexp_replace(pg_temp.look('sizes'), '[0-9]+ (bytes|kB|MB)', 'N', 'g');
REINDEX TABLE enclave.login_attempts;
SELECT left(pg_temp.look('sizes'), 2);

-- invalid_indexes
SELECT pg_temp.look('invalid_indexes');
BEGIN;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'enclave.audit_logs_at_idx'::regclass;
SELECT pg_temp.look('invalid_indexes');
ROLLBACK;

-- handlers
CREATE FUNCTION public.handle(jsonb) RETURNS void LANGUAGE sql AS '';
SELECT enclave.on_event('app.*', 'public.handle(jsonb)') AS handler \gset
SELECT pg_temp.look('handlers');
BEGIN;
UPDATE enclave.event_handlers SET role = 'regress_enclave_gone';
SELECT replace(pg_temp.look('handlers'), :'handler', 'N');
ROLLBACK;
DROP FUNCTION public.handle(jsonb);
SELECT replace(pg_temp.look('handlers'), :'handler', 'N');
SELECT enclave.off_event(:handler);

DELETE FROM enclave.audit_logs;
DELETE FROM enclave.prune_history;
