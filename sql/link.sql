--
-- One-time tokens: create_password_reset, create_magic_link, verify_magic_link, peek_token, and those who only ask.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SET enclave.one_time_requests = 1000;

\i sql/include/try.sql

-- a login row without its values
CREATE FUNCTION pg_temp.shape(r enclave.login_row) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', r.status, CASE WHEN r.user_id IS NOT NULL THEN 'user' END,
        CASE WHEN r.token IS NOT NULL THEN 'token' END, CASE WHEN r.expires_at IS NOT NULL THEN 'expires' END,
        CASE WHEN r.retry_after IS NOT NULL THEN 'retry' END, CASE WHEN r.challenge IS NOT NULL THEN 'challenge' END,
        CASE WHEN r.last_login_at IS NOT NULL THEN 'last' END, 'failures=' || r.failures_since)
$$;
CREATE FUNCTION pg_temp.peek(token text) RETURNS text LANGUAGE sql AS 'SELECT coalesce((SELECT purpose || '' '' || email_hint FROM enclave.peek_token($1)), ''no row'')';

SELECT id AS ann FROM enclave.import_user('ann@example.com', enclave.hash_password('the right passphrase'), '', now()) \gset
SELECT id AS bob FROM enclave.create_user('bob@example.com') \gset
SELECT id AS dan FROM enclave.create_user('dan@example.com') \gset
UPDATE enclave.users SET disabled_at = now() WHERE id = :dan;

-- Promise: a token of the purpose's prefix, that ends after the purpose's lifetime; only its digest is at rest
SELECT token ~ '^epr_[0-9A-Za-z]{38}$' AS token, expires_at - clock_timestamp() BETWEEN '59 min' AND '1 hour' AS for_an_hour FROM enclave.create_password_reset(E' ANN@example.COM\n');
SELECT token ~ '^eml_[0-9A-Za-z]{38}$' AS token, expires_at - clock_timestamp() BETWEEN '14 min' AND '15 min' AS for_a_while FROM enclave.create_magic_link('ann@example.com');
SET enclave.password_reset_lifetime = '2h';
SET enclave.magic_link_lifetime = '10min';
SELECT token AS reset, expires_at - clock_timestamp() BETWEEN '119 min' AND '2 hours' AS longer FROM enclave.create_password_reset('ann@example.com') \gset
SELECT token AS link, expires_at - clock_timestamp() BETWEEN '9 min' AND '10 min' AS shorter FROM enclave.create_magic_link('ann@example.com') \gset
\echo :longer :shorter
RESET enclave.password_reset_lifetime;
RESET enclave.magic_link_lifetime;
SELECT count(*) FROM enclave.password_reset_tokens WHERE digest = enclave.hash_token(:'reset') AND email = 'ann@example.com';
SELECT strpos(t::text, substr(:'reset', 5, 20)) AS at FROM enclave.password_reset_tokens t WHERE digest = enclave.hash_token(:'reset');

-- Promise: no row for who is unknown, disabled, malformed, NULL, empty or huge
SELECT count(*) FROM (VALUES ('nobody@example.com'), ('dan@example.com'), ('nonsense'), (NULL), (''), (repeat('x', 1048576)), (repeat('x', 1048576) || '@b.co'), ('a@@b')) v(email),
    LATERAL (SELECT FROM enclave.create_password_reset(email) UNION ALL SELECT FROM enclave.create_magic_link(email)) t;
SELECT user_id - :ann AS hers, count(*) FROM (SELECT user_id FROM enclave.password_reset_tokens UNION ALL SELECT user_id FROM enclave.magic_link_tokens) t GROUP BY 1;

-- Promise: a peek tells purpose, end and a masked address, and burns nothing
SELECT pg_temp.peek(:'reset'), pg_temp.peek(:'reset'), pg_temp.peek(:'link');
SELECT expires_at - clock_timestamp() > '1 hour' AS ends FROM enclave.peek_token(:'reset');
SELECT pg_temp.peek(NULL), pg_temp.peek(''), pg_temp.peek('x'), pg_temp.peek(repeat('x', 1048576)), pg_temp.peek('epr_' || repeat('0', 38)), pg_temp.peek(left(:'reset', -1) || '-'),
    pg_temp.peek(token) AS access_token FROM enclave.create_token(:ann, 'x');
BEGIN READ ONLY;
SELECT pg_temp.peek(:'reset');
SELECT pg_temp.try('SELECT enclave.create_password_reset(''ann@example.com'')');
ROLLBACK;

-- Promise: three of a purpose are alive, the oldest gives way; a purpose is not another's
SELECT token AS first FROM enclave.create_password_reset('bob@example.com') \gset
SELECT token AS second FROM enclave.create_password_reset('bob@example.com') \gset
SELECT token AS third FROM enclave.create_password_reset('bob@example.com') \gset
SELECT pg_temp.peek(:'first'), pg_temp.peek(:'second'), pg_temp.peek(:'third');
SELECT token AS fourth FROM enclave.create_password_reset('bob@example.com') \gset
SELECT pg_temp.peek(:'first'), pg_temp.peek(:'second'), pg_temp.peek(:'third'), pg_temp.peek(:'fourth');
SELECT count(*) FROM enclave.password_reset_tokens WHERE user_id = :bob;
SELECT pg_temp.shape(enclave.verify_magic_link(:'fourth')), status FROM enclave.verify_email(:'fourth');
SELECT pg_temp.peek(:'fourth');

-- Promise: a new epoch, a new address and its end are a token's end
BEGIN;
SELECT enclave.end_all(:bob);
SELECT pg_temp.peek(:'fourth');
ROLLBACK;
BEGIN;
UPDATE enclave.users SET email = 'bobby@example.com' WHERE id = :bob;
SELECT pg_temp.peek(:'fourth');
UPDATE enclave.users SET email = 'Bob@Example.com' WHERE id = :bob;
SELECT pg_temp.peek(:'fourth') AS another_spelling;
ROLLBACK;
BEGIN;
UPDATE enclave.password_reset_tokens SET created_at = created_at - interval '1 day', expires_at = clock_timestamp() WHERE user_id = :bob;
SELECT pg_temp.peek(:'fourth');
ROLLBACK;

-- Promise: a magic link logs in once; no password is asked, none is dropped where the address was verified
SELECT pg_temp.shape(l), l.user_id = :ann AS hers, l.token ~ '^eat_' AS token FROM enclave.verify_magic_link(:'link') l;
SELECT pg_temp.shape(enclave.verify_magic_link(:'link'));
SELECT pg_temp.shape(enclave.login('ann@example.com', 'the right passphrase')) AS last_login_is_told;
-- using one ends all of the purpose, and none of another
SELECT token AS link FROM enclave.create_magic_link('ann@example.com') \gset
SELECT token AS other FROM enclave.create_magic_link('ann@example.com') \gset
SELECT pg_temp.shape(enclave.verify_magic_link(:'link')), pg_temp.shape(enclave.verify_magic_link(:'other')), pg_temp.peek(:'reset');

-- Promise: what is no live link is refused in one shape; an expired one says so
SELECT pg_temp.shape(enclave.verify_magic_link(token)), count(*) FROM (VALUES (NULL), (''), ('x'), (repeat('x', 1048576)), ('eml_' || repeat('0', 38)), (:'reset'), (:'other')) v(token) GROUP BY 1;
SELECT token AS link FROM enclave.create_magic_link('ann@example.com') \gset
UPDATE enclave.magic_link_tokens SET created_at = created_at - interval '1 day', expires_at = clock_timestamp();
SELECT pg_temp.shape(enclave.verify_magic_link(:'link'));

-- Promise: a link asked for with a binder wants the same again, and one asked for without wants none
SELECT token AS bound FROM enclave.create_magic_link('ann@example.com', binder => 'the cookie') \gset
SELECT pg_temp.shape(enclave.verify_magic_link(:'bound')) AS none, pg_temp.shape(enclave.verify_magic_link(:'bound', binder => 'another')) AS another, pg_temp.shape(enclave.verify_magic_link(:'bound', binder => '')) AS empty,
    pg_temp.shape(enclave.verify_magic_link(:'bound', binder => repeat('x', 1048576))) AS huge;
SELECT pg_temp.shape(enclave.verify_magic_link(:'bound', binder => 'the cookie'));
SELECT token AS unbound FROM enclave.create_magic_link('ann@example.com') \gset
SELECT pg_temp.shape(enclave.verify_magic_link(:'unbound', binder => 'the cookie')), pg_temp.shape(enclave.verify_magic_link(:'unbound'));
SELECT pg_temp.try('SELECT enclave.create_magic_link(''ann@example.com'', binder => '''')'), pg_temp.try('SELECT enclave.request_magic_link(''nobody@example.com'', binder => repeat(''x'', 4097))');

-- Promise: a disabled account stays out
SELECT token AS link FROM enclave.create_magic_link('ann@example.com') \gset
UPDATE enclave.users SET disabled_at = now() WHERE id = :ann;
SELECT pg_temp.shape(enclave.verify_magic_link(:'link'));
UPDATE enclave.users SET disabled_at = NULL WHERE id = :ann;

-- Promise: switched off, none is made and none is accepted
SELECT token AS link FROM enclave.create_magic_link('ann@example.com') \gset
SET enclave.magic_links = off;
SELECT pg_temp.try('SELECT enclave.create_magic_link(''ann@example.com'')'), pg_temp.try('SELECT enclave.request_magic_link(''nobody@example.com'')');
SELECT pg_temp.shape(enclave.verify_magic_link(:'link'));
RESET enclave.magic_links;
SELECT pg_temp.shape(enclave.verify_magic_link(:'link'));

-- Attack: sign up with somebody's address, and wait for its owner to come by a link
SELECT id AS eve FROM enclave.signup('victim@example.com', 'the planted passphrase') \gset
SELECT token AS planted_login FROM enclave.login('victim@example.com', 'the planted passphrase') \gset
SELECT token AS planted_token FROM enclave.create_token(:eve, 'planted') \gset
SELECT token AS planted_reset FROM enclave.create_password_reset('victim@example.com') \gset
SELECT token AS planted_link FROM enclave.create_magic_link('victim@example.com', binder => 'his') \gset
SELECT enclave.forgot_password('victim@example.com');
INSERT INTO enclave.email_change_tokens (user_id, epoch, created_at, expires_at, digest, email, kind, other_email)
    SELECT :eve, 1, now(), now() + interval '7 days', enclave.hash_token('a-planted-token-to-change-back'), 'eve@example.com', 'revert', 'victim@example.com';
INSERT INTO enclave.mail_queue (kind, user_id, epoch, created_at, next_at, recipient, other_email, decoy)
    VALUES ('email_changed', :eve, 1, now(), now(), 'eve@example.com', 'victim@example.com', false);
SELECT pg_temp.peek('a-planted-token-to-change-back') AS before;
SELECT token AS link FROM enclave.create_magic_link('victim@example.com') \gset
SELECT pg_temp.shape(l), l.token AS login FROM enclave.verify_magic_link(:'link') l \gset
\echo :shape
SELECT email_verified_at IS NOT NULL AS verified, password_hash IS NULL AS without_password, tokens_valid_from IS NOT NULL AS jwts_ended FROM enclave.users WHERE id = :eve;
SELECT (SELECT count(*) FROM enclave.verify_token(:'planted_login')) AS login, (SELECT count(*) FROM enclave.verify_token(:'planted_token')) AS token, pg_temp.peek(:'planted_reset') AS reset,
    pg_temp.peek(:'planted_link') AS link, pg_temp.peek('a-planted-token-to-change-back') AS revert, (SELECT count(*) FROM enclave.take_mail() WHERE recipient SIMILAR TO '(victim|eve)%') AS mail,
    pg_temp.shape(enclave.login('victim@example.com', 'the planted passphrase')) AS password, (SELECT count(*) FROM enclave.verify_token(:'login')) AS hers;
-- the second time nothing is dropped
SELECT enclave.create_token(:eve, 'hers') IS NULL AS made;
SELECT pg_temp.shape(enclave.verify_magic_link(token)) FROM enclave.create_magic_link('victim@example.com');
SELECT count(*) FROM enclave.user_tokens(:eve);

-- Promise: asking is limited for known and unknown addresses alike, each purpose by itself
SET enclave.one_time_requests = 2;
DELETE FROM enclave.quota_uses;
SELECT email, array_agg(pg_temp.try(format('SELECT enclave.forgot_password(%L)', email))) FROM (VALUES ('ann@example.com'), ('nobody@example.com'), ('nonsense'), ('')) v(email), generate_series(1, 3) GROUP BY 1 ORDER BY 1;
SELECT pg_temp.try('SELECT enclave.forgot_password('' ANN@EXAMPLE.COM '')') AS another_spelling, pg_temp.try('SELECT enclave.create_password_reset(''ann@example.com'')') AS back_end,
    pg_temp.try('SELECT enclave.request_magic_link(''ann@example.com'')') AS another_purpose, pg_temp.try('SELECT enclave.forgot_password(''bob@example.com'')') AS another_address;
-- from other networks, too, and ten times as often over all of them
SELECT pg_temp.try('SELECT enclave.forgot_password(''ann@example.com'', ''192.0.2.1'')') AS another_network;
SELECT result, count(*) FROM (SELECT pg_temp.try(format('SELECT enclave.forgot_password(%L, %L)', email, '198.51.100.' || n)) AS result FROM generate_series(1, 30) n, (VALUES ('ann@example.com'), ('nobody@example.com')) v(email)) r GROUP BY 1 ORDER BY 1;
-- but for a network the account is known from
SELECT pg_temp.shape(enclave.login('ann@example.com', 'the right passphrase', '203.0.113.7'));
SELECT pg_temp.try('SELECT enclave.forgot_password(''ann@example.com'', ''203.0.113.7'')') AS known, pg_temp.try('SELECT enclave.forgot_password(''ann@example.com'', ''203.0.113.8'')') AS not_known;
-- an hour counts
UPDATE enclave.quota_uses SET used_at = used_at - interval '1 hour';
SELECT pg_temp.try('SELECT enclave.forgot_password(''ann@example.com'')');
-- what was refused is not counted, and what is rolled back neither
SELECT count(*) FROM enclave.quota_uses WHERE used_at > clock_timestamp() - interval '1 minute';

-- Promise: every request is an event, with the user where there is one
SELECT event, count(*) FILTER (WHERE user_id = 0) > 0 AS unknown, count(*) FILTER (WHERE user_id <> 0) > 0 AS known FROM enclave.audit_logs
    WHERE event ~ 'reset_requested|magic_link' GROUP BY 1 ORDER BY 1;

DELETE FROM enclave.users;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
DELETE FROM enclave.login_attempts;
SELECT (SELECT count(*) FROM enclave.password_reset_tokens) + (SELECT count(*) FROM enclave.magic_link_tokens) + (SELECT count(*) FROM enclave.email_change_tokens) AS left_over;
