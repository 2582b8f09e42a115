--
-- The authenticated user's own account: the my_ functions and logout_everywhere.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;

\i sql/include/try.sql

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase', 'Ann') \gset
SELECT id AS bob FROM enclave.signup('bob@example.com', 'the other passphrase', 'Bob') \gset
SELECT token AS login FROM enclave.login('ann@example.com', 'the right passphrase', token_name => 'phone') \gset
SELECT token AS second FROM enclave.login('ann@example.com', 'the right passphrase', token_name => 'desk') \gset
SELECT token AS personal, token_id AS personal_id FROM enclave.create_token(:ann, 'script') \gset
SELECT token AS bobs, token_id AS bobs_id FROM enclave.create_token(:bob, 'bob''s') \gset
SELECT token_id AS login_id FROM enclave.verify_token(:'login') \gset

-- Promise: without an identity each says NC014
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES
    ('enclave.my_account()'), ('enclave.my_tokens()'), ('enclave.revoke_my_token(1)'), ('enclave.logout_everywhere()'),
    ('enclave.my_sessions()'), ('enclave.end_my_session(1)'),
    ('enclave.update_my_account(NULL)'), ('enclave.request_my_email_change(NULL, NULL)'), ('enclave.change_my_password(NULL, NULL)'), ('enclave.delete_my_account(NULL)'), ('enclave.export_my_data()')) c(call);

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
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES ('enclave.revoke_my_token(1)'), ('enclave.logout_everywhere()'),
    ('enclave.update_my_account(NULL)'), ('enclave.request_my_email_change(NULL, NULL)'), ('enclave.change_my_password(NULL, NULL)'), ('enclave.delete_my_account(NULL)'), ('enclave.export_my_data() IS NOT NULL')) c(call);
SELECT enclave.impersonate(:ann, 'to look');
SELECT email FROM enclave.my_account();
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES ('enclave.revoke_my_token(1)'), ('enclave.logout_everywhere()'),
    ('enclave.update_my_account(NULL)'), ('enclave.request_my_email_change(NULL, NULL)'), ('enclave.change_my_password(NULL, NULL)'), ('enclave.delete_my_account(NULL)'), ('enclave.export_my_data() IS NOT NULL')) c(call);
ROLLBACK;

-- Promise: a name of one's own choice
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT name FROM enclave.update_my_account('  Ann Lee ');
SELECT name FROM enclave.update_my_account(NULL);
SELECT pg_temp.try(format('SELECT enclave.update_my_account(%L)', n)) FROM (VALUES (repeat('x', 101)), (E'a\nb')) v(n);
COMMIT;

-- Promise: a change asks for the present password, counts a wrong one, keeps this credential and ends the others
SELECT token AS third FROM enclave.login('ann@example.com', 'the right passphrase') \gset
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT status, count(*) FROM (VALUES ('wrong'), (NULL), (''), (repeat('x', 1048576))) p(current), LATERAL enclave.change_my_password(current, 'a second passphrase') GROUP BY 1;
SELECT count(*) FROM enclave.login_attempts WHERE user_id = :ann AND NOT success;
SELECT pg_temp.try($$SELECT enclave.change_my_password('the right passphrase', 'short')$$);
SELECT pg_temp.try($$SELECT enclave.change_my_password('the right passphrase', 'the right passphrase')$$);
SELECT enclave.change_my_password('the right passphrase', 'a second passphrase'), enclave.user_id() = :ann AS still_hers;
COMMIT;
SELECT (SELECT count(*) FROM enclave.verify_token(:'login')) AS this, (SELECT count(*) FROM enclave.verify_token(:'third')) AS other,
    (SELECT count(*) FROM enclave.verify_token(:'personal')) AS personal, (SELECT status FROM enclave.login('ann@example.com', 'a second passphrase')) AS new;
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT enclave.change_my_password('wrong', 'a third passphrase') FROM generate_series(1, 6);
ROLLBACK;
SELECT enclave.change_password(:ann, 'a second passphrase', 'the right passphrase', :'login');
SELECT token AS second FROM enclave.login('ann@example.com', 'the right passphrase') \gset

-- Promise: another address takes the password once more, and the answer is the same whoever has it
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT email, enclave.request_my_email_change(email, 'wrong') AS wrong, pg_temp.try(format($$SELECT enclave.request_my_email_change(%L, 'the right passphrase')$$, email)) AS right
    FROM (VALUES ('new@example.com'), ('BOB@example.com'), ('Ann@example.com'), ('nonsense'), (NULL)) a(email);
SELECT kind, recipient, user_id = :ann AS hers, other_email FROM enclave.mail_queue WHERE kind <> 'password_changed' ORDER BY id;
SET LOCAL enclave.one_time_requests = 3;
SELECT enclave.request_my_email_change(i || '@example.com', 'the right passphrase') FROM generate_series(1, 3) i;
ROLLBACK;

-- Promise: who has no password gives none, but has to have logged in a moment ago, with a credential that is alive
SELECT id AS eve FROM enclave.create_user('eve@example.com') \gset
SELECT enclave.set_password(:eve, 'for the login only');
SELECT token AS eves, user_id AS eve FROM enclave.login('eve@example.com', 'for the login only') \gset
UPDATE enclave.users SET password_hash = NULL WHERE id = :eve;
BEGIN;
SELECT enclave.authenticate(:'eves') = :eve AS hers;
SELECT enclave.change_my_password('', 'a first passphrase') AS empty, enclave.change_my_password('wrong', 'a first passphrase') AS wrong;
SELECT enclave.end_all(:eve);
SELECT pg_temp.try(q) AS ended FROM (VALUES ($$SELECT enclave.change_my_password(NULL, 'a first passphrase')$$), ('SELECT enclave.delete_my_account(NULL)')) c(q);
ROLLBACK;
UPDATE enclave.access_tokens SET created_at = created_at - interval '6 min' WHERE user_id = :eve;
BEGIN;
SELECT enclave.authenticate(:'eves') = :eve AS hers;
SELECT pg_temp.try(q) AS too_long_ago FROM (VALUES ($$SELECT enclave.change_my_password(NULL, 'a first passphrase')$$), ('SELECT enclave.delete_my_account(NULL)')) c(q);
ROLLBACK;
UPDATE enclave.access_tokens SET created_at = created_at + interval '6 min' WHERE user_id = :eve;
BEGIN;
SELECT enclave.authenticate(:'eves') = :eve AS hers;
SELECT enclave.change_my_password(NULL, 'a first passphrase');
SELECT enclave.change_my_password(NULL, 'a second passphrase') AS again;
COMMIT;
SELECT status FROM enclave.login('eve@example.com', 'a first passphrase');

-- Promise: everything that is held about one, and nothing of the others
BEGIN;
SELECT enclave.authenticate(:'login') = :ann AS hers;
SELECT enclave.export_my_data() = enclave.export_user(:ann) AS same, enclave.export_my_data() -> 'user' ->> 'email' AS email;
COMMIT;

-- Promise: an account is deleted by its password once more, and then there is nobody
BEGIN;
SELECT enclave.authenticate(:'eves') = :eve AS hers;
SELECT enclave.delete_my_account('wrong') AS wrong, enclave.delete_my_account(NULL) AS none, enclave.user_id() = :eve AS still_hers;
SELECT enclave.delete_my_account('a first passphrase'), enclave.user_id();
COMMIT;
SELECT count(*) FROM enclave.users WHERE id = :eve;

-- Promise: of a disabled account nothing can be changed, whatever identity is left
BEGIN;
SELECT enclave.authenticate(:'second') = :ann AS hers;
SELECT enclave.disable_user(:ann, 'test');
SELECT enclave.change_my_password('the right passphrase', 'a fourth passphrase') AS change, enclave.delete_my_account('the right passphrase') AS delete;
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
SELECT call, pg_temp.try('SELECT ' || call) FROM (VALUES ('enclave.revoke_my_token(1)'), ('enclave.end_my_session(1)'), ('enclave.logout_everywhere()'),
    ('enclave.update_my_account(NULL)'), ('enclave.request_my_email_change(NULL, NULL)'), ('enclave.change_my_password(NULL, NULL)'), ('enclave.delete_my_account(NULL)'), ('enclave.export_my_data() IS NOT NULL')) c(call);
COMMIT;
DELETE FROM enclave.users;
DELETE FROM enclave.access_token_uses;
DELETE FROM enclave.session_marks;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
DELETE FROM enclave.login_attempts;
