-- Logging in, going on and logging out.

-- level: anon
CREATE OR REPLACE FUNCTION enclave.login(
    email text, password enclave.secret, ip inet DEFAULT NULL, user_agent text DEFAULT NULL,
    token_name text DEFAULT NULL)
RETURNS enclave.login_row
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_login';
COMMENT ON FUNCTION enclave.login(text, enclave.secret, inet, text, text) IS
'log in by password: always one row, whose status says whether; a refusal is no error, so that the caller commits it';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.logout(token text)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_logout';
COMMENT ON FUNCTION enclave.logout(text) IS
'end the token presented, expired or not; false if it was not there';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.refresh(token text)
RETURNS enclave.login_row
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_refresh';
COMMENT ON FUNCTION enclave.refresh(text) IS
'change the token of a login for a new one; of two callers with one token exactly one gets status ok';

-- level: app, support
CREATE OR REPLACE FUNCTION enclave.end_all(user_id bigint, keep text DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_end_all';
COMMENT ON FUNCTION enclave.end_all(bigint, text) IS
'end everything by which a user is let in, but the token to keep; how many were ended; NC005';
