--
-- Verifying addresses: create_email_verification, request_verification, verify_email, reject_verification.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SET enclave.one_time_requests = 1000;

\i sql/include/try.sql

CREATE FUNCTION pg_temp.verify(token text) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', status, CASE WHEN user_id IS NOT NULL THEN 'user' END) FROM enclave.verify_email($1) $$;

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT id AS bob FROM enclave.signup('bob@example.com', 'the other passphrase') \gset

-- Promise: a token for the present address, that verifies it once
SELECT token AS token, token ~ '^eev_[0-9A-Za-z]{38}$' AS form, expires_at - clock_timestamp() BETWEEN '23:59' AND '24:00' AS for_a_day FROM enclave.create_email_verification(:ann) \gset
\echo :form :for_a_day
SELECT purpose, email_hint FROM enclave.peek_token(:'token');
SELECT status, user_id = :ann AS hers FROM enclave.verify_email(:'token');
SELECT email_verified_at IS NOT NULL AS verified, email_verified_at = updated_at AS updated, epoch FROM enclave.users WHERE id = :ann;
SELECT pg_temp.verify(:'token');
SELECT pg_temp.try(format('SELECT enclave.create_email_verification(%s)', id)) FROM (VALUES (1, :'ann'), (2, '0'), (3, '-1'), (4, 'NULL')) v(n, id) ORDER BY n;
-- it leaves who is logged in alone, and the password
SELECT status FROM enclave.login('ann@example.com', 'the right passphrase');

-- Promise: everything else is refused in one way; an expired token says so
SELECT pg_temp.verify(token), count(*) FROM (VALUES (NULL), (''), ('x'), (repeat('x', 1048576)), ('eev_' || repeat('0', 38))) v(token) GROUP BY 1;
SELECT token FROM enclave.create_email_verification(:bob) \gset
BEGIN;
UPDATE enclave.email_verification_tokens SET created_at = created_at - interval '1 day', expires_at = clock_timestamp();
SELECT pg_temp.verify(:'token');
ROLLBACK;

-- Promise: it is bound to the address: not another's after a change, though it may be changed back
BEGIN;
UPDATE enclave.users SET email = 'other@example.com' WHERE id = :bob;
SELECT pg_temp.verify(:'token');
SELECT email_verified_at FROM enclave.users WHERE id = :bob;
ROLLBACK;
-- and to the epoch
BEGIN;
SELECT enclave.end_all(:bob);
SELECT pg_temp.verify(:'token');
ROLLBACK;

-- Promise: with verify_email_requires_login only who is logged in to the account verifies it; another's token is not burnt
SET enclave.verify_email_requires_login = on;
SELECT pg_temp.try(format('SELECT status FROM enclave.verify_email(%L)', :'token')) AS nobody;
SELECT token AS anns FROM enclave.login('ann@example.com', 'the right passphrase') \gset
SELECT token AS bobs FROM enclave.login('bob@example.com', 'the other passphrase') \gset
SELECT token AS personal FROM enclave.create_token(:bob, 'x') \gset
BEGIN;
SELECT enclave.authenticate(:'anns') = :ann AS ann;
SELECT pg_temp.verify(:'token') AS another;
SELECT enclave.authenticate(:'personal') = :bob AS bob;
SELECT pg_temp.try(format('SELECT status FROM enclave.verify_email(%L)', :'token')) AS not_interactive;
SELECT enclave.authenticate(:'bobs') = :bob AS bob;
SELECT pg_temp.verify('eev_' || repeat('0', 38)) AS nonsense, pg_temp.verify(:'token') AS own;
COMMIT;
RESET enclave.verify_email_requires_login;

-- Promise: who did not sign up says so, and the account is gone; not one that was ever verified
SELECT id AS eve FROM enclave.signup('victim@example.com', 'the planted passphrase') \gset
SELECT token AS planted FROM enclave.login('victim@example.com', 'the planted passphrase') \gset
SELECT status FROM enclave.login('victim@example.com', 'a wrong passphrase', '192.0.2.1', 'a browser');
SELECT token FROM enclave.create_email_verification(:eve) \gset
SELECT enclave.forgot_password('victim@example.com');
SELECT enclave.reject_verification(NULL), enclave.reject_verification('x'), enclave.reject_verification('eev_' || repeat('0', 38));
SELECT enclave.reject_verification(:'token');
SELECT (SELECT count(*) FROM enclave.users WHERE id = :eve) AS users, (SELECT count(*) FROM enclave.verify_token(:'planted')) AS tokens, (SELECT count(*) FROM enclave.mail_queue WHERE user_id = :eve) AS mail;
SELECT event, metadata FROM enclave.audit_logs WHERE user_id = :eve ORDER BY id DESC LIMIT 1;
-- as a deletion does it: of the address nothing is left but ids and events
SELECT (SELECT count(*) FROM enclave.login_attempts WHERE account = sha256('victim@example.com')) AS attempts, count(*) FILTER (WHERE event <> 'user.deleted' AND num_nonnulls(ip, user_agent, metadata) > 0) AS telling, count(*) > 2 AS events FROM enclave.audit_logs WHERE user_id = :eve;
SELECT id AS eve FROM enclave.signup('victim@example.com', 'the right passphrase') \gset
SELECT token FROM enclave.create_email_verification(:eve) \gset
UPDATE enclave.users SET email_verified_at = now() WHERE id = :eve;
SELECT enclave.reject_verification(:'token');
SELECT pg_temp.verify(:'token') AS spent;
UPDATE enclave.users SET email_verified_at = NULL, formerly_verified = true WHERE id = :eve;
SELECT token FROM enclave.create_email_verification(:eve) \gset
SELECT enclave.reject_verification(:'token');
SELECT count(*) FROM enclave.users WHERE id = :eve;

-- Promise: a stranger's request is the same for verified, unknown and malformed addresses; only who needs it gets a mail
DELETE FROM enclave.mail_queue;
SELECT pg_temp.try(format('SELECT enclave.request_verification(%L)', email)) AS answer, count(*) FROM (VALUES ('ann@example.com'), ('victim@example.com'), ('nobody@example.com'), ('nonsense'), (''), (NULL), (repeat('x', 1048576))) v(email) GROUP BY 1;
SELECT count(*), count(*) FILTER (WHERE decoy) AS decoys FROM enclave.mail_queue;
SELECT kind, recipient, user_id = :eve AS hers, token ~ '^eev_' AS token, data FROM enclave.take_mail();
SET enclave.one_time_requests = 1;
DELETE FROM enclave.quota_uses;
SELECT pg_temp.try(format('SELECT enclave.request_verification(%L)', email)) AS first, pg_temp.try(format('SELECT enclave.request_verification(%L)', email)) AS second FROM (VALUES ('ann@example.com'), ('victim@example.com'), ('nobody@example.com')) v(email);
SELECT pg_temp.try(format('SELECT enclave.create_email_verification(%s)', :'eve')) AS back_end;

-- Promise: prune removes expired tokens, and after unverified_account_retention the accounts that were never verified
SET enclave.one_time_requests = 1000;
SELECT FROM enclave.create_email_verification(:eve);
SELECT id AS old FROM enclave.create_user('old@example.com') \gset
SELECT FROM enclave.create_password_reset('ann@example.com'), enclave.create_magic_link('ann@example.com');
UPDATE enclave.email_verification_tokens SET created_at = created_at - interval '1 day', expires_at = clock_timestamp();
UPDATE enclave.users SET created_at = created_at - interval '8 days' WHERE id <> :bob;
SELECT table_name, removed FROM enclave.prune_now() WHERE table_name ~ 'verification|reset|link|users';
SET enclave.unverified_account_retention = '7d';
SELECT table_name, removed FROM enclave.prune_now() WHERE table_name ~ 'users';
SELECT email, email_verified_at IS NOT NULL AS verified, formerly_verified FROM enclave.users ORDER BY 1;

DELETE FROM enclave.users;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
DELETE FROM enclave.login_attempts;
