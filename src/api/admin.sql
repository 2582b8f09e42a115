-- Running it.

-- level: admin
CREATE OR REPLACE FUNCTION enclave.prune_now(OUT table_name text, OUT removed bigint)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 5 AS 'MODULE_PATHNAME', 'enclave_prune_now';
COMMENT ON FUNCTION enclave.prune_now() IS
'remove every expired row of every table, in this transaction; what the retention settings ask for is kept';

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
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'enclave_doctor';
COMMENT ON FUNCTION enclave.doctor() IS
'what is wrong with this installation: one row a check, ok, warn or fail, and what to do about it';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.health()
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_health';
COMMENT ON FUNCTION enclave.health() IS
'one cheap row for a load balancer: status, version of the library, in_recovery';
