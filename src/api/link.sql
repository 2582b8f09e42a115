-- Password resets, magic links, and a look at one-time tokens.

-- level: app
CREATE OR REPLACE FUNCTION enclave.create_password_reset(
    email text, ip inet DEFAULT NULL, user_agent text DEFAULT NULL,
    OUT token text, OUT expires_at timestamptz)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1 AS 'MODULE_PATHNAME', 'enclave_create_password_reset';
COMMENT ON FUNCTION enclave.create_password_reset(text, inet, text) IS
'a token that sets a new password, to be sent by the caller; no row, for the same work, if nobody has the address; NC002';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.forgot_password(
    email text, ip inet DEFAULT NULL, user_agent text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_forgot_password';
COMMENT ON FUNCTION enclave.forgot_password(text, inet, text) IS
'have a password reset sent to an address; the same whether somebody has it; NC002';

-- level: app
CREATE OR REPLACE FUNCTION enclave.create_magic_link(
    email text, ip inet DEFAULT NULL, user_agent text DEFAULT NULL, binder text DEFAULT NULL,
    OUT token text, OUT expires_at timestamptz)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1 AS 'MODULE_PATHNAME', 'enclave_create_magic_link';
COMMENT ON FUNCTION enclave.create_magic_link(text, inet, text, text) IS
'a token that logs in, to be sent by the caller; no row, for the same work, if nobody has the address; NC002, NC009 switched off';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.request_magic_link(
    email text, ip inet DEFAULT NULL, user_agent text DEFAULT NULL, binder text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_request_magic_link';
COMMENT ON FUNCTION enclave.request_magic_link(text, inet, text, text) IS
'have a magic link sent to an address; the same whether somebody has it; NC002, NC009 switched off';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.verify_magic_link(
    token text, ip inet DEFAULT NULL, user_agent text DEFAULT NULL, binder text DEFAULT NULL)
RETURNS enclave.login_row
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_verify_magic_link';
COMMENT ON FUNCTION enclave.verify_magic_link(text, inet, text, text) IS
'log in by a magic link, once, with the binder it was asked for with; verifies the address, and if it never was first drops what somebody else may have planted';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.peek_token(
    token text, OUT purpose text, OUT expires_at timestamptz, OUT email_hint text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 1 AS 'MODULE_PATHNAME', 'enclave_peek_token';
COMMENT ON FUNCTION enclave.peek_token(text) IS
'what a one-time token is for, without using it; no row if it would not be accepted; writes nothing';
