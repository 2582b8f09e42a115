-- Cookie sessions.

-- level: anon
CREATE OR REPLACE FUNCTION enclave.login_session(
    email text, password enclave.secret, ip inet DEFAULT NULL, user_agent text DEFAULT NULL,
    data jsonb DEFAULT '{}', replaces text DEFAULT NULL,
    OUT status text, OUT user_id bigint, OUT token text, OUT expires_at timestamptz,
    OUT retry_after interval, OUT challenge text, OUT last_login_at timestamptz,
    OUT failures_since integer, OUT set_cookie text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_login_session';
COMMENT ON FUNCTION enclave.login_session(text, enclave.secret, inet, text, jsonb, text) IS
'log in by password for a cookie session: as login(), and the value of a Set-Cookie header; data is believed from trusted back ends only, the session that it replaces ends; NC008, NC013';

-- level: app
CREATE OR REPLACE FUNCTION enclave.create_session(
    user_id bigint, ip inet DEFAULT NULL, user_agent text DEFAULT NULL, data jsonb DEFAULT '{}',
    OUT token text, OUT expires_at timestamptz, OUT set_cookie text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_create_session';
COMMENT ON FUNCTION enclave.create_session(bigint, inet, text, jsonb) IS
'make a session for a user whom the back end has let in itself; NC005, NC008, NC009 for a disabled user, NC013';

-- level: verifier
CREATE OR REPLACE FUNCTION enclave.verify_session(
    token text, OUT session_id bigint, OUT user_id bigint, OUT data jsonb, OUT expires_at timestamptz)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 1 AS 'MODULE_PATHNAME', 'enclave_verify_session';
COMMENT ON FUNCTION enclave.verify_session(text) IS
'whose session it is, as of this moment; no row if it is not valid; writes nothing, prolongs nothing';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.touch_session(
    token text, OUT expires_at timestamptz, OUT set_cookie text)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1 AS 'MODULE_PATHNAME', 'enclave_touch_session';
COMMENT ON FUNCTION enclave.touch_session(text) IS
'prolong a session to session_lifetime from now, never beyond session_max_lifetime since its login; no row if it is not valid; NC013';

-- level: app
CREATE OR REPLACE FUNCTION enclave.set_session_data(token text, data jsonb)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_set_session_data';
COMMENT ON FUNCTION enclave.set_session_data(text, jsonb) IS
'replace what the back end keeps with a session, 4096 bytes at most; false if the session is not valid; NC008';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.end_session(token text, OUT ended boolean, OUT set_cookie text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_end_session';
COMMENT ON FUNCTION enclave.end_session(text) IS
'end the session presented, expired or not, false if it was not there; and the value of a Set-Cookie header that removes the cookie in any case';

-- level: app, support
CREATE OR REPLACE FUNCTION enclave.user_sessions(user_id bigint)
RETURNS SETOF enclave.session_row
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'enclave_user_sessions';
COMMENT ON FUNCTION enclave.user_sessions(bigint) IS
'the valid sessions of a user, oldest first';

-- level: app, support
CREATE OR REPLACE FUNCTION enclave.end_user_sessions(user_id bigint)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_end_user_sessions';
COMMENT ON FUNCTION enclave.end_user_sessions(bigint) IS
'end all sessions of a user, those being made in open transactions too; how many there were; NC005';
