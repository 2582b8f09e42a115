--
-- The mail queue: forgot_password and the others that fill it, take_mail, mail_sent, mail_failed.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
DELETE FROM enclave.mail_queue;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SET enclave.one_time_requests = 1000;

\i sql/include/try.sql

CREATE VIEW pg_temp.queue AS SELECT kind, decoy, recipient, tries, next_at > clock_timestamp() AS waits, round(extract(epoch FROM next_at - clock_timestamp()) / 60)::integer AS minutes, last_error FROM enclave.mail_queue ORDER BY id;

SELECT id AS ann FROM enclave.import_user('Ann@example.com', enclave.hash_password('the right passphrase'), '', now()) \gset
SELECT id AS bob FROM enclave.signup('bob@example.com', 'the other passphrase') \gset

-- Promise: the queue holds no secret: an address, a user, a purpose; and nothing of what was typed for an unknown one
SELECT enclave.forgot_password('ann@example.com'), enclave.request_magic_link('ann@example.com', binder => 'cookie'), enclave.request_verification('bob@example.com'), enclave.forgot_password('nobody@example.com'), enclave.forgot_password('my password');
SELECT * FROM pg_temp.queue;
SELECT (SELECT count(*) FROM enclave.password_reset_tokens) + (SELECT count(*) FROM enclave.magic_link_tokens) + (SELECT count(*) FROM enclave.email_verification_tokens) AS tokens;
SELECT enclave.forgot_password('abc@example.com');
SELECT pg_column_size(q.*) AS bytes, count(*), array_agg(decoy) FROM enclave.mail_queue q WHERE kind = 'password_reset' AND length(recipient) = 15 GROUP BY 1;

-- Promise: what is taken has a token made now, and its end counts from the request; nobody is offered it twice
UPDATE enclave.mail_queue SET created_at = created_at - interval '5 minutes';
CREATE TEMP TABLE taken AS SELECT * FROM enclave.take_mail();
SELECT kind, recipient, user_id IN (:ann, :bob) AS user_id, left(token, 4) AS token, (SELECT purpose FROM enclave.peek_token(token)) AS live, round(extract(epoch FROM expires_at - clock_timestamp()) / 60)::integer AS minutes, data FROM taken ORDER BY mail_id;
SELECT count(*) FROM enclave.take_mail();
SELECT * FROM pg_temp.queue;
SELECT (enclave.verify_magic_link(token, binder => 'cookie')).status FROM taken WHERE kind = 'magic_link';

-- Promise: sent is gone; failed is offered again after a growing delay, unconfirmed after a growing lease, at most eight times, then dead for a week
SELECT enclave.mail_sent(mail_id) FROM taken WHERE kind <> 'password_reset';
SELECT enclave.mail_sent(mail_id), enclave.mail_sent(NULL), enclave.mail_sent(-1) FROM taken WHERE kind <> 'password_reset';
SELECT mail_id AS mail FROM taken WHERE kind = 'password_reset' \gset
SELECT enclave.mail_failed(:mail, 'no route to host');
SELECT * FROM pg_temp.queue;
CREATE TEMP TABLE history (try integer, offered integer, lease numeric, delay numeric);
DO $$
DECLARE
    mail bigint = (SELECT id FROM enclave.mail_queue);
    offered integer;
    lease numeric;
BEGIN
    FOR try IN 2 .. 9 LOOP
        UPDATE enclave.mail_queue SET next_at = clock_timestamp() WHERE tries < 8;
        SELECT count(*) INTO offered FROM enclave.take_mail();
        SELECT minutes INTO lease FROM pg_temp.queue;
        PERFORM enclave.mail_failed(mail, 'still not');
        INSERT INTO history SELECT try, offered, lease, minutes FROM pg_temp.queue;
    END LOOP;
END $$;
TABLE history;
SELECT count(*) FROM enclave.password_reset_tokens WHERE user_id = :ann;
SELECT table_name, removed FROM enclave.prune_now() WHERE table_name = 'mail_queue';
UPDATE enclave.mail_queue SET next_at = clock_timestamp() - interval '1 minute';
SELECT count(*) FROM enclave.take_mail();
SELECT table_name, removed FROM enclave.prune_now() WHERE table_name = 'mail_queue';

-- Attack: a mail server that quotes the link in its refusal
SELECT enclave.forgot_password('ann@example.com');
SELECT enclave.mail_failed(mail_id, '554 refused for https://example.com/reset?token=' || token || ' and epr_' || repeat('x', 600)) FROM enclave.take_mail();
SELECT last_error, length(enclave.mail_queue.last_error) FROM enclave.mail_queue;
SELECT enclave.mail_failed(id, NULL), enclave.mail_failed(NULL, 'x'), enclave.mail_failed(-1, 'x') FROM enclave.mail_queue;
SELECT last_error FROM pg_temp.queue;
DELETE FROM enclave.mail_queue;

-- Promise: what was queued before the account or the purpose changed never becomes a token; a notice still goes out
CREATE FUNCTION pg_temp.queue_all() RETURNS void LANGUAGE sql AS $$
    DELETE FROM enclave.mail_queue;
    SELECT enclave.forgot_password('bob@example.com');
    SELECT enclave.request_magic_link('bob@example.com');
    SELECT enclave.request_verification('bob@example.com');
    INSERT INTO enclave.mail_queue (kind, user_id, decoy, epoch, created_at, next_at, recipient, other_email) SELECT v.kind, u.id, false, u.epoch, now(), now(), v.recipient, v.other FROM enclave.users u,
        (VALUES ('password_changed', 'bob@example.com', NULL), ('email_changed', 'bob@example.com', 'new@example.com'), ('email_change', 'new@example.com', 'bob@example.com'), ('already_registered', 'bob@example.com', NULL)) v(kind, recipient, other)
        WHERE u.email LIKE 'bob%'
$$;
CREATE FUNCTION pg_temp.kinds() RETURNS text LANGUAGE sql AS $$ SELECT string_agg(kind || CASE WHEN token IS NULL THEN '' ELSE ' ' || left(token, 3) END, ', ' ORDER BY mail_id) FROM enclave.take_mail() $$;
SELECT pg_temp.queue_all();
SELECT pg_temp.kinds() AS unchanged;
SELECT pg_temp.queue_all();
BEGIN;
UPDATE enclave.users SET email = 'bobby@example.com' WHERE id = :bob;
SELECT pg_temp.kinds() AS another_address, (SELECT count(*) FROM enclave.mail_queue) AS kept;
ROLLBACK;
BEGIN;
UPDATE enclave.users SET disabled_at = now() WHERE id = :bob;
SELECT pg_temp.kinds() AS disabled;
ROLLBACK;
BEGIN;
SELECT enclave.end_all(:bob);
SELECT pg_temp.kinds() AS another_epoch;
ROLLBACK;
BEGIN;
UPDATE enclave.users SET email_verified_at = now() WHERE id = :bob;
SET LOCAL enclave.magic_links = off;
SELECT pg_temp.kinds() AS verified_and_no_links;
ROLLBACK;
BEGIN;
DELETE FROM enclave.users WHERE id = :bob;
SELECT pg_temp.kinds() AS deleted;
ROLLBACK;
BEGIN;
UPDATE enclave.mail_queue SET created_at = created_at - interval '24 hours';
SELECT pg_temp.kinds() AS late;
ROLLBACK;
-- of another address as much as its owner knows again
SELECT kind, recipient, data FROM enclave.take_mail() WHERE data <> '{}' ORDER BY mail_id;

-- Promise: no more than asked for, the oldest first, and what is not to be sent makes no room empty
DELETE FROM enclave.mail_queue;
SELECT enclave.forgot_password('nobody@example.com') FROM generate_series(1, 5);
SELECT enclave.forgot_password('bob@example.com') FROM generate_series(1, 5);
UPDATE enclave.mail_queue SET epoch = 0 WHERE id IN (SELECT id FROM enclave.mail_queue WHERE NOT decoy ORDER BY id LIMIT 3);
SELECT count(*), min(mail_id) = (SELECT max(id) - 1 FROM enclave.mail_queue) AS next FROM enclave.take_mail(1);
SELECT count(*) FROM enclave.take_mail(1000);
SELECT count(*) FROM enclave.mail_queue;
SELECT pg_temp.try(format('SELECT enclave.take_mail(%s)', n)) FROM (VALUES ('0'), ('-1'), ('1001'), ('NULL')) v(n);
SET enclave.mail_lease = '1h';
UPDATE enclave.mail_queue SET next_at = clock_timestamp(), tries = 0;
SELECT count(*) FROM enclave.take_mail();
SELECT DISTINCT minutes FROM pg_temp.queue;
RESET enclave.mail_lease;
BEGIN READ ONLY;
SELECT pg_temp.try('SELECT enclave.take_mail()'), pg_temp.try('SELECT enclave.mail_sent(1)'), pg_temp.try('SELECT enclave.mail_failed(1, '''')'), pg_temp.try('SELECT enclave.forgot_password(''a@b.co'')');
ROLLBACK;

-- Promise: a stranger's sign-up answers the same whether the address is free or taken; a mail tells its owner
DELETE FROM enclave.mail_queue;
SELECT pg_temp.try(format('SELECT enclave.request_signup(%L, %L, %L)', email, 'the right passphrase', 'Name')) AS answer, email FROM (VALUES ('new@example.com'), ('ANN@example.com'), (' new@example.com')) v(email);
SELECT email, name, email_verified_at, password_hash IS NOT NULL AS password FROM enclave.users WHERE email LIKE 'new%';
SELECT kind, recipient, left(token, 4) AS token FROM enclave.take_mail() ORDER BY mail_id;
SELECT event, count(*) FROM enclave.audit_logs WHERE event ~ '^user' AND user_id IN (SELECT id FROM enclave.users WHERE email ~ '^(new|Ann)') GROUP BY 1 ORDER BY 1;
SELECT status FROM enclave.login('ann@example.com', 'the right passphrase');
-- what no account could have is told
SELECT pg_temp.try(format('SELECT enclave.request_signup(%L, %L, %L)', email, password, name)) FROM (VALUES (1, 'nonsense', 'the right passphrase', ''), (2, NULL, NULL, NULL), (3, 'x@example.com', NULL, ''), (4, 'ann@example.com', 'short', ''), (5, 'x@example.com', 'short', ''),
    (6, 'x@example.com', repeat('x', 1048576), ''), (7, 'x@example.com', 'the right passphrase', repeat('x', 101))) v(n, email, password, name) ORDER BY n;
-- limited for each network over all addresses, and for each address
SET enclave.network_max_signups = 3;
DELETE FROM enclave.quota_uses;
SELECT pg_temp.try(format('SELECT enclave.request_signup(%L, %L, %L, %L)', email, 'the right passphrase', '', '192.0.2.9')) AS answer FROM (VALUES ('n1@example.com'), ('ann@example.com'), ('n2@example.com'), ('n3@example.com'), ('ann@example.com')) v(email);
SELECT pg_temp.try('SELECT enclave.request_signup(''n4@example.com'', ''the right passphrase'', '''', ''192.0.2.10'')') AS another_network;
SET enclave.one_time_requests = 1;
SELECT pg_temp.try('SELECT enclave.request_signup(''ann@example.com'', ''the right passphrase'')') AS first, pg_temp.try('SELECT enclave.request_signup(''ann@example.com'', ''the right passphrase'')') AS second;

-- Promise: prune removes decoys, what was dead for a week or asked for a month ago, and old counts
SET enclave.one_time_requests = 1000;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
SELECT enclave.forgot_password('nobody@example.com'), enclave.forgot_password('bob@example.com'), enclave.request_verification('bob@example.com');
UPDATE enclave.mail_queue SET created_at = created_at - interval '31 days' WHERE kind = 'email_verification';
UPDATE enclave.quota_uses SET used_at = used_at - interval '61 minutes' WHERE kind = 'email_verification';
SELECT table_name, removed FROM enclave.prune_now() WHERE table_name IN ('mail_queue', 'quota_uses');
SELECT kind FROM pg_temp.queue;

DELETE FROM enclave.users;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
DELETE FROM enclave.login_attempts;
