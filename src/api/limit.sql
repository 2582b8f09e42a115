-- Named limits.

-- level: admin
CREATE OR REPLACE FUNCTION enclave.define_limit(
    name text, max_attempts integer, per interval, message text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_define_limit';
COMMENT ON FUNCTION enclave.define_limit(text, integer, interval, text) IS
'let hit() count so many attempts for a key within a fixed window; defined with another number or time than before it begins new windows; NC008';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.drop_limit(name text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_drop_limit';
COMMENT ON FUNCTION enclave.drop_limit(text) IS
'forget a limit and its windows; NC010 if there is none';

-- level: admin
CREATE OR REPLACE VIEW enclave.limits AS
    SELECT d.name, d.max_attempts, d.per, d.message, d.defined_at FROM enclave.limit_definitions d;
COMMENT ON VIEW enclave.limits IS
'the limits that are defined';

-- level: app
CREATE OR REPLACE FUNCTION enclave.hit(name text, key text,
    OUT allowed boolean, OUT remaining integer, OUT retry_after interval, OUT reset_at timestamptz,
    OUT message text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_hit';
COMMENT ON FUNCTION enclave.hit(text, text) IS
'count an attempt of a key under a limit; it counts above the limit too, and the window ends when it would have; NC010 for an unknown limit';

-- level: app
CREATE OR REPLACE FUNCTION enclave.too_many_attempts(name text, key text)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_too_many_attempts';
COMMENT ON FUNCTION enclave.too_many_attempts(text, text) IS
'whether a hit would be refused now; counts nothing; NC010';

-- level: app
CREATE OR REPLACE FUNCTION enclave.remaining(name text, key text)
RETURNS integer
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_remaining';
COMMENT ON FUNCTION enclave.remaining(text, text) IS
'how many hits would be allowed now; counts nothing; NC010';

-- level: app
CREATE OR REPLACE FUNCTION enclave.available_in(name text, key text)
RETURNS interval
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_available_in';
COMMENT ON FUNCTION enclave.available_in(text, text) IS
'how long the window of a key goes on, nothing if there is none; counts nothing; NC010';

-- level: app
CREATE OR REPLACE FUNCTION enclave.clear_limit(name text, key text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_clear_limit';
COMMENT ON FUNCTION enclave.clear_limit(text, text) IS
'end the window of a key; NC010';
