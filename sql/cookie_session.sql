--
-- Cookie sessions: login_session, create_session, verify_session, touch_session, set_session_data, end_session,
-- user_sessions, end_user_sessions.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset

\i sql/include/try.sql
-- how many rows verify_session has for each
CREATE FUNCTION pg_temp.alive(VARIADIC tokens text[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg((SELECT count(*) FROM enclave.verify_session(t))::text, '' ORDER BY n) FROM unnest(tokens) WITH ORDINALITY u(t, n)
$$;
-- a Set-Cookie line without its token
CREATE FUNCTION pg_temp.cookie(line text) RETURNS text LANGUAGE sql AS $$ SELECT regexp_replace(line, 'ess_[0-9A-Za-z]{38}', 'TOKEN') $$;
-- time passes for a session, as far as its rows know
CREATE FUNCTION pg_temp.age(session bigint, by interval) RETURNS void LANGUAGE sql AS $$
    UPDATE enclave.sessions SET created_at = created_at - by, expires_at = expires_at - by, ends_at = ends_at - by WHERE id = session;
    UPDATE enclave.session_marks SET marked_at = marked_at - by, expires_at = expires_at - by, ends_at = ends_at - by WHERE session_id = session
$$;

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT id AS bob FROM enclave.create_user('bob@example.com') \gset

-- Promise: the right password opens a session for session_lifetime, with a complete Set-Cookie line of its token
SELECT token AS s1, status, user_id = :ann AS hers, token ~ '^ess_[0-9A-Za-z]{38}$' AS shape,
    expires_at - clock_timestamp() BETWEEN '1:59' AND '2:00' AS two_hours, set_cookie AS line, strpos(set_cookie, token) > 0 AS of_the_token,
    concat_ws(' ', retry_after, challenge, last_login_at, failures_since) AS others
    FROM enclave.login_session(E' ANN@example.COM\n', 'the right passphrase', '192.0.2.1', 'Firefox', '{"theme": "dark"}') \gset
\echo :status :hers :shape :two_hours :of_the_token :others
SELECT pg_temp.cookie(:'line');
SELECT session_id AS id1, user_id = :ann AS hers, data, expires_at - clock_timestamp() BETWEEN '1:59' AND '2:00' AS two_hours FROM enclave.verify_session(:'s1') \gset
\echo :hers :data :two_hours
SELECT user_id = :ann AS hers, created_at = last_seen_at AS just_made, expires_at - created_at = '2:00' AS lifetime, ends_at - created_at = '30 days' AS absolute, ip, user_agent
    FROM enclave.user_sessions(:ann);
SET enclave.token_length = 64;
SELECT length(token) AS longest, pg_temp.alive(token) FROM enclave.create_session(:bob);
RESET enclave.token_length;

-- Promise: at rest there is only the digest
SELECT digest = sha256(convert_to(:'s1', 'UTF8')) AS digest_only FROM enclave.sessions WHERE id = :id1;
SELECT count(*) AS found_in FROM (SELECT s::text FROM enclave.sessions s UNION ALL SELECT m::text FROM enclave.session_marks m
    UNION ALL SELECT a::text FROM enclave.audit_logs a) t(row) WHERE strpos(row, substr(:'s1', 5, 32)) > 0;

-- Promise: refusals are those of login: one row, no token, no cookie, no session; and they count as its failures
SELECT status, count(*), count(user_id) AS user, count(token) AS token, count(expires_at) AS expires, count(set_cookie) AS cookie FROM (VALUES
    ('ann@example.com', 'wrong'), ('nobody@example.com', 'the right passphrase'), ('bob@example.com', NULL), (NULL, NULL), ('ann@example.com', repeat('x', 1048576)), ('a@@b', '')) v(email, password),
    LATERAL enclave.login_session(email, password) GROUP BY 1;
SELECT l.status, count(*) FROM generate_series(1, 5) i, LATERAL enclave.login_session('ann@example.com', i::text) l GROUP BY 1 ORDER BY 1;
SELECT l.status, l.retry_after > '14 min' AS retry, l.set_cookie FROM enclave.login_session('ann@example.com', 'the right passphrase') l;
SELECT (enclave.login('ann@example.com', 'the right passphrase')).status AS one_count_for_both;
DELETE FROM enclave.login_attempts;
UPDATE enclave.users SET disabled_at = now() WHERE id = :ann;
SELECT status, set_cookie FROM enclave.login_session('ann@example.com', 'the right passphrase');
UPDATE enclave.users SET disabled_at = NULL WHERE id = :ann;
SELECT (SELECT count(*) FROM enclave.sessions WHERE user_id = :ann) AS sessions, (SELECT count(*) FROM enclave.access_tokens) AS tokens;

-- Promise: a session login is a login: last_login_at and failures_since go on over both kinds, the network is remembered
SELECT at AS before FROM enclave.audit_logs WHERE user_id = :ann AND event = 'auth.login.success' ORDER BY id DESC LIMIT 1 \gset
SELECT status, last_login_at = :'before' AS last, failures_since FROM enclave.login('ann@example.com', 'the right passphrase');
SELECT status, last_login_at > :'before' AS last, failures_since FROM enclave.login_session('ann@example.com', 'the right passphrase');
SELECT network FROM enclave.known_networks WHERE user_id = :ann;

-- Promise: the old hash is renewed by a session login too
SET enclave.argon2_iterations = 2;
SELECT status FROM enclave.login_session('ann@example.com', 'the right passphrase');
SELECT password_hash ~ ',t=2,' AS renewed FROM enclave.users WHERE id = :ann;
SET enclave.argon2_iterations = 1;
SELECT enclave.end_user_sessions(:ann) AS ended, pg_temp.alive(:'s1');

-- Promise: create_session is the back end's word, refused by name
SELECT token AS s1, pg_temp.cookie(set_cookie) AS line FROM enclave.create_session(:ann, '192.0.2.7', 'curl', '{"cart": [1, 2]}') \gset
\echo :line
SELECT data FROM enclave.verify_session(:'s1');
SELECT args, pg_temp.try('SELECT (enclave.create_session(' || replace(args, 'ann', :'ann') || ')).token ~ ''^ess_''') FROM (VALUES
    ('NULL'), ('0'), ('-1'), ('9223372036854775807'), ('ann'), ('ann, NULL, NULL, NULL'), ($$ann, NULL, repeat('x', 1048576)$$),
    ($$ann, NULL, NULL, 'null'$$), ($$ann, NULL, NULL, '[]'$$), ($$ann, NULL, NULL, '"x"'$$)) a(args);
UPDATE enclave.users SET disabled_at = now() WHERE id = :bob;
SELECT pg_temp.try(format('SELECT enclave.create_session(%s)', :bob)) AS disabled;
UPDATE enclave.users SET disabled_at = NULL WHERE id = :bob;
SELECT char_length(user_agent) AS capped FROM enclave.sessions WHERE user_agent LIKE 'xxx%';

-- Promise: 4096 bytes of data, not one more, however they are written
SELECT n, pg_temp.try(format($$SELECT octet_length(v.data::text) FROM enclave.create_session(%s, data => to_jsonb(repeat('x', %s))) c, enclave.verify_session(c.token) v$$, :ann, n))
    FROM (VALUES (4093), (4094), (4095), (1048576)) v(n);
SELECT pg_temp.try(format($$SELECT octet_length(v.data::text) FROM enclave.create_session(%s, data => %L) c, enclave.verify_session(c.token) v$$, :ann, d)) FROM (VALUES
    ('[' || repeat('1,', 1363) || '1]'), ('[' || repeat('1,', 1365) || '1]'), ('["' || repeat('é', 2046) || '"]'), ('["' || repeat('é', 2047) || '"]')) v(d);

-- Promise: set_session_data replaces it, for who holds a valid session's token
SELECT enclave.set_session_data(:'s1', '{"cart": []}'), data FROM enclave.verify_session(:'s1');
SELECT data FROM enclave.verify_session(:'s1');
SELECT t, d, pg_temp.try(format('SELECT enclave.set_session_data(%L, %L)', t, d)) FROM (VALUES (NULL, '{}'), ('', '{}'), ('x', '{}')) v(t, d);
SELECT pg_temp.try(format('SELECT enclave.set_session_data(%L, %s)', :'s1', d)) FROM (VALUES ('NULL'), ('to_jsonb(repeat(''x'', 4095))')) v(d);
SELECT data FROM enclave.verify_session(:'s1');

-- Attack: a stranger plants data in his session, or gives himself an address; a definer's function lends him nothing
CREATE ROLE regress_enclave_visitor;
GRANT USAGE ON SCHEMA enclave TO regress_enclave_visitor;
GRANT EXECUTE ON FUNCTION enclave.login_session(text, enclave.secret, inet, text, jsonb, text) TO regress_enclave_visitor;
CREATE SCHEMA regress_enclave;
GRANT USAGE ON SCHEMA regress_enclave TO regress_enclave_visitor;
CREATE FUNCTION regress_enclave.wrapped(data jsonb) RETURNS text LANGUAGE sql SECURITY DEFINER
    AS $$ SELECT token FROM enclave.login_session('ann@example.com', 'the right passphrase', '10.0.0.1', 'wrapped', data) $$;
SET ROLE regress_enclave_visitor;
SELECT token AS stranger FROM enclave.login_session('ann@example.com', 'the right passphrase', '10.0.0.1', 'stranger', '{"admin": true}') \gset
SELECT regress_enclave.wrapped('{"admin": true}') AS wrapped \gset
SELECT status FROM enclave.login_session('ann@example.com', 'the right passphrase', data => NULL);
SELECT status FROM enclave.login_session('ann@example.com', 'the right passphrase', data => to_jsonb(repeat('x', 1048576)));
RESET ROLE;
SELECT v.data, s.ip, s.user_agent FROM unnest(ARRAY[:'stranger', :'wrapped']) t, LATERAL enclave.verify_session(t) v JOIN enclave.sessions s ON s.id = v.session_id;
-- Promise: the word of a role that may execute create_token is believed, and checked
GRANT EXECUTE ON FUNCTION enclave.create_token(bigint, text, text[], interval) TO regress_enclave_visitor;
SET ROLE regress_enclave_visitor;
SELECT token AS trusted FROM enclave.login_session('ann@example.com', 'the right passphrase', '10.0.0.1', 'trusted', '{"admin": true}') \gset
SELECT pg_temp.try(q) FROM (VALUES ($$SELECT (enclave.login_session('ann@example.com', 'wrong', data => NULL)).status$$),
    ($$SELECT (enclave.login_session('ann@example.com', 'wrong', data => to_jsonb(repeat('x', 4095)))).status$$)) v(q);
RESET ROLE;
SELECT v.data, s.ip FROM enclave.verify_session(:'trusted') v JOIN enclave.sessions s ON s.id = v.session_id;
DROP SCHEMA regress_enclave CASCADE;
DROP OWNED BY regress_enclave_visitor;
DROP ROLE regress_enclave_visitor;

-- Promise: a session authenticates as a login does, with every ability, and is not prolonged or written by it
SELECT session_id AS id1 FROM enclave.verify_session(:'s1') \gset
BEGIN;
SELECT enclave.authenticate(:'s1') = :ann AS hers, enclave.user_id() = :ann AS user, enclave.session_id() = :id1 AS session, enclave.token_id(), enclave.auth_method(), enclave.abilities(),
    enclave.can('anything'), enclave.claims();
SELECT enclave.auth_time() = created_at AS auth_time, pg_temp.try($$SELECT enclave.require_recent_login('1 min')$$) FROM enclave.sessions WHERE id = :id1;
SELECT pg_current_xact_id_if_assigned() IS NULL AS no_xid;
SELECT enclave.authenticate(:'s1', 'posts:read') = :ann AS with_ability;
UPDATE enclave.sessions SET created_at = created_at - interval '10 min' WHERE id = :id1;
SELECT enclave.authenticate(:'s1') = :ann AS hers, pg_temp.try($$SELECT enclave.require_recent_login('1 min')$$);
-- refused, he is nobody
SELECT t, enclave.authenticate(t), enclave.user_id() FROM (VALUES (NULL), (''), ('x'), ('ess_' || repeat('0', 38))) v(t);
SELECT enclave.authenticate(:'s1') = :ann AS hers, (SELECT ended FROM enclave.end_session(:'s1')), enclave.authenticate(:'s1') AS ended, enclave.user_id();
ROLLBACK;

-- Attack: a token with any one character changed, cut, longer, in other case, of another purpose
SELECT count(*) > 300 AS many, sum((SELECT count(*) FROM enclave.verify_session(v)) + (SELECT count(*) FROM enclave.touch_session(v))) AS opened FROM (
    SELECT overlay(:'s1' PLACING c FROM i FOR 1) AS v FROM generate_series(1, 42) i, unnest('{0,9,A,Z,a,z,_}'::text[]) c
        WHERE substr(:'s1', i, 1) <> c
    UNION ALL SELECT left(:'s1', i) FROM generate_series(0, 41) i
    UNION ALL SELECT right(:'s1', i) FROM generate_series(0, 41) i
    UNION ALL SELECT replace(:'s1', 'ess_', p || '_') FROM unnest('{eat,ert,epr,eev,eec,eml,eti,ESS,xss}'::text[]) p
    UNION ALL SELECT p || :'s1' FROM unnest('{x,ess_}'::text[] || ARRAY[' ', E'\n']) p
    UNION ALL SELECT :'s1' || p FROM unnest('{x,0}'::text[] || ARRAY[' ', E'\n', :'s1', '.' || encode(sha256('x'), 'hex')]) p
    UNION ALL SELECT f FROM unnest(ARRAY[upper(:'s1'), lower(:'s1'), reverse(:'s1'), initcap(:'s1')]) f) x;
SELECT pg_temp.alive(NULL::text), pg_temp.alive(''), pg_temp.alive('ess_'), pg_temp.alive('../../etc/passwd/../../x'), pg_temp.alive(repeat('x', 1048576)),
    pg_temp.alive('ess_' || repeat('x', 1048576)), pg_temp.alive(:'s1' || repeat(' ', 20000)), pg_temp.alive(:'s1') AS itself;
-- Attack: an access token is no session, and a session no access token
SELECT token AS t1 FROM enclave.create_token(:ann, 'mine') \gset
SELECT pg_temp.alive(:'t1') AS session, (SELECT count(*) FROM enclave.verify_token(:'s1')) AS token, enclave.token_can(:'s1', 'x') AS can,
    (enclave.refresh(:'s1')).status AS refreshed, (SELECT ended FROM enclave.end_session(:'t1')) AS ended, (SELECT count(*) FROM enclave.verify_token(:'t1')) AS unharmed;
-- Attack: an imported token that could end a cookie's value and begin an attribute or a header
INSERT INTO enclave.sessions (user_id, epoch, created_at, expires_at, ends_at, digest)
    SELECT :ann, epoch - session_lag, now(), now() + interval '1 day', now() + interval '1 day', sha256(convert_to(v, 'UTF8')) FROM enclave.users,
        unnest(ARRAY['0123456789abcdefghij-._~', '0123456789abcdef;Domain=x', E'0123456789abcdef\r\nSet-Cookie:x', '0123456789abcdef,x=y', '0123456789abcdef"x"yz', '0123456789abcdef\xyz', '0123456789abcdef x=y']) v WHERE id = :ann;
SELECT v, pg_temp.alive(v), (SELECT set_cookie FROM enclave.touch_session(v)), (SELECT ended FROM enclave.end_session(v)) FROM
    unnest(ARRAY['0123456789abcdefghij-._~', '0123456789abcdef;Domain=x', E'0123456789abcdef\r\nSet-Cookie:x', '0123456789abcdef,x=y', '0123456789abcdef"x"yz', '0123456789abcdef\xyz', '0123456789abcdef x=y']) v;
DELETE FROM enclave.sessions WHERE user_agent IS NULL AND digest <> sha256(:'s1'::bytea);

-- Promise: touching slides the end to session_lifetime from now, tells it to the browser, and shows in the list
SELECT pg_temp.age(:id1, '1:30');
SELECT expires_at - clock_timestamp() < '0:31' AS half_an_hour_left FROM enclave.verify_session(:'s1');
SELECT expires_at - clock_timestamp() BETWEEN '1:59' AND '2:00' AS slid, pg_temp.cookie(set_cookie) FROM enclave.touch_session(:'s1');
SELECT expires_at - clock_timestamp() BETWEEN '1:59' AND '2:00' AS slid FROM enclave.verify_session(:'s1');
SELECT last_seen_at - created_at BETWEEN '1:29' AND '1:31' AS seen, expires_at - last_seen_at = '2:00' AS slid FROM enclave.user_sessions(:ann) WHERE session_id = :id1;
SELECT count(*) AS touches FROM generate_series(1, 20) i, LATERAL enclave.touch_session(:'s1' || left(i::text, 0));
SELECT count(*) AS marks FROM enclave.session_marks WHERE session_id = :id1;
-- verifying prolongs nothing
SELECT pg_temp.age(:id1, '1:59:30');
SELECT expires_at - clock_timestamp() < '0:01' AS nearly_over FROM enclave.verify_session(:'s1');

-- Promise: never beyond session_max_lifetime since the login, whatever is set later
SELECT token AS m1, session_id AS idm1 FROM enclave.create_session(:ann), LATERAL enclave.verify_session(token) \gset
UPDATE enclave.sessions SET created_at = created_at - interval '719 hours', ends_at = ends_at - interval '719 hours',
    expires_at = expires_at - interval '1:50' WHERE id = :idm1;
SELECT t.expires_at = s.created_at + interval '720 hours' AS absolute, t.expires_at - clock_timestamp() BETWEEN '0:59' AND '1:00' AS an_hour,
    substring(set_cookie FROM 'Max-Age=(\d+)')::integer BETWEEN 3500 AND 3600 AS in_the_cookie FROM enclave.touch_session(:'m1') t, enclave.sessions s WHERE s.id = :idm1;
SET enclave.session_max_lifetime = '90d';
SELECT t.expires_at = s.ends_at AS longer_setting FROM enclave.touch_session(:'m1') t, enclave.sessions s WHERE s.id = :idm1;
SELECT token AS m2, session_id AS idm2 FROM enclave.create_session(:ann), LATERAL enclave.verify_session(token) \gset
UPDATE enclave.sessions SET created_at = created_at - interval '24 hours', expires_at = expires_at - interval '1:50' WHERE id = :idm2;
SET enclave.session_max_lifetime = '30h';
SET enclave.session_lifetime = '7h';
SELECT t.expires_at = s.created_at + interval '30 hours' AS shorter_setting FROM enclave.touch_session(:'m2') t, enclave.sessions s WHERE s.id = :idm2;
SET enclave.session_max_lifetime = '1h';
SELECT t.expires_at = s.created_at + interval '30 hours' AS what_was_promised_stays FROM enclave.touch_session(:'m2') t, enclave.sessions s WHERE s.id = :idm2;
RESET enclave.session_lifetime;
SET enclave.session_max_lifetime = '10min';
SELECT expires_at - clock_timestamp() BETWEEN '0:09' AND '0:10' AS at_once, pg_temp.cookie(set_cookie) FROM enclave.create_session(:ann);
RESET enclave.session_max_lifetime;

-- Promise: a session ends by the wall clock, within an older transaction too; expired it is not touched, filled or listed, but can be ended
SELECT token AS s2, session_id AS id2 FROM enclave.create_session(:ann, user_agent => 'second'), LATERAL enclave.verify_session(token) \gset
BEGIN;
SELECT now() IS NOT NULL AS begun, pg_temp.alive(:'s2');
SELECT pg_sleep(0.01) IS NOT NULL AS later;
UPDATE enclave.sessions SET created_at = now() - interval '1 day', expires_at = clock_timestamp() - interval '1 ms' WHERE id = :id2;
SELECT expires_at > now() AS after_now, pg_temp.alive(:'s2'), (SELECT count(*) FROM enclave.touch_session(:'s2')) AS touched, enclave.set_session_data(:'s2', '{}') AS filled,
    (SELECT count(*) FROM enclave.user_sessions(:ann) WHERE session_id = :id2) AS listed FROM enclave.sessions WHERE id = :id2;
SELECT ended FROM enclave.end_session(:'s2');
ROLLBACK;

-- Promise: ended it is gone at once and for good, and the line removes the cookie, whether there was one or not
SELECT pg_temp.alive(:'s2'), ended, set_cookie FROM enclave.end_session(:'s2');
SELECT pg_temp.alive(:'s2'), (SELECT count(*) FROM enclave.touch_session(:'s2')) AS touched, enclave.set_session_data(:'s2', '{}') AS filled,
    (SELECT count(*) FROM enclave.user_sessions(:ann) WHERE session_id = :id2) AS listed;
SELECT e.* FROM (VALUES (:'s2'), (NULL), (''), ('x'), (repeat('x', 1048576))) v(t), LATERAL enclave.end_session(t) e;
SELECT enclave.logout(:'s2') AS after_its_end;

-- Promise: logout ends a session as it ends a token, and nothing else
SELECT token AS s3 FROM enclave.create_session(:ann) \gset
SELECT token AS s4 FROM enclave.create_session(:ann) \gset
SELECT enclave.logout(:'s3') AS there, enclave.logout(:'s3') AS gone, pg_temp.alive(:'s3', :'s4'), (SELECT count(*) FROM enclave.verify_token(:'t1')) AS token;

-- Promise: a login with "replaces" ends that session, whoever's it was; a refused one does not; nonsense is no error
SELECT token AS of_bob FROM enclave.create_session(:bob) \gset
SELECT status, pg_temp.alive(:'s4') FROM enclave.login_session('ann@example.com', 'wrong', replaces => :'s4');
SELECT token AS s5, session_id AS id5 FROM enclave.login_session('ann@example.com', 'the right passphrase', replaces => :'s4'), LATERAL enclave.verify_session(token) \gset
SELECT pg_temp.alive(:'s4', :'s5');
SELECT token AS s6 FROM enclave.login_session('ann@example.com', 'the right passphrase', replaces => :'of_bob') \gset
SELECT pg_temp.alive(:'of_bob', :'s5', :'s6');
SELECT l.status, count(*) FROM (VALUES (:'t1'), (:'s4'), (''), ('x'), (repeat('x', 1048576))) v(t), LATERAL enclave.login_session('ann@example.com', 'the right passphrase', replaces => t) l GROUP BY 1;
SELECT (SELECT count(*) FROM enclave.verify_token(:'t1')) AS token, enclave.end_user_sessions(:bob) AS of_bob;

-- Promise: end_user_sessions ends all sessions and no token; revoke_user_tokens all tokens and no session; in any order
SELECT token AS b1 FROM enclave.create_session(:bob) \gset
SELECT enclave.end_user_sessions(:ann) > 2 AS many, pg_temp.alive(:'s5', :'s6', :'b1'), (SELECT count(*) FROM enclave.verify_token(:'t1')) AS token;
SELECT enclave.end_user_sessions(:ann) AS none, (SELECT count(*) FROM enclave.user_sessions(:ann)) AS listed, (SELECT count(*) FROM enclave.sessions WHERE user_id = :ann) AS rows;
SELECT token AS s7 FROM enclave.create_session(:ann) \gset
SELECT enclave.revoke_user_tokens(:ann) > 0 AS tokens, (SELECT count(*) FROM enclave.verify_token(:'t1')) AS token, pg_temp.alive(:'s7');
SELECT token AS t2 FROM enclave.create_token(:ann, 'mine') \gset
SELECT enclave.revoke_user_tokens(:ann), enclave.end_user_sessions(:ann), (SELECT count(*) FROM enclave.verify_token(:'t2')) AS token, pg_temp.alive(:'s7');
SELECT token AS s8 FROM enclave.create_session(:ann) \gset
SELECT token AS t3 FROM enclave.create_token(:ann, 'mine') \gset
SELECT pg_temp.alive(:'s8', :'b1'), (SELECT count(*) FROM enclave.verify_token(:'t3')) AS token, epoch - session_lag AS session_epoch, epoch FROM enclave.users WHERE id = :ann;
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.end_user_sessions(NULL)'), ('SELECT enclave.end_user_sessions(0)')) v(q);
SELECT v, (SELECT count(*) FROM enclave.user_sessions(v)) FROM (VALUES (NULL::bigint), (0), (-1), (9223372036854775807)) u(v);

-- Promise: end_all ends sessions and tokens but the one to keep, of either kind, and counts both
SELECT token AS s9 FROM enclave.create_session(:ann) \gset
SELECT enclave.end_all(:ann, :'s9') AS ended, pg_temp.alive(:'s8', :'s9', :'b1'), (SELECT count(*) FROM enclave.verify_token(:'t3')) AS token;
SELECT enclave.end_all(:ann, :'s9') AS nothing_more, pg_temp.alive(:'s9');
SELECT expires_at > clock_timestamp() AS kept_goes_on FROM enclave.touch_session(:'s9');
SELECT enclave.revoke_user_tokens(:ann), pg_temp.alive(:'s9') AS and_on;
SELECT token AS t4 FROM enclave.create_token(:ann, 'mine') \gset
SELECT enclave.end_all(:ann, :'t4') AS ended, pg_temp.alive(:'s9'), (SELECT count(*) FROM enclave.verify_token(:'t4')) AS token;
SELECT token AS s10, session_id AS id10 FROM enclave.create_session(:ann), LATERAL enclave.verify_session(token) \gset
SELECT enclave.end_all(:ann, :'b1') AS keep_of_another, pg_temp.alive(:'s10', :'b1');
SELECT token AS s11 FROM enclave.create_session(:ann) \gset
SELECT ended, enclave.end_all(:ann, :'s11') AS keep_an_ended_one, pg_temp.alive(:'s11') FROM enclave.end_session(:'s11');

-- Attack: a session of an older epoch, made in a transaction that was open when everything was ended
SELECT token AS s12, session_id AS id12 FROM enclave.create_session(:ann), LATERAL enclave.verify_session(token) \gset
UPDATE enclave.sessions SET epoch = epoch - 1 WHERE id = :id12;
SELECT pg_temp.alive(:'s12') AS alive, (SELECT count(*) FROM enclave.touch_session(:'s12')) AS touched, enclave.set_session_data(:'s12', '{}') AS filled,
    (SELECT count(*) FROM enclave.user_sessions(:ann)) AS listed, (SELECT ended FROM enclave.end_session(:'s12')) AS ended, enclave.end_all(:ann, :'s12') AS counted, pg_temp.alive(:'s12') AS kept;

-- Promise: prune_now removes what expired or ended, with its marks, and nothing that was touched in time
SELECT count(*) FROM enclave.prune_now();
SELECT enclave.end_user_sessions(:bob);
CREATE TEMP TABLE pruned AS SELECT name, token, session_id FROM unnest('{fresh,touched,expired,ended,over}'::text[]) name, LATERAL enclave.create_session(:ann, user_agent => name) c, LATERAL enclave.verify_session(c.token) v;
SELECT count(*) FROM pruned, LATERAL enclave.touch_session(token) WHERE name IN ('touched', 'expired', 'over');
UPDATE enclave.sessions SET created_at = created_at - interval '1 day', expires_at = clock_timestamp() - interval '1 ms' WHERE user_agent IN ('touched', 'expired', 'over');
UPDATE enclave.session_marks SET expires_at = clock_timestamp() - interval '1 ms' FROM pruned p WHERE p.session_id = session_marks.session_id AND p.name IN ('expired', 'over');
UPDATE enclave.session_marks SET ends_at = clock_timestamp() - interval '1 ms' FROM pruned p WHERE p.session_id = session_marks.session_id AND p.name = 'over';
SELECT ended FROM pruned, LATERAL enclave.end_session(token) WHERE name = 'ended';
BEGIN;
SELECT * FROM enclave.prune_now() WHERE table_name LIKE 'session%';
SELECT name, pg_temp.alive(token), (SELECT count(*) FROM enclave.sessions s WHERE s.id = p.session_id) AS rows,
    (SELECT count(*) FROM enclave.session_marks m WHERE m.session_id = p.session_id) AS marks FROM pruned p ORDER BY 1;
SELECT * FROM enclave.prune_now() WHERE table_name LIKE 'session%';
ROLLBACK;
-- Promise: what is left of a removed session says nothing, and goes when its absolute end is past
BEGIN;
DELETE FROM enclave.sessions;
SELECT count(*) > 0 AS marks FROM enclave.session_marks;
SELECT name, pg_temp.alive(token) FROM pruned ORDER BY 1;
UPDATE enclave.session_marks SET ends_at = clock_timestamp() - interval '1 ms';
SELECT table_name, removed > 0 AS removed FROM enclave.prune_now() WHERE table_name LIKE 'session%';
SELECT count(*) AS marks FROM enclave.session_marks;
ROLLBACK;
DELETE FROM enclave.sessions WHERE user_agent IN (SELECT name FROM pruned);
DROP TABLE pruned;

-- Promise: the line is what the settings say; the prefix is there only where browsers accept it
SELECT token AS s13 FROM enclave.create_session(:ann) \gset
CREATE FUNCTION pg_temp.line(VARIADIC settings text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR i IN 1 .. cardinality(settings) BY 2 LOOP
        PERFORM set_config('enclave.session_' || settings[i], settings[i + 1], false);
    END LOOP;
    SELECT pg_temp.cookie(t.set_cookie) || ' | ' || split_part(e.set_cookie, ';', 1) INTO line FROM enclave.touch_session(current_setting('regress.token')) t, enclave.end_session('x') e;
    FOR i IN 1 .. cardinality(settings) BY 2 LOOP
        EXECUTE 'RESET enclave.session_' || settings[i];
    END LOOP;
    RETURN line;
END $$;
SELECT set_config('regress.token', :'s13', false) IS NOT NULL AS set;
SELECT pg_temp.line('cookie_path', '/');
SELECT pg_temp.line('cookie_path', '/app');
SELECT pg_temp.line('cookie_domain', 'example.com');
SELECT pg_temp.line('cookie_secure', 'off');
SELECT pg_temp.line('cookie_same_site', 'lax');
SELECT pg_temp.line('cookie_same_site', 'none');
SELECT pg_temp.line('cookie_name', 'sid', 'cookie_path', '/a', 'cookie_domain', 'a.example', 'cookie_secure', 'off', 'cookie_same_site', 'Lax', 'lifetime', '1d');
-- the longest that can be set fits
SELECT length(pg_temp.line('cookie_name', repeat('n', 64), 'cookie_path', '/' || repeat('p', 252), 'cookie_domain', repeat(repeat('d', 63) || '.', 3) || repeat('d', 61), 'lifetime', '2147483647s'));
-- the removing line has the same name, path and domain, or the cookie would stay
SET enclave.session_cookie_path = '/app';
SET enclave.session_cookie_domain = 'example.com';
SELECT set_cookie FROM enclave.end_session(NULL);
RESET enclave.session_cookie_path;
RESET enclave.session_cookie_domain;

-- Promise: SameSite=None without Secure is refused before anything is done; a session can be ended all the same
DELETE FROM enclave.login_attempts;
SET enclave.session_cookie_same_site = 'none';
SET enclave.session_cookie_secure = off;
SELECT pg_temp.try(q) FROM (VALUES ($$SELECT (enclave.login_session('ann@example.com', 'wrong')).status$$), (format('SELECT enclave.create_session(%s)', :ann)),
    (format('SELECT enclave.touch_session(%L)', :'s13'))) v(q);
SELECT * FROM enclave.end_session(:'s13');
RESET enclave.session_cookie_same_site;
RESET enclave.session_cookie_secure;
SELECT count(*) AS attempts FROM enclave.login_attempts;

-- Attack: a setting that would end the header, add an attribute or another header
CREATE FUNCTION pg_temp.set(setting text, value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('enclave.session_cookie_' || setting, value, true);
    RETURN 'set';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SELECT 'name' AS setting, left(v, 20) AS value, pg_temp.set('name', v) FROM unnest(ARRAY['a', 'a.b-c_d!#$%&''*+^`|~', repeat('x', 64), '', ' ', 'a b', 'a=b', 'a;b', 'a,b', E'a\r\nb', E'a\tb', 'a"b', 'a/b', 'a(b)', 'é',
    repeat('x', 65), '__Host-x', '__HOST-x', '__Secure-x']) v;
SELECT 'path' AS setting, left(v, 20) AS value, pg_temp.set('path', v) FROM unnest(ARRAY['/', '/a/b?c=d', '/' || repeat('x', 252), '', 'a', ' /', '/a b', '/a;Domain=x', '/a,b', E'/a\r\nSet-Cookie: x', E'/a\x7f', '/é', '/' || repeat('x', 253)]) v;
SELECT 'domain' AS setting, left(v, 20) AS value, pg_temp.set('domain', v) FROM unnest(ARRAY['', 'example.com', 'localhost', 'a-b.example', '.example.com', 'example.com.', 'a..b', '-a.b', 'a-.b', 'a_b.c', 'a b', 'a;b', E'a\r\nb', 'é.com', '*.example.com',
    repeat('x', 64) || '.com', repeat('abcdefg.', 32) || 'com']) v;
SELECT 'same_site' AS setting, v AS value, pg_temp.set('same_site', v) FROM unnest(ARRAY['strict', 'Lax', 'NONE', '', 'Strict; Domain=x']) v;
CREATE ROLE regress_enclave_admin;
SET ROLE regress_enclave_admin;
SELECT pg_temp.set('name', 'mine'), pg_temp.set('secure', 'off'), pg_temp.set('domain', 'example.com');
RESET ROLE;
DROP ROLE regress_enclave_admin;
SELECT name, setting FROM pg_settings WHERE name LIKE 'enclave.session%' ORDER BY name COLLATE "C";

-- Promise: one event for a call, with the session's id, and never a token
SELECT max(id) AS mark FROM enclave.audit_logs \gset
SELECT token AS e1, session_id AS ide1 FROM enclave.login_session('ann@example.com', 'the right passphrase', '192.0.2.10', 'psql'), LATERAL enclave.verify_session(token) \gset
SELECT token AS e2, session_id AS ide2 FROM enclave.login_session('ann@example.com', 'the right passphrase', replaces => :'e1'), LATERAL enclave.verify_session(token) \gset
SELECT token AS e3 FROM enclave.create_session(:ann, '192.0.2.11') \gset
SELECT count(*) FROM enclave.touch_session(:'e3');
SELECT enclave.set_session_data(:'e3', '{}'), (SELECT ended FROM enclave.end_session(:'e3')), enclave.logout(:'e2'), enclave.logout(:'e2'), enclave.end_user_sessions(:ann);
SELECT event, user_id = :ann AS hers, token_id, session_id - :ide1 AS session, ip, user_agent, replace(metadata::text, :'ide1', 'FIRST') AS metadata FROM enclave.audit_logs WHERE id > :mark ORDER BY id;

-- Promise: verifying writes nothing, takes no transaction id, and works where nothing may be written; what writes says so
SELECT token AS s14 FROM enclave.create_session(:ann, data => '{"n": 1}') \gset
SELECT count(*) FROM enclave.touch_session(:'s14');
BEGIN READ ONLY;
SELECT data FROM enclave.verify_session(:'s14');
SELECT (SELECT count(*) FROM enclave.user_sessions(:ann)), pg_current_xact_id_if_assigned() IS NULL AS no_xid;
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.login_session(NULL, NULL)'), ('SELECT enclave.create_session(NULL)'), ('SELECT enclave.touch_session(NULL)'),
    ('SELECT enclave.set_session_data(NULL, NULL)'), ('SELECT enclave.end_session(NULL)'), ('SELECT enclave.end_user_sessions(NULL)')) r(q);
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE;
SELECT pg_temp.alive(:'s14'), pg_current_xact_id_if_assigned() IS NULL AS no_xid;
COMMIT;
BEGIN;
SELECT pg_temp.alive(:'s14'), pg_current_xact_id_if_assigned() IS NULL AS no_xid;
DELETE FROM enclave.users WHERE id = :ann;
SELECT pg_temp.alive(:'s14') AS of_nobody;
ROLLBACK;
-- Promise: one transaction can do it all, under every isolation level
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT token AS s15 FROM enclave.login_session('ann@example.com', 'the right passphrase', replaces => :'s14') \gset
SELECT pg_temp.alive(:'s14', :'s15'), (SELECT count(*) FROM enclave.touch_session(:'s15')) AS touched, enclave.set_session_data(:'s15', '[]'),
    enclave.end_all(:ann, :'s15') AS ended, pg_temp.alive(:'s15') AS kept, (SELECT ended FROM enclave.end_session(:'s15')), pg_temp.alive(:'s15') AS gone;
COMMIT;
-- Promise: and goes on working while a prepared statement of it is kept, over REINDEX and VACUUM FULL
SELECT token AS s16 FROM enclave.create_session(:ann) \gset
SELECT count(*) FROM enclave.touch_session(:'s16');
PREPARE v(text) AS SELECT data FROM enclave.verify_session($1);
EXECUTE v(:'s16');
REINDEX TABLE enclave.sessions;
REINDEX TABLE enclave.session_marks;
VACUUM FULL enclave.sessions;
CLUSTER enclave.session_marks USING session_marks_pkey;
EXECUTE v(:'s16');
SELECT count(*) FROM enclave.touch_session(:'s16');
DELETE FROM enclave.users WHERE id = :ann;
EXECUTE v(:'s16');
DELETE FROM enclave.users;
SELECT count(*) AS sessions FROM enclave.sessions;
-- Attack: somebody else is given the id of a user who is gone
SELECT pg_temp.alive(:'s16') AS his FROM enclave.import_user('late@example.com', '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY', id => :ann);
DELETE FROM enclave.users;
DELETE FROM enclave.session_marks;
DELETE FROM enclave.login_attempts;
