--
-- The authenticated user's own account: my_account, my_tokens, revoke_my_token, my_sessions, end_my_session, logout_everywhere.
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
    ('enclave.my_account()'), ('enclave.my_tokens()'), ('enclave.revoke_my_token(1)'),
    ('enclave.my_sessions()'), ('enclave.end_my_session(1)'), ('enclave.logout_everywhere()')) c(call);

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

-- Promise: one's own sessions, and nobody else's, by a session or by the token of a login; a personal token only reads
SELECT token AS s1, session_id AS id1 FROM enclave.login_session('ann@example.com', 'the right passphrase', '192.0.2.1', 'phone'), LATERAL enclave.verify_session(token) \gset
SELECT token AS s2, session_id AS id2 FROM enclave.login_session('ann@example.com', 'the right passphrase', '192.0.2.2', 'desk'), LATERAL enclave.verify_session(token) \gset
SELECT token AS bobs_session, session_id AS bobs_session_id FROM enclave.create_session(:bob), LATERAL enclave.verify_session(token) \gset
SELECT token AS login FROM enclave.login('ann@example.com', 'the right passphrase') \gset
SELECT token AS personal, token_id AS personal_id FROM enclave.create_token(:ann, 'script') \gset
BEGIN;
SELECT enclave.authenticate(:'s1') = :ann AS hers, enclave.auth_method(), enclave.session_id() = :id1 AS session, enclave.token_id(), enclave.abilities();
SELECT user_id = :ann AS hers, ip, user_agent, session_id = enclave.session_id() AS this_one, last_seen_at = created_at AS untouched FROM enclave.my_sessions();
SELECT enclave.end_my_session(:bobs_session_id), enclave.end_my_session(NULL), enclave.end_my_session(-1), enclave.revoke_my_token(NULL), enclave.user_id() = :ann AS still;
SELECT enclave.end_my_session(:id2), enclave.end_my_session(:id2) AS again, enclave.revoke_my_token(:personal_id), enclave.user_id() = :ann AS still;
COMMIT;
SELECT (SELECT count(*) FROM enclave.verify_session(:'s1')) AS s1, (SELECT count(*) FROM enclave.verify_session(:'s2')) AS s2, (SELECT count(*) FROM enclave.verify_session(:'bobs_session')) AS bobs;
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT user_agent FROM enclave.my_sessions();
SELECT token AS personal FROM enclave.create_token(:ann, 'script') \gset
SELECT enclave.authenticate(:'personal') = :ann AS hers;
SELECT user_agent FROM enclave.my_sessions();
SELECT pg_temp.try('SELECT enclave.end_my_session(1)');
SELECT enclave.authenticate(:'login') = :ann AS hers, enclave.end_my_session(:id1) AS ended, enclave.user_id() = :ann AS still;
ROLLBACK;
-- Promise: who ends the session that he came with, or everything, is nobody from then on
BEGIN;
SELECT enclave.authenticate(:'s1') = :ann AS hers;
SELECT enclave.end_my_session(:id1), enclave.user_id();
SELECT enclave.authenticate(:'s1') AS again;
ROLLBACK;
BEGIN;
SELECT enclave.authenticate(:'s1') = :ann AS hers;
SELECT enclave.logout_everywhere() > 1 AS many, enclave.user_id(), enclave.authenticate(:'s1') AS again;
COMMIT;
SELECT event, session_id - :id1 AS session FROM enclave.audit_logs WHERE user_id = :ann AND event LIKE 'auth.session.%' ORDER BY id;

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
SELECT count(*) FROM enclave.my_sessions();
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES ('enclave.revoke_my_token(1)'), ('enclave.end_my_session(1)'), ('enclave.logout_everywhere()')) c(call);
COMMIT;
DELETE FROM enclave.users;
DELETE FROM enclave.access_token_uses;
DELETE FROM enclave.session_marks;
