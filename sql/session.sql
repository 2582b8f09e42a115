--
-- Sessions: login, refresh, logout, end_all.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset

-- what a query of one value comes to: the value, or the error
CREATE FUNCTION pg_temp.try(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE query INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- a login row without its values
CREATE FUNCTION pg_temp.shape(r enclave.login_row) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', r.status, CASE WHEN r.user_id IS NOT NULL THEN 'user' END,
        CASE WHEN r.token IS NOT NULL THEN 'token' END, CASE WHEN r.expires_at IS NOT NULL THEN 'expires' END,
        CASE WHEN r.retry_after IS NOT NULL THEN 'retry' END, CASE WHEN r.challenge IS NOT NULL THEN 'challenge' END,
        CASE WHEN r.last_login_at IS NOT NULL THEN 'last' END, 'failures=' || r.failures_since)
$$;

-- a number of logins in a row: each status with how often it came, in order
CREATE FUNCTION pg_temp.logins(times integer, email text, password text, ip inet = NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    statuses text[] = '{}';
BEGIN
    FOR i IN 1 .. times LOOP
        statuses := statuses || (enclave.login(email, password, ip)).status;
    END LOOP;
    RETURN (SELECT string_agg(s.status || ' ' || s.came, ', ' ORDER BY s.first) FROM
        (SELECT u.status, count(*) AS came, min(u.n) AS first FROM unnest(statuses) WITH ORDINALITY u(status, n) GROUP BY 1) s);
END $$;

CREATE FUNCTION pg_temp.forget() RETURNS void LANGUAGE sql AS 'DELETE FROM enclave.login_attempts';

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT id AS bob FROM enclave.signup('bob@example.com', 'another passphrase') \gset
SELECT id AS eve FROM enclave.create_user('eve@example.com') \gset

-- Promise: the right password opens, in any spelling of the address, for access_token_lifetime
SELECT pg_temp.shape(l), l.user_id = :ann AS hers, l.token ~ '^eat_[0-9A-Za-z]{38}$' AS token,
       l.expires_at - clock_timestamp() BETWEEN '6 days 23:59' AND '7 days' AS for_a_week
FROM enclave.login(E' ANN@example.COM\n', 'the right passphrase') l;

-- Promise: unknown, wrong, NULL, empty, over-long, malformed: one row of one shape
SELECT pg_temp.shape(enclave.login(email, password)), count(*) FROM (VALUES
    ('ann@example.com', 'the wrong passphrase'), ('nobody@example.com', 'the right passphrase'),
    ('eve@example.com', 'the right passphrase'), ('eve@example.com', NULL), ('eve@example.com', ''),
    ('ann@example.com', NULL), ('ann@example.com', ''), ('ann@example.com', repeat('x', 1048576)),
    (NULL, 'the right passphrase'), ('', 'the right passphrase'), (repeat('x', 1048576) || '@b.co', 'x'),
    (repeat('x', 1048576), repeat('x', 1048576)), (NULL, NULL), ('nonsense', 'x'), ('a@@b', NULL),
    ('bob@example.com', 'another passphrase '), ('bob@example.com', 'Another passphrase')
) l(email, password) GROUP BY 1;
-- and an address that is longer than any is not cut to one that exists
SELECT (enclave.login('bob@example.com' || repeat(' ', 20000) || 'x', 'another passphrase')).status;
SELECT pg_temp.forget();

-- Promise: five failures, then not even the right password is looked at; the lock is told alike for all
SELECT pg_temp.logins(7, 'ann@example.com', 'wrong') AS known;
SELECT pg_temp.logins(7, 'nobody@example.com', 'wrong') AS unknown;
SELECT pg_temp.logins(7, 'eve@example.com', 'wrong') AS passwordless;
SELECT pg_temp.logins(7, 'a@@b', 'wrong') AS malformed, pg_temp.logins(7, NULL, NULL) AS nothing;
SELECT pg_temp.logins(7, repeat('y', 1048576), 'wrong') AS megabyte;
SELECT pg_temp.shape(enclave.login(email, 'the right passphrase')) FROM
    (VALUES ('ann@example.com'), ('Ann@Example.com '), ('nobody@example.com'), ('NOBODY@example.com'), ('eve@example.com')) l(email);
SELECT (enclave.login('bob@example.com', 'another passphrase')).status AS other;

-- Promise: a refusal writes nothing; five rows an address stay
SELECT count(*) AS rows, count(DISTINCT account) AS addresses, bool_or(success) AS success FROM enclave.login_attempts;

-- Promise: retry_after is when the oldest counted attempt leaves, by the wall clock
SELECT retry_after > '14 min' AND retry_after <= '15 min' AS all_of_it FROM enclave.login('ann@example.com', 'x');
UPDATE enclave.login_attempts SET attempted_at = attempted_at - interval '10 min'
    WHERE id = (SELECT min(id) FROM enclave.login_attempts WHERE user_id = :ann);
SELECT retry_after > '4 min' AND retry_after <= '5 min' AS a_third FROM enclave.login('ann@example.com', 'x');
UPDATE enclave.login_attempts SET attempted_at = attempted_at - interval '5 min'
    WHERE id = (SELECT min(id) FROM enclave.login_attempts WHERE user_id = :ann);
SELECT pg_temp.logins(2, 'ann@example.com', 'wrong') AS one_is_free;
BEGIN;
SELECT now() IS NOT NULL AS begun;
UPDATE enclave.login_attempts SET attempted_at = now() - interval '15 min' WHERE user_id = :ann;
SELECT (enclave.login('ann@example.com', 'the right passphrase')).status AS in_an_old_transaction;
ROLLBACK;
SET enclave.lockout_duration = '1s';
UPDATE enclave.login_attempts SET attempted_at = attempted_at - interval '2 s' WHERE user_id = :ann;
SELECT (enclave.login('ann@example.com', 'the right passphrase')).status AS shorter;
RESET enclave.lockout_duration;
SELECT pg_temp.forget();

-- Attack: many guesses in one statement
SELECT status, count(*) FROM generate_series(1, 8) i, LATERAL enclave.login('ann@example.com', i::text) GROUP BY 1 ORDER BY 1;
SELECT pg_temp.forget();

-- Promise: the right password clears the pair; its own attempt never counts
SELECT pg_temp.logins(4, 'ann@example.com', 'wrong'), (enclave.login('ann@example.com', 'the right passphrase')).status;
SELECT pg_temp.logins(4, 'ann@example.com', 'wrong'), (enclave.login('ann@example.com', 'the right passphrase')).status;
SELECT pg_temp.logins(12, 'ann@example.com', 'the right passphrase');
SELECT pg_temp.logins(6, 'ann@example.com', 'wrong');
SELECT pg_temp.forget();

-- Promise: a lowered limit holds at once, for what was counted before too
SELECT pg_temp.logins(4, 'ann@example.com', 'wrong');
SET enclave.max_failed_attempts = 3;
SELECT pg_temp.logins(1, 'ann@example.com', 'the right passphrase');
SET enclave.max_failed_attempts = 6;
SELECT pg_temp.logins(3, 'ann@example.com', 'wrong');
RESET enclave.max_failed_attempts;
SELECT pg_temp.forget();

-- Promise: the lock is of account and network: IPv4 /32, IPv6 /64, IPv4 in IPv6 is IPv4
SELECT pg_temp.logins(6, 'ann@example.com', 'wrong', '192.0.2.1');
SELECT ip, (enclave.login('ann@example.com', 'the right passphrase', ip)).status FROM unnest(ARRAY['192.0.2.1', '192.0.2.1/8',
    '::ffff:192.0.2.1', '192.0.2.2', '::ffff:192.0.2.2', '::192.0.2.1', NULL]::inet[]) ip;
SELECT pg_temp.logins(6, 'ann@example.com', 'wrong', '2001:db8::1');
SELECT ip, (enclave.login('ann@example.com', 'the right passphrase', ip)).status FROM unnest(ARRAY['2001:db8::1',
    '2001:db8::ffff:ffff:ffff:ffff', '2001:db8::2/48', '2001:db8:0:1::1', '2001:db8:0:ffff::1']::inet[]) ip;
SELECT network, pair_slot IS NULL AS success, count(*) FROM enclave.login_attempts GROUP BY 1, 2 ORDER BY 1;

-- Promise: a login makes its network known, once
SELECT network, first_seen_at = last_seen_at AS once FROM enclave.known_networks WHERE user_id = :ann ORDER BY network;
SELECT pg_temp.forget();
DELETE FROM enclave.known_networks;

-- Promise: ten times as many over all networks, to which a known network is not held
SET enclave.max_failed_attempts = 1;
INSERT INTO enclave.known_networks VALUES (:ann, '198.51.100.1', clock_timestamp() - interval '40 days', clock_timestamp() - interval '29 days'),
    (:ann, '198.51.100.2', clock_timestamp() - interval '40 days', clock_timestamp() - interval '31 days'),
    (:bob, '198.51.100.3', clock_timestamp(), clock_timestamp());
SELECT status, count(*) FROM generate_series(1, 12) i, LATERAL enclave.login('ann@example.com', 'wrong', inet '203.0.113.0' + i) GROUP BY 1 ORDER BY 1;
SELECT status, count(*) FROM generate_series(1, 12) i, LATERAL enclave.login('nobody@example.com', 'wrong', inet '203.0.113.0' + i) GROUP BY 1 ORDER BY 1;
SELECT ip, (enclave.login('ann@example.com', 'the right passphrase', ip)).status
    FROM unnest(ARRAY['198.51.100.3', '198.51.100.2', '198.51.100.1', '198.51.100.1']::inet[]) ip;
SELECT last_seen_at > now() - interval '1 min' AS seen_again FROM enclave.known_networks WHERE user_id = :ann AND network = '198.51.100.1';
SELECT (enclave.login('bob@example.com', 'another passphrase', '203.0.113.1')).status AS others;
RESET enclave.max_failed_attempts;
SELECT pg_temp.forget();

-- Promise: a network has network_max_attempts over all accounts; unknown networks are not held together
SET enclave.network_max_attempts = 3;
SELECT status, count(*) FROM generate_series(1, 5) i, LATERAL enclave.login(i || '@example.com', 'wrong', '203.0.113.77') GROUP BY 1 ORDER BY 1;
SELECT (enclave.login('bob@example.com', 'another passphrase', '203.0.113.77')).status AS same,
       (enclave.login('bob@example.com', 'another passphrase', '203.0.113.78')).status AS other;
SELECT status, count(*) FROM generate_series(1, 5) i, LATERAL enclave.login(i || '@example.com', 'wrong') GROUP BY 1;
RESET enclave.network_max_attempts;
SELECT pg_temp.forget();

-- Attack: a role that may only log in gives itself a new address for each guess, through a definer's function too
CREATE ROLE regress_enclave_login;
GRANT USAGE ON SCHEMA enclave TO regress_enclave_login;
GRANT EXECUTE ON FUNCTION enclave.login(text, enclave.secret, inet, text, text) TO regress_enclave_login;
CREATE SCHEMA regress_enclave;
GRANT USAGE ON SCHEMA regress_enclave TO regress_enclave_login;
CREATE FUNCTION regress_enclave.wrapped(email text, password text, ip inet) RETURNS text LANGUAGE sql SECURITY DEFINER
    AS 'SELECT (enclave.login(email, password, ip)).status';
SET ROLE regress_enclave_login;
SELECT status, count(*) FROM generate_series(1, 7) i, LATERAL enclave.login('ann@example.com', 'wrong', inet '10.0.0.0' + i) GROUP BY 1 ORDER BY 1;
SELECT w, count(*) FROM generate_series(1, 7) i, LATERAL regress_enclave.wrapped('bob@example.com', 'wrong', inet '10.0.0.0' + i) w GROUP BY 1 ORDER BY 1;
RESET ROLE;
SELECT count(*) AS rows, count(network) AS believed FROM enclave.login_attempts;
SELECT count(*) AS rows, count(ip) AS believed FROM enclave.audit_logs WHERE role = 'regress_enclave_login';
SELECT pg_temp.forget();
-- Promise: the word of a role that may execute create_token is believed
GRANT EXECUTE ON FUNCTION enclave.create_token(bigint, text, text[], interval) TO regress_enclave_login;
SET ROLE regress_enclave_login;
SELECT status, count(*) FROM generate_series(1, 7) i, LATERAL enclave.login('ann@example.com', 'wrong', inet '10.0.0.0' + i) GROUP BY 1 ORDER BY 1;
RESET ROLE;
DROP SCHEMA regress_enclave CASCADE;
DROP OWNED BY regress_enclave_login;
DROP ROLE regress_enclave_login;
SELECT pg_temp.forget();

-- Promise: last_login_at and failures_since tell what happened since the login before
SELECT at AS before FROM enclave.audit_logs WHERE user_id = :bob AND event = 'auth.login.success' ORDER BY id DESC LIMIT 1 \gset
UPDATE enclave.audit_logs SET event = 'test' WHERE user_id = :bob AND event <> 'auth.login.success';
SELECT pg_temp.logins(3, 'bob@example.com', 'wrong');
SELECT status, last_login_at = :'before' AS last, failures_since FROM enclave.login('bob@example.com', 'another passphrase');
SELECT status, last_login_at > :'before' AS last, failures_since FROM enclave.login('bob@example.com', 'another passphrase');
SELECT id AS tom FROM enclave.signup('tom@example.com', 'yet another passphrase') \gset
SELECT status, last_login_at, failures_since FROM enclave.login('tom@example.com', 'yet another passphrase');

-- Promise: disabled and unverified are told after the right password only, and make no token
UPDATE enclave.users SET disabled_at = now(), disabled_reason = 'test' WHERE id = :tom;
SELECT pg_temp.shape(enclave.login('tom@example.com', p)) FROM (VALUES ('yet another passphrase'), ('wrong'), (NULL)) l(p);
UPDATE enclave.users SET disabled_until = clock_timestamp() + interval '1 min' WHERE id = :tom;
SELECT pg_temp.shape(enclave.login('tom@example.com', 'yet another passphrase')) AS until_later;
SET enclave.require_verified_email = on;
SELECT pg_temp.shape(enclave.login('tom@example.com', 'yet another passphrase')) AS both;
UPDATE enclave.users SET disabled_until = clock_timestamp() - interval '1 s' WHERE id = :tom;
SELECT pg_temp.shape(enclave.login('tom@example.com', p)) AS unverified FROM (VALUES ('yet another passphrase'), ('wrong')) l(p);
UPDATE enclave.users SET email_verified_at = now() WHERE id = :tom;
SELECT pg_temp.shape(enclave.login('tom@example.com', 'yet another passphrase')) AS verified;
RESET enclave.require_verified_email;
UPDATE enclave.users SET disabled_at = now(), disabled_until = NULL WHERE id = :tom;
SELECT pg_temp.logins(8, 'tom@example.com', 'yet another passphrase') AS right_never_locks, pg_temp.logins(6, 'tom@example.com', 'wrong');
SELECT count(*) AS tokens FROM enclave.access_tokens WHERE user_id = :tom;
UPDATE enclave.users SET disabled_at = NULL, disabled_until = NULL, disabled_reason = NULL WHERE id = :tom;
SELECT pg_temp.forget();

-- Promise: a login renews a hash whose cost has changed, a failed one does not, and the password stays right
SET enclave.argon2_iterations = 2;
SELECT status, password_hash ~ ',t=1,' AS old FROM enclave.login('tom@example.com', 'wrong'), enclave.users WHERE id = :tom;
SELECT status FROM enclave.login('tom@example.com', 'yet another passphrase');
SELECT substring(password_hash FROM '^.*p=\d+') FROM enclave.users WHERE id = :tom;
SELECT password_hash AS hash FROM enclave.users WHERE id = :tom \gset
SELECT status FROM enclave.login('tom@example.com', 'yet another passphrase');
SELECT password_hash = :'hash' AS kept FROM enclave.users WHERE id = :tom;
SET enclave.argon2_parallelism = 4;
SET enclave.argon2_memory = '128kB';
SELECT status FROM enclave.login('tom@example.com', 'yet another passphrase');
SELECT substring(password_hash FROM '^.*p=\d+') FROM enclave.users WHERE id = :tom;
RESET enclave.argon2_parallelism;
SELECT email FROM enclave.import_user('old@example.com', '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY');
SELECT status FROM enclave.login('old@example.com', 'password');
SELECT substring(password_hash FROM '^.*p=\d+') FROM enclave.users WHERE email = 'old@example.com';
SELECT status FROM enclave.login('old@example.com', 'password');
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;

-- Promise: the token carries its name; a bad one is an error before anything
SELECT status FROM enclave.login('tom@example.com', 'yet another passphrase', token_name => '  phone ');
SELECT name, abilities, kind FROM enclave.access_tokens ORDER BY id DESC LIMIT 1;
SELECT pg_temp.try(format($$SELECT enclave.login('tom@example.com', 'wrong', token_name => %s)$$, v))
    FROM (VALUES ($$repeat('x', 513)$$), ($$E'a\nb'$$)) n(v);
SELECT status FROM enclave.login('tom@example.com', 'yet another passphrase', user_agent => repeat('x', 1048576));
SELECT char_length(user_agent) FROM enclave.audit_logs ORDER BY id DESC LIMIT 1;
DELETE FROM enclave.access_tokens WHERE user_id = :tom;
SELECT pg_temp.forget();

-- Promise: refresh gives a new token for the old one, which is dead at once; id, name and abilities stay
SELECT token AS t1, token_id AS id1 FROM enclave.login('tom@example.com', 'yet another passphrase', token_name => 'web'),
    LATERAL enclave.verify_token(token) \gset
UPDATE enclave.access_tokens SET abilities = '{posts:read}', created_at = created_at - interval '24 hours', expires_at = expires_at - interval '24 hours'
    WHERE id = :id1;
SELECT r.token AS t2, pg_temp.shape(r) AS shape, r.user_id = :tom AS his, r.token ~ '^eat_[0-9A-Za-z]{38}$' AS token_shape, r.token <> :'t1' AS another,
    r.expires_at - clock_timestamp() BETWEEN '6 days 23:59' AND '7 days' AS for_a_week FROM enclave.refresh(:'t1') r \gset
\echo :shape :his :token_shape :another :for_a_week
SELECT (SELECT count(*) FROM enclave.verify_token(:'t1')) AS old, pg_temp.shape(enclave.refresh(:'t1')) AS again;
SELECT token_id = :id1 AS same_row, name, abilities, clock_timestamp() - created_at > '1 day' AS since_login FROM enclave.verify_token(:'t2');

-- Promise: never beyond token_max_lifetime since the login
UPDATE enclave.access_tokens SET created_at = clock_timestamp() - interval '719 hours' WHERE id = :id1;
SELECT token AS t3 FROM enclave.refresh(:'t2') \gset
SELECT expires_at - created_at = '720:00' AS thirty_days FROM enclave.verify_token(:'t3');
UPDATE enclave.access_tokens SET created_at = clock_timestamp() - interval '720 hours' WHERE id = :id1;
SELECT pg_temp.shape(enclave.refresh(:'t3')) AS too_old;
UPDATE enclave.access_tokens SET created_at = clock_timestamp() - interval '2 s', expires_at = clock_timestamp() - interval '1 s' WHERE id = :id1;
SELECT pg_temp.shape(enclave.refresh(:'t3')) AS ended, enclave.logout(:'t3') AS logged_out, enclave.logout(:'t3') AS again;

-- Promise: refused where there is nothing to refresh: malformed, NULL, personal, disabled, deleted
SELECT pg_temp.shape(enclave.refresh(v)) FROM (VALUES (NULL), (''), ('x'), (repeat('x', 40)), (repeat('x', 1048576)), (:'t3')) r(v);
SELECT token AS personal FROM enclave.create_token(:tom, 'mine') \gset
SELECT pg_temp.shape(enclave.refresh(:'personal')), (SELECT count(*) FROM enclave.verify_token(:'personal')) AS still_good;
SELECT token AS t4 FROM enclave.login('tom@example.com', 'yet another passphrase') \gset
UPDATE enclave.users SET disabled_at = now() WHERE id = :tom;
SELECT pg_temp.shape(enclave.refresh(:'t4')) AS disabled;
UPDATE enclave.users SET disabled_until = clock_timestamp() - interval '1 s' WHERE id = :tom;
SELECT token AS t5, status FROM enclave.refresh(:'t4') \gset
\echo :status
UPDATE enclave.users SET disabled_at = NULL, disabled_until = NULL, epoch = epoch + 1 WHERE id = :tom;
SELECT pg_temp.shape(enclave.refresh(:'t5')) AS older_epoch;

-- Promise: logout ends the token presented, whatever its kind, and nothing else
SELECT token AS p2 FROM enclave.create_token(:tom, 'other') \gset
SELECT token AS t6 FROM enclave.login('tom@example.com', 'yet another passphrase') \gset
SELECT enclave.logout(v) FROM (VALUES (NULL), (''), ('x'), (repeat('x', 1048576)), (:'t6' || 'x'), (left(:'t6', -1))) l(v);
SELECT enclave.logout(:'t6') AS there, enclave.logout(:'t6') AS gone, (SELECT count(*) FROM enclave.verify_token(:'p2')) AS other;
SELECT enclave.logout(:'p2') AS personal;

-- Promise: end_all ends every token of the user but the one to keep, and nobody else's
SELECT token AS k1 FROM enclave.login('tom@example.com', 'yet another passphrase') \gset
SELECT token AS k2 FROM enclave.login('tom@example.com', 'yet another passphrase') \gset
SELECT token AS k3 FROM enclave.create_token(:tom, 'mine') \gset
SELECT token AS b1 FROM enclave.login('bob@example.com', 'another passphrase') \gset
CREATE FUNCTION pg_temp.alive(VARIADIC tokens text[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg((SELECT count(*) FROM enclave.verify_token(t))::text, '' ORDER BY n) FROM unnest(tokens) WITH ORDINALITY u(t, n)
$$;
SELECT pg_temp.alive(:'k1', :'k2', :'k3', :'b1');
SELECT enclave.end_all(:tom, :'k2');
SELECT tokens_valid_from > now() - interval '1 min' AS jwt_too FROM enclave.users WHERE id = :tom;
SELECT pg_temp.alive(:'k1', :'k2', :'k3', :'b1');
SELECT enclave.end_all(:tom, :'k2') AS nothing_more, pg_temp.alive(:'k2');
UPDATE enclave.users SET epoch = 50 WHERE id IN (:tom, :bob);
UPDATE enclave.access_tokens SET epoch = 50 WHERE user_id IN (:tom, :bob);
SELECT enclave.end_all(:tom, :'b1') AS keep_of_another, pg_temp.alive(:'k2', :'b1');
SELECT token AS k4 FROM enclave.login('tom@example.com', 'yet another passphrase') \gset
SELECT enclave.end_all(:tom, 'nonsense'), pg_temp.alive(:'k4', :'b1');
SELECT token AS k5 FROM enclave.login('tom@example.com', 'yet another passphrase') \gset
SELECT enclave.end_all(:tom), pg_temp.alive(:'k5', :'b1');
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.end_all(NULL)'), ('SELECT enclave.end_all(0)'), ('SELECT enclave.end_all(-1, NULL)')) e(q);

-- Promise: a read-only transaction is an error before anything is looked at
BEGIN READ ONLY;
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.login(NULL, NULL)'), ('SELECT enclave.refresh(NULL)'),
    ('SELECT enclave.logout(NULL)'), ('SELECT enclave.end_all(NULL)')) r(q);
COMMIT;

-- Promise: one transaction can do it all, under every isolation level
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT email FROM enclave.signup('rr@example.com', 'the right passphrase');
SELECT status, token AS rr FROM enclave.login('rr@example.com', 'the right passphrase') \gset
\echo :status
SELECT status, token AS rr FROM enclave.refresh(:'rr') \gset
\echo :status
SELECT pg_temp.alive(:'rr'), pg_temp.logins(7, 'rr@example.com', 'wrong'), enclave.logout(:'rr'), pg_temp.alive(:'rr');
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT email FROM enclave.signup('ser@example.com', 'the right passphrase');
SELECT status, pg_temp.alive(token), enclave.end_all(user_id), pg_temp.alive(token) AS dead FROM enclave.login('ser@example.com', 'the right passphrase');
COMMIT;

-- Promise: one event for a call, the most specific; one "locked" for a lock, none for its refusals
SELECT id AS zoe FROM enclave.signup('zoe@example.com', 'the right passphrase') \gset
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset
SET enclave.max_failed_attempts = 2;
SELECT pg_temp.logins(4, 'zoe@example.com', 'wrong', '192.0.2.9'), pg_temp.logins(1, 'nobody2@example.com', 'wrong');
UPDATE enclave.users SET disabled_at = now() WHERE id = :zoe;
SELECT (enclave.login('zoe@example.com', 'the right passphrase')).status;
UPDATE enclave.users SET disabled_at = NULL WHERE id = :zoe;
SELECT token AS z1 FROM enclave.login('zoe@example.com', 'the right passphrase', '192.0.2.10', 'psql') \gset
SELECT token AS z2 FROM enclave.refresh(:'z1') \gset
SELECT enclave.logout(:'z1'), enclave.logout(:'z2'), enclave.end_all(:zoe), pg_temp.shape(enclave.refresh(:'z2'));
RESET enclave.max_failed_attempts;
SELECT event, CASE user_id WHEN :zoe THEN 'zoe' ELSE user_id::text END AS who, token_id IS NOT NULL AS token, ip, user_agent, metadata,
    role = current_user AS by_me FROM enclave.audit_logs WHERE id > :mark ORDER BY id;

-- Promise: no table holds a token or a password
SELECT count(*) FROM (SELECT u::text FROM enclave.users u UNION ALL SELECT a::text FROM enclave.audit_logs a
    UNION ALL SELECT t::text FROM enclave.access_tokens t UNION ALL SELECT l::text FROM enclave.login_attempts l) x(row)
    WHERE row LIKE '%passphrase%' OR row LIKE '%eat!_%' ESCAPE '!' OR strpos(row, substr(:'b1', 5, 20)) > 0;
DELETE FROM enclave.users;
SELECT pg_temp.forget();
