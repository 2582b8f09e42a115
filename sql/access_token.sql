--
-- Access tokens: create_token, verify_token, token_can, user_tokens, revoke_token, revoke_user_tokens.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;

\i sql/include/try.sql
-- how many rows verify_token has for each
CREATE FUNCTION pg_temp.alive(VARIADIC tokens text[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg((SELECT count(*) FROM enclave.verify_token(t))::text, '' ORDER BY n) FROM unnest(tokens) WITH ORDINALITY u(t, n)
$$;

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT id AS bob FROM enclave.create_user('bob@example.com') \gset

-- Promise: a personal token, shown once, with its name and abilities, for access_token_lifetime
SELECT token AS t1, token_id AS id1, token ~ '^eat_[0-9A-Za-z]{38}$' AS shape,
    expires_at - clock_timestamp() BETWEEN '6 days 23:59' AND '7 days' AS for_a_week FROM enclave.create_token(:ann, '  deploy ') \gset
\echo :shape :for_a_week
SELECT token_id = :id1 AS id, user_id = :ann AS hers, name, abilities, expires_at - created_at = '7 days' AS week,
    clock_timestamp() - created_at < '1 min' AS now FROM enclave.verify_token(:'t1');
SELECT digest = sha256(convert_to(:'t1', 'UTF8')) AS digest_only, kind, epoch FROM enclave.access_tokens WHERE id = :id1;
SELECT count(*) AS found_in FROM enclave.access_tokens t WHERE strpos(t::text, substr(:'t1', 5, 32)) > 0;
SET enclave.token_length = 64;
SELECT length(token) AS longest, pg_temp.alive(token) FROM enclave.create_token(:ann, NULL);
RESET enclave.token_length;

-- Promise: bad arguments are refused by name
SELECT args, pg_temp.try('SELECT (enclave.create_token(' || replace(args, 'ann', :'ann') || ')).token ~ ''^eat_''') FROM (VALUES
    ($$NULL, 'x'$$), ($$0, 'x'$$), ($$-1, 'x'$$), ($$9223372036854775807, 'x'$$),
    ($$ann, ''$$), ($$ann, repeat('x', 512)$$), ($$ann, repeat('x', 513)$$), ($$ann, repeat('x', 1048576)$$), ($$ann, E'a\nb'$$),
    ($$ann, 'x', NULL$$), ($$ann, 'x', '{}'$$), ($$ann, 'x', '{*}'$$), ($$ann, 'x', '{posts:read,posts:*,a.b_c-9:x:y}'$$),
    ($$ann, 'x', '{NULL}'$$), ($$ann, 'x', '{posts,NULL}'$$), ($$ann, 'x', '{{posts},{users}}'$$), ($$ann, 'x', '[5:6]={posts,users}'$$),
    ($$ann, 'x', array_fill('posts'::text, '{100}')$$), ($$ann, 'x', array_fill('posts'::text, '{101}')$$),
    ($$ann, 'x', array_fill('posts'::text, '{1000000}')$$), ($$ann, 'x', ARRAY[repeat('x', 1048576)]$$)) c(args);
SELECT abilities FROM enclave.create_token(:ann, 'lower', '[5:6]={posts,users}') t, LATERAL enclave.verify_token(t.token);
-- Promise: abilities are [a-z0-9_.-]+(:[a-z0-9_.*-]+)* or *
SELECT ability, pg_temp.try(format($$SELECT (enclave.create_token(%s, 'x', ARRAY[%L])).token ~ '^eat_'$$, :ann, ability)) FROM (VALUES
    ('*'), ('posts'), ('posts:read'), ('posts:*'), ('a:b:c'), ('posts:re*d'), ('p.o_s-t0'), ('a:*:b'),
    (''), (' '), ('**'), ('*:read'), ('po*ts'), (':'), (':read'), ('posts:'), ('posts::read'), ('Posts'), ('posts read'), (' posts'),
    ('posts:Read'), ('posts/read'), (E'posts\n'), ('posts,read'), ('{}')) a(ability);

-- Promise: expires_in is more than nothing and no more than a century
SELECT v, pg_temp.try(format($$SELECT (enclave.create_token(%s, 'x', '{*}', %L)).token ~ '^eat_'$$, :ann, v)) FROM (VALUES
    (NULL), ('1 microsecond'), ('1 second'), ('100 years'), ('0'), ('-1 second'), ('-100 years'), ('1 mon -30 days'), ('1 mon -1 year'),
    ('200 years'), ('178000000 years'), ('-178000000 years'), ('100 years 1 day')) e(v);
SELECT expires_at - clock_timestamp() BETWEEN '59 min' AND '60 min' AS an_hour FROM enclave.create_token(:ann, 'x', expires_in => '1 hour');

-- Promise: not for a disabled account, again when its time is over
UPDATE enclave.users SET disabled_at = now(), disabled_until = 'infinity' WHERE id = :bob;
SELECT pg_temp.try(format('SELECT enclave.create_token(%s, ''x'')', :bob));
UPDATE enclave.users SET disabled_until = clock_timestamp() - interval '1 s' WHERE id = :bob;
SELECT token AS b1, token_id AS idb FROM enclave.create_token(:bob, 'of bob') \gset
UPDATE enclave.users SET disabled_at = NULL, disabled_until = NULL WHERE id = :bob;

-- Attack: a token with any one character changed, cut, longer, in other case, of another purpose
SELECT count(*) > 300 AS many, sum((SELECT count(*) FROM enclave.verify_token(v))) AS opened FROM (
    SELECT overlay(:'t1' PLACING c FROM i FOR 1) AS v FROM generate_series(1, 42) i, unnest('{0,9,A,Z,a,z,_}'::text[]) c
        WHERE substr(:'t1', i, 1) <> c
    UNION ALL SELECT left(:'t1', i) FROM generate_series(0, 41) i
    UNION ALL SELECT right(:'t1', i) FROM generate_series(0, 41) i
    UNION ALL SELECT replace(:'t1', 'eat_', p || '_') FROM unnest('{ert,ess,epr,eev,eec,eml,eti,EAT,xat}'::text[]) p
    UNION ALL SELECT p || :'t1' FROM unnest('{x,eat_}'::text[] || ARRAY[' ', E'\n']) p
    UNION ALL SELECT :'t1' || p FROM unnest('{x,0}'::text[] || ARRAY[' ', E'\n', :'t1']) p
    UNION ALL SELECT f FROM unnest(ARRAY[upper(:'t1'), lower(:'t1'), reverse(:'t1'), initcap(:'t1')]) f) x;
SELECT pg_temp.alive(NULL::text), pg_temp.alive(''), pg_temp.alive('eat_'), pg_temp.alive(repeat('x', 1048576)), pg_temp.alive('eat_' || repeat('x', 1048576)),
    pg_temp.alive(:'t1' || repeat(' ', 20000)), pg_temp.alive(:'t1') AS itself;

-- Promise: tokens of another system, 20 characters and more, go on working by the SHA-256 of the whole
INSERT INTO enclave.access_tokens (user_id, epoch, created_at, expires_at, digest, kind, abilities)
    SELECT :ann, epoch, now(), now() + interval '1 day', sha256(v::bytea), 'personal', '{posts:read}' FROM enclave.users,
        unnest('{0123456789012345678901234567890123456789,0123456789012345678,01234567890123456789,abc|Def-42.XYZ~0123456789}'::text[]) v WHERE id = :ann;
SELECT v, length(v), pg_temp.alive(v) FROM unnest('{0123456789012345678901234567890123456789,01234567890123456789,abc|Def-42.XYZ~0123456789,0123456789012345678,abc|def-42.XYZ~0123456789}'::text[]) v;
SELECT enclave.token_can('01234567890123456789', 'posts:read') AS can, enclave.logout('01234567890123456789') AS there, pg_temp.alive('01234567890123456789');

-- Attack: a known prefix with a wrong checksum, though its digest is in the table
INSERT INTO enclave.access_tokens (user_id, epoch, created_at, expires_at, digest, kind, abilities)
    SELECT :ann, epoch, now(), now() + interval '1 day', sha256(v::bytea), 'personal', '{*}' FROM enclave.users,
        unnest(ARRAY['eat_' || repeat('0', 38), 'ert_' || repeat('0', 38), 'epr_' || repeat('0', 32)]) v WHERE id = :ann;
SELECT pg_temp.alive('eat_' || repeat('0', 38), 'ert_' || repeat('0', 38), 'epr_' || repeat('0', 32)), enclave.logout('eat_' || repeat('0', 38));

-- Promise: a token ends by the wall clock, within an older transaction too
BEGIN;
SELECT now() IS NOT NULL AS begun, pg_temp.alive(:'t1');
SELECT pg_sleep(0.01) IS NOT NULL AS later;
UPDATE enclave.access_tokens SET expires_at = clock_timestamp() - interval '1 ms', created_at = clock_timestamp() - interval '1 day' WHERE id = :id1;
SELECT expires_at > now() AS after_now, pg_temp.alive(:'t1') FROM enclave.access_tokens WHERE id = :id1;
ROLLBACK;
SELECT pg_temp.alive(:'t1');

-- Attack: a token of an older epoch, made in a transaction that was open when everything was ended
UPDATE enclave.access_tokens SET epoch = epoch - 1 WHERE id = :id1;
SELECT pg_temp.alive(:'t1') AS alive, enclave.token_can(:'t1', 'posts') AS can,
    (SELECT count(*) FROM enclave.user_tokens(:ann) WHERE token_id = :id1) AS listed;
UPDATE enclave.access_tokens SET epoch = epoch + 2 WHERE id = :id1;
SELECT pg_temp.alive(:'t1') AS of_the_future;
UPDATE enclave.access_tokens SET epoch = epoch - 1 WHERE id = :id1;
SELECT pg_temp.alive(:'t1') AS present;

-- Promise: token_can knows *, exact and posts:*, and nothing by likeness
SELECT token AS wide FROM enclave.create_token(:ann, 'wide') \gset
SELECT token AS some FROM enclave.create_token(:ann, 'some', '{posts:*,users:read,stats}') \gset
SELECT token AS none FROM enclave.create_token(:ann, 'none', '{}') \gset
SELECT abilities FROM enclave.verify_token(:'none');
SELECT ability, enclave.token_can(:'wide', ability) AS wide, enclave.token_can(:'some', ability) AS some, enclave.token_can(:'none', ability) AS none
FROM (VALUES ('posts:read'), ('posts:a:b'), ('posts:*'), ('users:read'), ('stats'), ('posts'), ('posts:'), ('post:read'), ('postss:read'), ('users:write'),
    ('users:rea'), ('users:read:x'), ('users:*'), ('stats:read'), ('stat'), ('Stats'), ('*'), (''), (NULL), (repeat('x', 1048576))) a(ability)
    WHERE length(coalesce(ability, '')) < 100;
SELECT enclave.token_can(:'none', repeat('x', 1048576)), enclave.token_can(NULL, 'posts'), enclave.token_can('', '*'), enclave.token_can(NULL, NULL);

-- Promise: user_tokens lists what lives, oldest first, of both kinds, without the token
SELECT status FROM enclave.login('ann@example.com', 'the right passphrase', token_name => 'web');
DELETE FROM enclave.access_tokens WHERE user_id = :ann AND name NOT IN ('wide', 'some', 'none', 'web', 'deploy');
UPDATE enclave.access_tokens SET created_at = now() - interval '2 s', expires_at = now() - interval '1 s' WHERE name = 'none';
SELECT user_id = :ann AS hers, name, abilities, kind, last_used_at, expires_at > created_at AS lives FROM enclave.user_tokens(:ann);
SELECT v, (SELECT count(*) FROM enclave.user_tokens(v)) FROM (VALUES (NULL::bigint), (0), (-1), (9223372036854775807)) u(v);

-- Promise: a user ends his own tokens only, one by one
SELECT enclave.revoke_token(:ann, :idb) AS of_another, enclave.revoke_token(:bob, :id1) AS by_another, enclave.revoke_token(NULL, :id1) AS by_none,
    enclave.revoke_token(:ann, NULL) AS none, pg_temp.alive(:'b1', :'t1');
SELECT enclave.revoke_token(:ann, :id1) AS there, enclave.revoke_token(:ann, :id1) AS gone, pg_temp.alive(:'b1', :'t1', :'wide');

-- Promise: or all of them at once; JWTs are not asked
SELECT enclave.revoke_user_tokens(:ann), pg_temp.alive(:'wide', :'some', :'b1');
SELECT count(*) AS left, (SELECT tokens_valid_from FROM enclave.users WHERE id = :ann) FROM enclave.access_tokens WHERE user_id = :ann;
SELECT enclave.revoke_user_tokens(:ann) AS none;
SELECT pg_temp.try('SELECT enclave.revoke_user_tokens(NULL)'), pg_temp.try('SELECT enclave.revoke_user_tokens(0)');

-- Promise: what was done stands in the audit, and only that
SELECT event, count(*), bool_and(token_id IS NOT NULL) AS token, bool_and(user_id IN (:ann, :bob)) AS whose FROM enclave.audit_logs
    WHERE user_id IN (:ann, :bob) AND event LIKE 'auth.token.%' AND (token_id IS NULL OR token_id IN (:id1, :idb)) GROUP BY 1 ORDER BY 1;

-- Promise: verifying writes nothing, takes no transaction id, and works where nothing may be written
SELECT token AS t2 FROM enclave.create_token(:ann, 'reader', '{posts:read}') \gset
BEGIN READ ONLY;
SELECT name, abilities FROM enclave.verify_token(:'t2');
SELECT enclave.token_can(:'t2', 'posts:read'), (SELECT count(*) FROM enclave.user_tokens(:ann)), pg_current_xact_id_if_assigned() IS NULL AS no_xid;
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.create_token(NULL, NULL)'), ('SELECT enclave.revoke_token(NULL, NULL)'),
    ('SELECT enclave.revoke_user_tokens(NULL)')) r(q);
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE;
SELECT pg_temp.alive(:'t2'), pg_current_xact_id_if_assigned() IS NULL AS no_xid;
COMMIT;
BEGIN;
SELECT pg_temp.alive(:'t2'), pg_current_xact_id_if_assigned() IS NULL AS no_xid;
DELETE FROM enclave.users WHERE id = :ann;
SELECT pg_temp.alive(:'t2') AS of_nobody;
ROLLBACK;
-- Promise: and goes on working while a cursor or a prepared statement of it is kept, over REINDEX and VACUUM FULL
PREPARE v(text) AS SELECT name FROM enclave.verify_token($1);
EXECUTE v(:'t2');
REINDEX TABLE enclave.access_tokens;
VACUUM FULL enclave.access_tokens;
CLUSTER enclave.users USING users_pkey;
EXECUTE v(:'t2');
DELETE FROM enclave.users WHERE id = :ann;
EXECUTE v(:'t2');
SELECT pg_temp.alive(:'t2', :'b1');
DELETE FROM enclave.users;
DELETE FROM enclave.login_attempts;
