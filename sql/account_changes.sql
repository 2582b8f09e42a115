--
-- Accounts, later on: update_user, request_email_change, confirm_email_change, disable_user, enable_user, delete_user, export_user.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SET enclave.one_time_requests = 100;

\i sql/include/try.sql
CREATE FUNCTION pg_temp.status(email text, password text = 'the right passphrase') RETURNS text LANGUAGE sql AS 'SELECT status FROM enclave.login(email, password)';
-- the token of the mail that is waiting, and the queue is empty
CREATE FUNCTION pg_temp.mailed(kind text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    SELECT t.token INTO result FROM enclave.take_mail() t WHERE t.kind = mailed.kind;
    DELETE FROM enclave.mail_queue;
    RETURN result;
END $$;

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase', 'Ann') \gset
SELECT id AS bob FROM enclave.signup('bob@example.com', 'the right passphrase', 'Bob') \gset
UPDATE enclave.users SET email_verified_at = clock_timestamp();
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset

-- Promise: NULL leaves as is, names and addresses are trimmed and checked as at the sign-up
SELECT email, name, updated_at = created_at AS untouched FROM enclave.update_user(:ann);
SELECT email, name, updated_at > created_at AS touched FROM enclave.update_user(:ann, '  Ann Lee ');
SELECT email, name FROM enclave.update_user(:ann, '');
SELECT pg_temp.try(format('SELECT enclave.update_user(%s, %L, %L)', id, name, email)) FROM (VALUES (:'ann', repeat('x', 101), NULL), (:'ann', E'a\nb', NULL), (:'ann', NULL, 'nonsense'), (:'ann', NULL, ''),
    (:'ann', 'Ann', 'bob@example.com'), (:'ann', 'Ann', ' BOB@example.com'), ('NULL', 'x', NULL), ('0', NULL, NULL), ('-1', NULL, 'x@example.com')) u(id, name, email);
SELECT email, name FROM enclave.get_user(:ann);

-- Promise: the same address in another spelling is no other: it stays verified, and nobody is told
SELECT email, email_verified_at IS NOT NULL AS verified FROM enclave.update_user(:ann, 'Ann', ' Ann@Example.com ');
SELECT count(*) AS mails FROM enclave.mail_queue;

-- Promise: a new one is unverified, ends what was mailed to the old, leaves tokens, and tells the old one how to take it back (C4)
SELECT token AS login FROM enclave.login('ann@example.com', 'the right passphrase') \gset
SELECT token AS reset FROM enclave.create_password_reset('ann@example.com') \gset
SELECT email, email_verified_at FROM enclave.update_user(:ann, email => 'second@example.com');
SELECT (SELECT count(*) FROM enclave.verify_token(:'login')) AS token, (SELECT count(*) FROM enclave.peek_token(:'reset')) AS reset, pg_temp.status('ann@example.com') AS old, pg_temp.status('second@example.com') AS new;
SELECT kind, recipient, other_email FROM enclave.mail_queue;
SELECT pg_temp.mailed('email_changed') AS revert \gset
SELECT purpose, expires_at - clock_timestamp() BETWEEN '6 days 23:59' AND '7 days' AS a_week, email_hint FROM enclave.peek_token(:'revert');

-- Attack: an address typed wrong at the sign-up is a stranger's: its change sends him no way into the account
SELECT email FROM enclave.update_user(:ann, email => 'third@example.com');
SELECT count(*) AS mails FROM enclave.mail_queue;

-- Attack: a thief moves the account, changes its password, ends everything and registers the old address: the old address takes it back all the same
UPDATE enclave.users SET email_verified_at = clock_timestamp() WHERE id = :ann;
SELECT status FROM enclave.change_password(:ann, 'the right passphrase', 'of the thief');
SELECT enclave.end_all(:ann);
SELECT token AS thief FROM enclave.login('third@example.com', 'of the thief') \gset
SELECT id AS squatter FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT status, user_id = :ann AS hers FROM enclave.confirm_email_change(:'revert');
SELECT email, email_verified_at IS NOT NULL AS verified FROM enclave.get_user(:ann);
SELECT (SELECT count(*) FROM enclave.verify_token(:'thief')) AS his_token, pg_temp.status('ann@example.com', 'of the thief') AS his_password, (SELECT count(*) FROM enclave.find_user('third@example.com')) AS his_address,
    (SELECT count(*) FROM enclave.users WHERE id = :squatter) AS his_account;
SELECT status FROM enclave.confirm_email_change(:'revert') AS again;
DELETE FROM enclave.mail_queue;
-- but not if its new owner has proved it to be his
SELECT email FROM enclave.update_user(:bob, email => 'moved@example.com');
SELECT pg_temp.mailed('email_changed') AS bobs \gset
SELECT email FROM enclave.create_user('bob@example.com');
UPDATE enclave.users SET email_verified_at = clock_timestamp() WHERE email = 'bob@example.com';
SELECT * FROM enclave.confirm_email_change(:'bobs');
SELECT email FROM enclave.get_user(:bob);
DELETE FROM enclave.users WHERE email = 'bob@example.com';

-- Attack: the account was moved twice: what the second move sends to the thief's first address, again and again, leads nowhere once the owner is back
CREATE TEMPORARY TABLE mailed AS SELECT ''::text AS recipient, ''::text AS token WHERE false;
SELECT id AS dee FROM enclave.create_user('dee@example.com') \gset
UPDATE enclave.users SET email_verified_at = clock_timestamp() WHERE id = :dee;
SELECT email FROM enclave.update_user(:dee, email => 'thief@example.com');
UPDATE enclave.users SET email_verified_at = clock_timestamp() WHERE id = :dee;
SELECT email FROM enclave.update_user(:dee, email => 'thief2@example.com');
INSERT INTO mailed SELECT recipient, token FROM enclave.take_mail();
SELECT recipient, status FROM mailed, enclave.confirm_email_change(token) WHERE recipient = 'dee@example.com';
UPDATE enclave.mail_queue SET next_at = clock_timestamp();
SELECT count(*) AS again FROM enclave.take_mail() WHERE recipient = 'thief@example.com';
SELECT recipient, status FROM mailed, enclave.confirm_email_change(token) WHERE recipient = 'thief@example.com';
DELETE FROM enclave.mail_queue;

-- Attack: the thief moves on, and back by his own notice: the owner's way back is still open, and so is the mail with it
DELETE FROM mailed;
SELECT email FROM enclave.update_user(:dee, email => 'thief@example.com');
UPDATE enclave.users SET email_verified_at = clock_timestamp() WHERE id = :dee;
SELECT email FROM enclave.update_user(:dee, email => 'thief2@example.com');
INSERT INTO mailed SELECT recipient, token FROM enclave.take_mail();
SELECT recipient, status FROM mailed, enclave.confirm_email_change(token) WHERE recipient = 'thief@example.com';
SELECT recipient FROM enclave.mail_queue ORDER BY id;
SELECT recipient, status FROM mailed, enclave.confirm_email_change(token) WHERE recipient = 'dee@example.com';
SELECT email FROM enclave.get_user(:dee);
DELETE FROM enclave.users WHERE id = :dee;
DELETE FROM enclave.mail_queue;

-- Promise: a change that is asked for waits until the new address has answered, and verifies it
SELECT enclave.set_password(:ann, 'the right passphrase');
DELETE FROM enclave.mail_queue;
SELECT enclave.request_email_change(:ann, ' New@example.com ');
SELECT email FROM enclave.get_user(:ann);
SELECT kind, recipient, other_email FROM enclave.mail_queue;
SELECT pg_temp.mailed('email_change') AS change \gset
SELECT purpose, email_hint FROM enclave.peek_token(:'change');
SELECT status, user_id = :ann AS hers FROM enclave.confirm_email_change(:'change');
SELECT email, email_verified_at IS NOT NULL AS verified FROM enclave.get_user(:ann);
SELECT status FROM enclave.confirm_email_change(:'change') AS again;
SELECT kind, recipient, other_email FROM enclave.mail_queue;
DELETE FROM enclave.mail_queue;

-- Promise: a taken address gives the same answer, and its owner the notice; nothing moves
SELECT enclave.request_email_change(:ann, 'MOVED@example.com');
SELECT kind, recipient, user_id = :bob AS owner FROM enclave.mail_queue;
DELETE FROM enclave.mail_queue;

-- Promise: a token is good for the account as it is: not after another change, an end, a disabling; an expired one is told
SELECT enclave.request_email_change(:ann, 'a1@example.com');
SELECT pg_temp.mailed('email_change') AS change \gset
BEGIN; SELECT email FROM enclave.update_user(:ann, email => 'a2@example.com'); SELECT * FROM enclave.confirm_email_change(:'change'); ROLLBACK;
BEGIN; SELECT enclave.end_all(:ann); SELECT * FROM enclave.confirm_email_change(:'change'); ROLLBACK;
BEGIN; SELECT enclave.disable_user(:ann, 'test'); SELECT * FROM enclave.confirm_email_change(:'change'); ROLLBACK;
BEGIN; SELECT email FROM enclave.create_user('a1@example.com'); SELECT * FROM enclave.confirm_email_change(:'change'); ROLLBACK;
UPDATE enclave.email_change_tokens SET created_at = created_at - interval '2 days', expires_at = clock_timestamp() - interval '1 s' WHERE user_id = :ann;
SELECT * FROM enclave.confirm_email_change(:'change');
SELECT c.*, count(*) FROM (VALUES (NULL), (''), ('nonsense'), (repeat('x', 1048576)), (:'reset'), (:'login')) t(token), LATERAL enclave.confirm_email_change(token) c GROUP BY 1, 2;
SELECT pg_temp.try(format('SELECT enclave.request_email_change(%s, %L)', id, email)) FROM (VALUES (:'ann', NULL), (:'ann', ''), (:'ann', 'nonsense'), (:'ann', 'NEW@example.com'), ('NULL', 'x@example.com'), ('0', 'x@example.com')) r(id, email);
-- and is limited for the user and for the address
SET enclave.one_time_requests = 2;
DELETE FROM enclave.quota_uses;
SELECT pg_temp.try(format('SELECT enclave.request_email_change(%s, ''q%s@example.com'')', :ann, i)) FROM generate_series(1, 3) i;
DELETE FROM enclave.quota_uses;
SELECT pg_temp.try(format('SELECT enclave.request_email_change(%s, ''same@example.com'')', id)) FROM unnest(ARRAY[:ann, :bob, :bob]) id;
SET enclave.one_time_requests = 100;
DELETE FROM enclave.mail_queue;

-- Promise: a disabling ends everything at once, until its time or for good, and a second takes the place of the first
SELECT token AS login FROM enclave.login('new@example.com', 'the right passphrase') \gset
SELECT enclave.disable_user(:ann, repeat('because ', 100), clock_timestamp() + interval '1 hour');
SELECT disabled_at IS NOT NULL AS disabled FROM enclave.get_user(:ann);
SELECT char_length(disabled_reason) AS reason, disabled_until > clock_timestamp() AS until FROM enclave.users WHERE id = :ann;
SELECT (SELECT count(*) FROM enclave.verify_token(:'login')) AS token, pg_temp.status('new@example.com'), pg_temp.status('new@example.com', 'wrong') AS wrong;
UPDATE enclave.users SET disabled_until = clock_timestamp() - interval '1 s' WHERE id = :ann;
SELECT pg_temp.status('new@example.com') AS by_itself, (SELECT count(*) FROM enclave.verify_token(:'login')) AS what_was_ended;
SELECT enclave.disable_user(:ann, 'for good'), pg_temp.status('new@example.com');
SELECT disabled_until, disabled_reason FROM enclave.users WHERE id = :ann;
SELECT pg_temp.try(format('SELECT enclave.disable_user(%s, %L, %L)', id, reason, until)) FROM (VALUES ('NULL', 'x', NULL), ('0', 'x', NULL), (:'ann', NULL, NULL), (:'ann', '', NULL), (:'ann', 'x', '2000-01-01'), (:'ann', 'x', 'infinity'), (:'ann', 'x', '-infinity')) d(id, reason, until);
SELECT enclave.enable_user(:ann), enclave.enable_user(:ann), pg_temp.status('new@example.com');
SELECT pg_temp.try(format('SELECT enclave.enable_user(%s)', id)) FROM (VALUES ('NULL'), ('0')) u(id);
SELECT disabled_at, disabled_until, disabled_reason FROM enclave.users WHERE id = :ann;

-- Promise: an export holds everything about a user, and no hash, digest or token
SELECT token AS personal FROM enclave.create_token(:ann, 'script', '{posts:read}') \gset
SELECT status, token AS login FROM enclave.login('new@example.com', 'the right passphrase', '192.0.2.1', 'psql') \gset
SELECT status FROM enclave.login('new@example.com', 'wrong', '192.0.2.1');
SELECT token IS NOT NULL AS reset FROM enclave.create_password_reset('new@example.com');
SELECT enclave.forgot_password('new@example.com');
SELECT token IS NOT NULL AS session FROM enclave.create_session(:ann, '192.0.2.1', 'browser', '{"cart": 1}');
INSERT INTO enclave.linked_identities VALUES ('https://idp.example', 'ann', :ann, now());
SELECT enclave.export_user(:ann) AS export \gset
SELECT key, jsonb_typeof(value), CASE jsonb_typeof(value) WHEN 'array' THEN jsonb_array_length(value) > 0 END AS filled FROM jsonb_each(:'export') ORDER BY key COLLATE "C";
SELECT DISTINCT t.key, array(SELECT DISTINCT k COLLATE "C" FROM jsonb_array_elements(t.value) e, jsonb_object_keys(e) k ORDER BY 1) AS members FROM jsonb_each(:'export') t WHERE jsonb_typeof(t.value) = 'array' ORDER BY 1;
SELECT array(SELECT jsonb_object_keys(:'export'::jsonb -> 'user') ORDER BY 1);
SELECT :'export' ~ 'argon2|eat_|epr_|\mess_' OR strpos(:'export', encode(u.password_hash::bytea, 'escape')) > 0 AS secret FROM enclave.users u WHERE id = :ann;
SELECT pg_temp.try(format('SELECT enclave.export_user(%s)', id)) FROM (VALUES ('NULL'), ('0')) u(id);
BEGIN READ ONLY; SELECT enclave.export_user(:ann) -> 'user' ->> 'email' AS email; COMMIT;

-- Promise: a deletion leaves of a user the ids and events of the audit log
SELECT count(*) > 20 AS events FROM enclave.audit_logs WHERE user_id = :ann;
SELECT enclave.delete_user(:ann);
SELECT (SELECT count(*) FROM enclave.users WHERE id = :ann) AS users, (SELECT count(*) FROM enclave.access_tokens WHERE user_id = :ann) AS tokens, (SELECT count(*) FROM enclave.known_networks WHERE user_id = :ann) AS networks,
    (SELECT count(*) FROM enclave.password_reset_tokens WHERE user_id = :ann) AS resets, (SELECT count(*) FROM enclave.email_change_tokens WHERE user_id = :ann) AS changes, (SELECT count(*) FROM enclave.mail_queue WHERE user_id = :ann) AS mails,
    (SELECT count(*) FROM enclave.login_attempts WHERE account = sha256('new@example.com')) AS attempts, (SELECT count(*) FROM enclave.audit_logs WHERE user_id = :ann AND num_nonnulls(ip, user_agent, metadata) > 0) AS telling;
SELECT count(*) > 20 AS events FROM enclave.audit_logs WHERE user_id = :ann;
SELECT pg_temp.try(format('SELECT enclave.delete_user(%s)', id)) FROM (VALUES (:'ann'), ('NULL'), ('0')) u(id);
SELECT pg_temp.status('new@example.com'), (SELECT count(*) FROM enclave.verify_token(:'personal')) AS token, (SELECT name FROM enclave.get_user(:bob)) AS others;

-- Promise: one event for a call
SELECT event, count(*) FROM enclave.audit_logs WHERE id > :mark AND (event LIKE 'user.%' OR event LIKE 'auth.email.%') GROUP BY 1 ORDER BY 1;

-- Promise: in a read-only transaction nothing of this is tried
BEGIN READ ONLY;
SELECT pg_temp.try('SELECT enclave.' || q) FROM (VALUES ('update_user(NULL)'), ('request_email_change(NULL, NULL)'), ('confirm_email_change(NULL)'), ('disable_user(NULL, NULL)'), ('enable_user(NULL)'), ('delete_user(NULL)')) r(q);
COMMIT;
DELETE FROM enclave.users;
DELETE FROM enclave.login_attempts;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
