--
-- The authenticated user's own account: my_account, my_tokens, revoke_my_token, logout_everywhere.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;

CREATE FUNCTION pg_temp.try(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    detail text;
BEGIN
    EXECUTE query INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''));
END $$;

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase', 'Ann') \gset
SELECT id AS bob FROM enclave.signup('bob@example.com', 'the other passphrase', 'Bob') \gset
SELECT token AS login FROM enclave.login('ann@example.com', 'the right passphrase', token_name => 'phone') \gset
SELECT token AS second FROM enclave.login('ann@example.com', 'the right passphrase', token_name => 'desk') \gset
SELECT token AS personal, token_id AS personal_id FROM enclave.create_token(:ann, 'script') \gset
SELECT token AS bobs, token_id AS bobs_id FROM enclave.create_token(:bob, 'bob''s') \gset
SELECT token_id AS login_id FROM enclave.verify_token(:'login') \gset

-- Promise: without an identity each says NC014
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES
    ('enclave.my_account()'), ('enclave.my_tokens()'), ('enclave.revoke_my_token(1)'), ('enclave.logout_everywhere()')) c(call);

-- Promise: one's own account and tokens, and nobody else's
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT id = :ann AS hers, email, name, disabled_at FROM enclave.my_account();
SELECT name, kind, user_id = :ann AS hers FROM enclave.my_tokens();
SELECT enclave.revoke_my_token(:bobs_id), enclave.revoke_my_token(NULL), enclave.revoke_my_token(-1);
SELECT enclave.revoke_my_token(:personal_id), enclave.revoke_my_token(:personal_id) AS again;
COMMIT;
SELECT (SELECT count(*) FROM enclave.verify_token(:'personal')) AS personal, (SELECT count(*) FROM enclave.verify_token(:'bobs')) AS bobs;

-- Promise: what changes something asks for a login: a personal token and an impersonation only read
SELECT token AS personal FROM enclave.create_token(:ann, 'script') \gset
BEGIN;
SELECT enclave.authenticate(:'personal') = :ann AS hers;
SELECT email FROM enclave.my_account();
SELECT count(*) FROM enclave.my_tokens();
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES ('enclave.revoke_my_token(1)'), ('enclave.logout_everywhere()')) c(call);
SELECT enclave.impersonate(:ann, 'to look');
SELECT email FROM enclave.my_account();
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES ('enclave.revoke_my_token(1)'), ('enclave.logout_everywhere()')) c(call);
ROLLBACK;

-- Promise: who ends the credential that he came with is nobody from then on
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT enclave.revoke_my_token(:login_id), enclave.user_id();
COMMIT;
BEGIN;
SELECT enclave.authenticate(:'second') = :ann AS hers;
SELECT enclave.logout_everywhere(), enclave.user_id();
COMMIT;
SELECT (SELECT count(*) FROM enclave.user_tokens(:ann)) AS hers, (SELECT count(*) FROM enclave.user_tokens(:bob)) AS his;
SELECT event, user_id = :ann AS hers, role = current_user AS by FROM enclave.audit_logs WHERE user_id = :ann AND event LIKE 'auth.token.%revoked' ORDER BY id;

-- Promise: an identity does not outlive its account
SELECT token AS bobs FROM enclave.login('bob@example.com', 'the other passphrase') \gset
BEGIN;
SELECT enclave.authenticate(:'bobs') = :bob AS his;
DELETE FROM enclave.users WHERE id = :bob;
SELECT pg_temp.try('SELECT enclave.my_account()');
SELECT pg_temp.try('SELECT enclave.logout_everywhere()');
SELECT count(*) FROM enclave.my_tokens();
ROLLBACK;

-- Promise: in a READ ONLY transaction they read
BEGIN READ ONLY;
SELECT enclave.authenticate(:'bobs') = :bob AS his;
SELECT email FROM enclave.my_account();
SELECT count(*) FROM enclave.my_tokens();
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES ('enclave.revoke_my_token(1)'), ('enclave.logout_everywhere()')) c(call);
COMMIT;
DELETE FROM enclave.users;
DELETE FROM enclave.access_token_uses;
