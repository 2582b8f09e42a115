-- Running it.

-- level: admin
CREATE OR REPLACE PROCEDURE enclave.prune(batch_size integer DEFAULT 10000)
LANGUAGE c AS 'MODULE_PATHNAME', 'enclave_prune';
COMMENT ON PROCEDURE enclave.prune(integer) IS
'remove every expired row of every table, in batches committed one by one; what the retention settings ask for is kept; not in a transaction block';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.prune_now(OUT table_name text, OUT removed bigint)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 15 AS 'MODULE_PATHNAME', 'enclave_prune_now';
COMMENT ON FUNCTION enclave.prune_now() IS
'remove every expired row of every table, in this transaction; what the retention settings ask for is kept';

-- level: auditor
CREATE OR REPLACE VIEW enclave.prune_runs AS
    SELECT h.started_at AS started, h.took, h.table_name, h.removed, h.error
    FROM enclave.prune_history h;
COMMENT ON VIEW enclave.prune_runs IS
'what prune() and prune_now() removed in the last thirty days, a row for each table';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.schedule_prune(schedule text DEFAULT '0 * * * *')
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_schedule_prune';
COMMENT ON FUNCTION enclave.schedule_prune(text) IS
'have pg_cron call prune(), as the extension''s owner; another call moves the job; its id; NC013 says what pg_cron lacks';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.unschedule_prune()
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_unschedule_prune';
COMMENT ON FUNCTION enclave.unschedule_prune() IS
'have pg_cron call prune() no more; false if it did not';

-- level: auditor
CREATE OR REPLACE FUNCTION enclave.current_settings(
    OUT name text, OUT value text, OUT default_value text, OUT unit text, OUT meaning text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 40 AS 'MODULE_PATHNAME', 'enclave_current_settings';
COMMENT ON FUNCTION enclave.current_settings() IS
'what the view settings shows';

-- level: auditor
CREATE OR REPLACE VIEW enclave.settings AS
    SELECT s.name, s.value, s.default_value, s.unit, s.meaning FROM enclave.current_settings() s;
COMMENT ON VIEW enclave.settings IS
'the settings as they hold in this session';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.apply_preset(name text, OUT setting text, OUT value text)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 40 AS 'MODULE_PATHNAME', 'enclave_apply_preset';
COMMENT ON FUNCTION enclave.apply_preset(text) IS
'set every setting of this database as default, development, strict or production has it, with the caller''s own rights; new connections see it';

-- level: auditor
CREATE OR REPLACE FUNCTION enclave.doctor(
    OUT check_name text, OUT status text, OUT detail text, OUT remedy text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 20 AS 'MODULE_PATHNAME', 'enclave_doctor';
COMMENT ON FUNCTION enclave.doctor() IS
'what is wrong with this installation: one row a check, ok, warn or fail, and what to do about it';

-- level: auditor
CREATE OR REPLACE FUNCTION enclave.current_stats(OUT name text, OUT value bigint)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 30 AS 'MODULE_PATHNAME', 'enclave_current_stats';
COMMENT ON FUNCTION enclave.current_stats() IS
'what the view stats shows of shared memory';

-- level: auditor
CREATE OR REPLACE VIEW enclave.stats AS
    WITH day AS (
        SELECT greatest(pg_catalog.pg_postmaster_start_time(),
                        pg_catalog.clock_timestamp() - interval '1 day') AS since
    ), counted AS (
        SELECT 'event:' || a.event AS name, pg_catalog.count(*) AS value
        FROM enclave.audit_logs a WHERE a.at >= (SELECT since FROM day) GROUP BY a.event
        UNION ALL
        SELECT 'pruned:' || h.table_name, pg_catalog.sum(h.removed)::bigint
        FROM enclave.prune_history h WHERE h.started_at >= (SELECT since FROM day) GROUP BY h.table_name
    )
    SELECT c.name, c.value, d.since FROM counted c CROSS JOIN day d
    UNION ALL
    SELECT s.name, s.value, pg_catalog.pg_postmaster_start_time() FROM enclave.current_stats() s;
COMMENT ON VIEW enclave.stats IS
'how many events of each kind, and how many rows pruned from each table, since the server''s start but a day at most; where the library is preloaded also what shared memory counts, for all databases since the start';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.health()
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_health';
COMMENT ON FUNCTION enclave.health() IS
'one cheap row for a load balancer: status, version of the library, in_recovery';
