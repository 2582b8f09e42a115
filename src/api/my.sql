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
CREATE OR REPLACE FUNCTION enclave.update_my_account(name text)
RETURNS enclave.account
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_update_my_account';
COMMENT ON FUNCTION enclave.update_my_account(text) IS
'give the authenticated user another name; NC008, NC014, NC009 unless he is here by a login';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.request_my_email_change(
    new_email text, password enclave.secret, OUT status text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_request_my_email_change';
COMMENT ON FUNCTION enclave.request_my_email_change(text, enclave.secret) IS
'mail the authenticated user a token to a new address, by the password once more, or NULL within five minutes of his login if he has none; the same answer if it is taken; NC008, NC014, NC009';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.change_my_password(
    current enclave.secret, new enclave.secret, OUT status text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_change_my_password';
COMMENT ON FUNCTION enclave.change_my_password(enclave.secret, enclave.secret) IS
'change the authenticated user''s password by the present one, which counts as a login attempt, and end everything but this credential; who has none gives NULL within five minutes of his login; NC008, NC014, NC009';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.delete_my_account(password enclave.secret, OUT status text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_delete_my_account';
COMMENT ON FUNCTION enclave.delete_my_account(enclave.secret) IS
'delete the authenticated user, who gives his password once more, or NULL within five minutes of his login if he has none; NC014, NC009';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.export_my_data()
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_export_my_data';
COMMENT ON FUNCTION enclave.export_my_data() IS
'everything that is held about the authenticated user; NC014, NC009 unless he is here by a login';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.revoke_my_token(token_id bigint)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_revoke_my_token';
COMMENT ON FUNCTION enclave.revoke_my_token(bigint) IS
'end one of the authenticated user''s tokens; false if he has none of that id; NC014, NC009 unless he is here by a login';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.my_sessions()
RETURNS SETOF enclave.session_row
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'enclave_my_sessions';
COMMENT ON FUNCTION enclave.my_sessions() IS
'the authenticated user''s valid sessions, oldest first; NC014';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.end_my_session(session_id bigint)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_end_my_session';
COMMENT ON FUNCTION enclave.end_my_session(bigint) IS
'end one of the authenticated user''s sessions; false if he has none of that id; NC014, NC009 unless he is here by a login';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.logout_everywhere()
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_logout_everywhere';
COMMENT ON FUNCTION enclave.logout_everywhere() IS
'end everything by which the authenticated user is let in, this credential too; how many were ended; NC014, NC009 unless he is here by a login';
