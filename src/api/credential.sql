-- Passwords of accounts.

-- level: app
CREATE OR REPLACE FUNCTION enclave.change_password(
    user_id bigint, current enclave.secret, new enclave.secret, keep text DEFAULT NULL,
    OUT status text, OUT ended bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_change_password';
COMMENT ON FUNCTION enclave.change_password(bigint, enclave.secret, enclave.secret, text) IS
'change a password by the present one, which counts as a login attempt; ends everything but the credential to keep, and says how many; NC005, NC008';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.reset_password(
    token text, new_password enclave.secret, OUT status text, OUT user_id bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_reset_password';
COMMENT ON FUNCTION enclave.reset_password(text, enclave.secret) IS
'set a new password by the token that was mailed, or by the challenge of a login, which is used up; ends everything of the user, and gives no session; NC008';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.set_password(user_id bigint, new enclave.secret)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_set_password';
COMMENT ON FUNCTION enclave.set_password(bigint, enclave.secret) IS
'set a password without the present one, for migrations; ends everything; NC005, NC008';

-- level: support
CREATE OR REPLACE FUNCTION enclave.require_password_change(user_id bigint)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_require_password_change';
COMMENT ON FUNCTION enclave.require_password_change(bigint) IS
'let the next login give nothing but the way to a new password; NC005';
