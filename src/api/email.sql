-- Verifying addresses.

-- level: app
CREATE OR REPLACE FUNCTION enclave.create_email_verification(
    user_id bigint, OUT token text, OUT expires_at timestamptz)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_create_email_verification';
COMMENT ON FUNCTION enclave.create_email_verification(bigint) IS
'a token that verifies the present address of a user; NC005, NC007 verified, NC009 disabled, NC002';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.request_verification(
    email text, ip inet DEFAULT NULL, user_agent text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_request_verification';
COMMENT ON FUNCTION enclave.request_verification(text, inet, text) IS
'have a verification sent to an address; the same whether it needs one, is verified or unknown; NC002';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.verify_email(token text, OUT status text, OUT user_id bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_verify_email';
COMMENT ON FUNCTION enclave.verify_email(text) IS
'verify the address that a token was sent to: ok, token_invalid or token_expired; works once';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.reject_verification(token text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_reject_verification';
COMMENT ON FUNCTION enclave.reject_verification(text) IS
'"this was not me": remove the account that a verification was sent for, if none of its addresses was ever verified';
