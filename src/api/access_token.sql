-- Access tokens.

-- level: app
CREATE OR REPLACE FUNCTION enclave.create_token(
    user_id bigint, name text, abilities text[] DEFAULT '{*}', expires_in interval DEFAULT NULL,
    OUT token_id bigint, OUT token text, OUT expires_at timestamptz)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_create_token';
COMMENT ON FUNCTION enclave.create_token(bigint, text, text[], interval) IS
'make a personal access token, shown this once; NC005, NC008, NC009 for a disabled user';

-- level: verifier
CREATE OR REPLACE FUNCTION enclave.verify_token(
    token text, OUT token_id bigint, OUT user_id bigint, OUT name text, OUT abilities text[],
    OUT expires_at timestamptz, OUT created_at timestamptz)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 1 AS 'MODULE_PATHNAME', 'enclave_verify_token';
COMMENT ON FUNCTION enclave.verify_token(text) IS
'whose token it is and what it allows, as of this moment; no row if it is not valid; writes nothing';

-- level: verifier
CREATE OR REPLACE FUNCTION enclave.token_can(token text, ability text)
RETURNS boolean
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_token_can';
COMMENT ON FUNCTION enclave.token_can(text, text) IS
'whether a token is valid and allows an ability, by *, by the same words or by an entry such as posts:*';

-- level: app, support
CREATE OR REPLACE FUNCTION enclave.user_tokens(user_id bigint)
RETURNS SETOF enclave.token_row
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'enclave_user_tokens';
COMMENT ON FUNCTION enclave.user_tokens(bigint) IS
'the valid tokens of a user, oldest first; kind is login or personal';

-- level: app, support
CREATE OR REPLACE FUNCTION enclave.revoke_token(user_id bigint, token_id bigint)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_revoke_token';
COMMENT ON FUNCTION enclave.revoke_token(bigint, bigint) IS
'end one token of a user; false if he has none of that id';

-- level: app, support
CREATE OR REPLACE FUNCTION enclave.revoke_user_tokens(user_id bigint)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_revoke_user_tokens';
COMMENT ON FUNCTION enclave.revoke_user_tokens(bigint) IS
'end all access tokens of a user, those being made in open transactions too; how many there were; NC005';
