-- The authenticated user's own account.

-- level: anon
CREATE OR REPLACE FUNCTION enclave.my_account()
RETURNS enclave.account
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_my_account';
COMMENT ON FUNCTION enclave.my_account() IS
'the authenticated user''s account; NC014 without one';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.my_tokens()
RETURNS SETOF enclave.token_row
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'enclave_my_tokens';
COMMENT ON FUNCTION enclave.my_tokens() IS
'the authenticated user''s valid tokens, oldest first; NC014';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.revoke_my_token(token_id bigint)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_revoke_my_token';
COMMENT ON FUNCTION enclave.revoke_my_token(bigint) IS
'end one of the authenticated user''s tokens; false if he has none of that id; NC014, NC009 unless he is here by a login';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.logout_everywhere()
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_logout_everywhere';
COMMENT ON FUNCTION enclave.logout_everywhere() IS
'end everything by which the authenticated user is let in, this credential too; how many were ended; NC014, NC009 unless he is here by a login';
