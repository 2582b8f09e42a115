--
-- What ends, object by object, when something about an account changes.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SET enclave.one_time_requests = 100;

-- one of each kind, all of one user; the queue holds one mail that would bring a token, and one notice
CREATE TEMP TABLE held (object text, token text, user_id bigint);
CREATE FUNCTION pg_temp.setup() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    ann bigint;
BEGIN
    DELETE FROM enclave.users;
    DELETE FROM enclave.mail_queue;
    DELETE FROM enclave.login_attempts;
    DELETE FROM held;
    ann := (enclave.import_user('old@example.com', enclave.hash_password('the right passphrase'), 'Ann', clock_timestamp())).id;
    -- a revert from a change before, and the present address verified
    PERFORM enclave.update_user(ann, email => 'ann@example.com');
    INSERT INTO held SELECT 'revert to a former address', t.token, ann FROM enclave.take_mail() t;
    DELETE FROM enclave.mail_queue;
    UPDATE enclave.users SET email_verified_at = NULL WHERE id = ann;
    INSERT INTO held SELECT 'e-mail verification', token, ann FROM enclave.create_email_verification(ann);
    UPDATE enclave.users SET email_verified_at = clock_timestamp() WHERE id = ann;
    PERFORM enclave.request_email_change(ann, 'new@example.com');
    INSERT INTO held SELECT 'e-mail change', t.token, ann FROM enclave.take_mail() t;
    DELETE FROM enclave.mail_queue;
    INSERT INTO held SELECT 'login token', token, user_id FROM enclave.login('ann@example.com', 'the right passphrase');
    INSERT INTO held SELECT 'login token to keep', token, user_id FROM enclave.login('ann@example.com', 'the right passphrase');
    INSERT INTO held SELECT 'session', token, user_id FROM enclave.login_session('ann@example.com', 'the right passphrase');
    INSERT INTO held SELECT 'session to keep', token, user_id FROM enclave.login_session('ann@example.com', 'the right passphrase');
    INSERT INTO held SELECT 'personal token', token, ann FROM enclave.create_token(ann, 'script');
    INSERT INTO held SELECT 'password reset', token, ann FROM enclave.create_password_reset('ann@example.com');
    INSERT INTO held SELECT 'magic link', token, ann FROM enclave.create_magic_link('ann@example.com');
    PERFORM enclave.forgot_password('ann@example.com');
    UPDATE enclave.users SET tokens_valid_from = clock_timestamp() - interval '1 day' WHERE id = ann;
    -- and the account is locked, from a network
    PERFORM enclave.login('ann@example.com', 'wrong', '192.0.2.1') FROM generate_series(1, 5);
    RETURN ann;
END $$;

-- what still is what it was
CREATE FUNCTION pg_temp.alive() RETURNS TABLE (object text, alive boolean) LANGUAGE sql AS $$
    SELECT object, EXISTS (SELECT FROM enclave.verify_token(token)) OR EXISTS (SELECT FROM enclave.verify_session(token)) OR EXISTS (SELECT FROM enclave.peek_token(token)) FROM held
    UNION ALL SELECT 'JWT issued before', u.tokens_valid_from < clock_timestamp() - interval '1 hour' FROM enclave.users u JOIN (SELECT DISTINCT user_id FROM held) h ON u.id = h.user_id
    UNION ALL SELECT 'queued mail with a token', EXISTS (SELECT FROM enclave.mail_queue WHERE kind = 'password_reset')
    UNION ALL SELECT 'password', EXISTS (SELECT FROM enclave.users u JOIN held h ON u.id = h.user_id WHERE password_hash IS NOT NULL AND enclave.verify_password('the right passphrase', password_hash))
    UNION ALL SELECT 'lock by failed logins', EXISTS (SELECT FROM enclave.locked_accounts l JOIN held h USING (user_id))
$$;

-- each on an account of its own
CREATE TEMP TABLE seen (n integer, change text, object text, alive boolean);
CREATE FUNCTION pg_temp.after(n integer, change text, call text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ann bigint := pg_temp.setup();
BEGIN
    EXECUTE replace(call, '$ann', ann::text);
    INSERT INTO seen SELECT n, change, a.* FROM pg_temp.alive() a;
END $$;
SELECT pg_temp.after(0, 'nothing', 'SELECT');
SELECT pg_temp.after(1, 'reset', $$SELECT enclave.reset_password(token, 'a second passphrase') FROM held WHERE object = 'password reset'$$);
SELECT pg_temp.after(2, 'change', $$SELECT enclave.change_password($ann, 'the right passphrase', 'a second passphrase', token) FROM held WHERE object = 'login token to keep'$$);
SELECT pg_temp.after(3, 'set', $$SELECT enclave.set_password($ann, 'a second passphrase')$$);
SELECT pg_temp.after(4, 'address', $$SELECT enclave.update_user($ann, email => 'third@example.com')$$);
SELECT pg_temp.after(5, 'confirmed', $$SELECT enclave.confirm_email_change(token) FROM held WHERE object = 'e-mail change'$$);
SELECT pg_temp.after(6, 'reverted', $$SELECT enclave.confirm_email_change(token) FROM held WHERE object = 'revert to a former address'$$);
SELECT pg_temp.after(7, 'disabling', $$SELECT enclave.disable_user($ann, 'test')$$);
SELECT pg_temp.after(8, 'end_all', $$SELECT enclave.end_all($ann, token) FROM held WHERE object = 'login token to keep'$$);
SELECT pg_temp.after(10, 'by_session', $$SELECT enclave.end_all($ann, token) FROM held WHERE object = 'session to keep'$$);
SELECT pg_temp.after(9, 'deletion', $$SELECT enclave.delete_user($ann)$$);

-- Promise: exactly this ends, in the same transaction
SELECT object, string_agg(CASE WHEN alive THEN '+' ELSE '-' END, '' ORDER BY n) FILTER (WHERE n = 0) AS before,
    max(CASE WHEN n = 1 AND alive THEN 'stays' END) AS reset, max(CASE WHEN n = 2 AND alive THEN 'stays' END) AS change, max(CASE WHEN n = 3 AND alive THEN 'stays' END) AS set,
    max(CASE WHEN n = 4 AND alive THEN 'stays' END) AS address, max(CASE WHEN n = 5 AND alive THEN 'stays' END) AS confirmed, max(CASE WHEN n = 6 AND alive THEN 'stays' END) AS reverted,
    max(CASE WHEN n = 7 AND alive THEN 'stays' END) AS disabling, max(CASE WHEN n = 8 AND alive THEN 'stays' END) AS end_all, max(CASE WHEN n = 10 AND alive THEN 'stays' END) AS by_session, max(CASE WHEN n = 9 AND alive THEN 'stays' END) AS deletion
FROM seen GROUP BY object ORDER BY object COLLATE "C";

-- Promise: and so it is of what was being made meanwhile and appears with an epoch or address of before
SELECT pg_temp.setup() AS ann \gset
SELECT epoch FROM enclave.users WHERE id = :ann \gset
CREATE TEMP TABLE tokens AS SELECT * FROM enclave.access_tokens WHERE user_id = :ann;
CREATE TEMP TABLE resets AS SELECT * FROM enclave.password_reset_tokens WHERE user_id = :ann;
CREATE TEMP TABLE links AS SELECT * FROM enclave.magic_link_tokens WHERE user_id = :ann;
CREATE TEMP TABLE changes AS SELECT * FROM enclave.email_change_tokens WHERE user_id = :ann AND kind = 'change';
CREATE TEMP TABLE mails AS SELECT * FROM enclave.mail_queue WHERE kind = 'password_reset';
SELECT (SELECT count(*) FROM tokens) AS tokens, (SELECT count(*) FROM resets) AS resets, (SELECT count(*) FROM links) AS links, (SELECT count(*) FROM changes) AS changes, (SELECT count(*) FROM mails) AS mails;
CREATE FUNCTION pg_temp.late(call text) RETURNS TABLE (tokens bigint, one_time bigint, mails bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE call;
    INSERT INTO enclave.access_tokens SELECT * FROM tokens ON CONFLICT DO NOTHING;
    INSERT INTO enclave.password_reset_tokens SELECT * FROM resets ON CONFLICT DO NOTHING;
    INSERT INTO enclave.magic_link_tokens SELECT * FROM links ON CONFLICT DO NOTHING;
    INSERT INTO enclave.email_change_tokens SELECT * FROM changes ON CONFLICT DO NOTHING;
    INSERT INTO enclave.mail_queue SELECT * FROM mails ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT (SELECT count(*) FROM held h, enclave.verify_token(h.token)), (SELECT count(*) FROM held h, enclave.peek_token(h.token) WHERE object <> 'revert to a former address'),
        (SELECT count(*) FROM enclave.take_mail() WHERE kind = 'password_reset');
END $$;
BEGIN; SELECT * FROM pg_temp.late('SELECT'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.late($$SELECT enclave.reset_password(token, 'a second passphrase') FROM held WHERE object = 'password reset'$$); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.late(format($$SELECT enclave.change_password(%s, 'the right passphrase', 'a second passphrase')$$, :ann)); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.late(format($$SELECT enclave.update_user(%s, email => 'third@example.com')$$, :ann)); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.late(format($$SELECT enclave.disable_user(%s, 'test')$$, :ann)); ROLLBACK;
DELETE FROM enclave.users;
DELETE FROM enclave.login_attempts;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
