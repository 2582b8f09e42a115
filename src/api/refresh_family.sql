-- Logging in for a JWT, and getting the next one.

-- level: anon
CREATE OR REPLACE FUNCTION enclave.login_jwt(
    email text, password enclave.secret, ip inet DEFAULT NULL, user_agent text DEFAULT NULL)
RETURNS enclave.jwt_login_row
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_login_jwt';
COMMENT ON FUNCTION enclave.login_jwt(text, enclave.secret, inet, text) IS
'log in by password for a short-lived JWT, the token, and a refresh token that gets the next one: otherwise as login(); NC013 without a signing key';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.refresh_jwt(
    refresh_token text, ip inet DEFAULT NULL, user_agent text DEFAULT NULL)
RETURNS enclave.jwt_login_row
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_refresh_jwt';
COMMENT ON FUNCTION enclave.refresh_jwt(text, inet, text) IS
'change a refresh token for the next JWT and refresh token; asked again with the same, it answers with the same refresh token; an older one than the last ends the login for good; NC013 without a signing key';
