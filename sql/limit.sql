--
-- Named limits: define_limit, drop_limit, limits, hit, too_many_attempts, remaining, available_in, clear_limit.
-- Their windows are rows here; 037_limits.pl is about those in shared memory.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset

\i sql/include/try.sql

-- a hit, its times as yes or no
CREATE FUNCTION pg_temp.hit(limit_name text, limit_key text, OUT allowed boolean, OUT remaining integer, OUT wait boolean, OUT reset boolean, OUT message text) LANGUAGE sql AS $$
    SELECT allowed, remaining, retry_after BETWEEN interval '0' AND reset_at - clock_timestamp() + interval '1 min', reset_at > clock_timestamp(), message FROM enclave.hit(limit_name, limit_key)
$$;
CREATE FUNCTION pg_temp.state(limit_name text, limit_key text, OUT too_many boolean, OUT remaining integer, OUT available_in boolean) LANGUAGE sql AS $$
    SELECT enclave.too_many_attempts(limit_name, limit_key), enclave.remaining(limit_name, limit_key), enclave.available_in(limit_name, limit_key) > interval '0'
$$;

-- Promise: a limit has a name, a number, a time, and a message or none; its view shows it
SELECT enclave.define_limit('login', 3, '1 hour', 'Slowly.'), enclave.define_limit(' api call ', 1000, '1 day');
SELECT name, max_attempts, per, message, defined_at <= clock_timestamp() AS defined FROM enclave.limits ORDER BY name;

-- Promise: what is no limit is refused
SELECT pg_temp.try(format('SELECT enclave.define_limit(%L, %s, %L, %L)', n, m, p, t)) FROM (VALUES
    (NULL, '1', '1 min', NULL), ('', '1', '1 min', NULL), ('  ', '1', '1 min', NULL), (repeat('n', 101), '1', '1 min', NULL), (E'a\nb', '1', '1 min', NULL),
    ('x', 'NULL', '1 min', NULL), ('x', '0', '1 min', NULL), ('x', '-1', '1 min', NULL),
    ('x', '1', NULL, NULL), ('x', '1', '0', NULL), ('x', '1', '-1 min', NULL), ('x', '1', '999 ms', NULL), ('x', '1', '366 days 1 us', NULL),
    ('x', '1', '178000000 years', NULL), ('x', '1', '-178000000 years', NULL)) v(n, m, p, t);
SELECT pg_temp.try('SELECT enclave.drop_limit(''nothing'')'), pg_temp.try('SELECT enclave.drop_limit(NULL)');
SELECT enclave.define_limit(repeat('ü', 100), 2147483647, '1 hour', repeat('m', 600)), enclave.define_limit('year', 1, '1 year'), enclave.define_limit('second', 1, '1 second');
SELECT char_length(name), max_attempts, per, char_length(message) FROM enclave.limits WHERE name = repeat('ü', 100);
SELECT allowed, remaining FROM enclave.hit(repeat('ü', 100), 'k');
SELECT enclave.drop_limit(name) FROM enclave.limits WHERE name NOT IN ('login', 'api call');

-- Promise: three are allowed, the fourth is not; what looks counts nothing
SELECT * FROM pg_temp.state('login', 'ann');
SELECT * FROM generate_series(1, 3) i, LATERAL pg_temp.hit('login', left('ann' || i, 3)) h;
SELECT * FROM pg_temp.state('login', 'ann') UNION ALL SELECT * FROM pg_temp.state('login', 'ann');
SELECT * FROM pg_temp.hit('login', 'ann');

-- Promise: the count goes on while limited, and the window's end stays
SELECT reset_at AS stays FROM enclave.hit('login', 'ann') \gset
SELECT reset_at = :'stays' AS stays, retry_after <= interval '1 hour' AS within FROM enclave.hit('login', 'ann');
SELECT * FROM pg_temp.state('login', 'ann');

-- Promise: other keys and other limits are others, and every key is one: none, nothing, a long one, any bytes
SELECT * FROM pg_temp.hit('login', 'bob') UNION ALL SELECT * FROM pg_temp.hit('api call', 'ann');
SELECT k, (SELECT remaining FROM pg_temp.hit('login', k)) FROM (VALUES (NULL), (''), (' '), ('ANN'), ('ann ')) v(k);
SELECT (SELECT remaining FROM pg_temp.hit('login', NULL)) AS none, (SELECT remaining FROM pg_temp.hit('login', '')) AS empty;
SELECT (SELECT remaining FROM pg_temp.hit('login', repeat('x', 10000000))) AS first, (SELECT remaining FROM pg_temp.hit('login', repeat('x', 10000000))) AS again, (SELECT remaining FROM pg_temp.hit('login', repeat('x', 10000001))) AS longer;
SELECT (SELECT remaining FROM pg_temp.hit('login', E'\x01\x02')) AS bytes, (SELECT remaining FROM pg_temp.hit('login', '\x0102')) AS text;

-- Promise: clearing lets in again; where there is nothing it is no error
SELECT enclave.clear_limit('login', 'ann'), enclave.clear_limit('login', 'ann'), enclave.clear_limit('login', 'nobody');
SELECT * FROM pg_temp.state('login', 'ann');
SELECT * FROM pg_temp.hit('login', 'ann');

-- Promise: a limit of no name is none, for everything that asks
SELECT f, n, pg_temp.try(format('SELECT enclave.%s(%L, ''k'')', f, n)) FROM unnest('{hit,too_many_attempts,remaining,available_in,clear_limit}'::text[]) f, (VALUES (NULL), ('Login'), ('api call '), ('')) v(n);
SELECT pg_temp.try(format('SELECT enclave.hit(%L, ''k'')', repeat('n', 10000000)));

-- Promise: defined otherwise it begins new windows; with the same number and time it goes on
SELECT remaining FROM enclave.hit('login', 'ann');
SELECT enclave.define_limit('login', 3, '60 minutes', 'Slowly.');
SELECT remaining FROM enclave.hit('login', 'ann');
SELECT enclave.define_limit('login', 3, '1 hour', 'Wait.');
SELECT allowed, remaining, message FROM enclave.hit('login', 'ann');
SELECT enclave.define_limit('login', 2, '1 hour', 'Wait.');
SELECT * FROM pg_temp.state('login', 'ann');
SELECT * FROM generate_series(1, 3) i, LATERAL pg_temp.hit('login', left('ann' || i, 3)) h;
SELECT enclave.define_limit('login', 2, '2 hours', 'Wait.');
SELECT * FROM pg_temp.state('login', 'ann');
SELECT remaining FROM enclave.hit('login', 'ann');
SELECT enclave.drop_limit('login'), enclave.define_limit('login', 2, '2 hours', 'Wait.');
SELECT * FROM pg_temp.state('login', 'ann');

-- Promise: a window ends by the wall clock, within a transaction too, and the next begins by itself
SELECT enclave.define_limit('slow', 1, '1 hour');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM pg_temp.hit('slow', 'k') UNION ALL SELECT * FROM pg_temp.hit('slow', 'k');
UPDATE enclave.rate_limits SET reset_at = clock_timestamp() WHERE limit_id = (SELECT id FROM enclave.limit_definitions WHERE name = 'slow');
SELECT * FROM pg_temp.state('slow', 'k');
SELECT * FROM pg_temp.hit('slow', 'k') UNION ALL SELECT * FROM pg_temp.hit('slow', 'k');
SELECT attempts FROM enclave.rate_limits WHERE limit_id = (SELECT id FROM enclave.limit_definitions WHERE name = 'slow');
COMMIT;

-- Promise: prune removes what has ended, and doctor() knows of what was left
INSERT INTO enclave.rate_limits (limit_id, attempts, reset_at, key) SELECT 0, 1, clock_timestamp() - interval '25 hours', sha256(n::text::bytea) FROM generate_series(1, 10000) n;
SELECT detail FROM enclave.doctor() WHERE check_name = 'backlog';
SELECT removed FROM enclave.prune_now() WHERE table_name = 'rate_limits';
SELECT remaining FROM enclave.hit('slow', 'k');

-- Promise: no key stands anywhere as it was given
SELECT remaining FROM enclave.hit('login', 'canary@example.com');
SELECT count(*) FROM enclave.rate_limits w WHERE w.key::text LIKE '%' || encode('canary', 'hex') || '%' OR w.key = sha256('canary@example.com');

-- Promise: what was defined and dropped is on record, and nothing else
SELECT event, metadata FROM enclave.audit_logs WHERE id > :mark AND event LIKE 'limit.%' AND metadata ->> 'limit' = 'login' ORDER BY id;
SELECT event, count(*) FROM enclave.audit_logs WHERE id > :mark GROUP BY 1;

-- Promise: in rows a rollback takes its hits back, and a savepoint's too
BEGIN;
SELECT remaining FROM enclave.hit('slow', 'r');
ROLLBACK;
SELECT enclave.remaining('slow', 'r');
BEGIN;
SAVEPOINT s;
SELECT remaining FROM enclave.hit('slow', 'r');
ROLLBACK TO s;
SELECT enclave.remaining('slow', 'r');
COMMIT;

-- Promise: looking writes nothing
BEGIN READ ONLY;
SELECT * FROM pg_temp.state('login', 'canary@example.com');
SELECT pg_temp.try('SELECT enclave.define_limit(''x'', 1, ''1 min'')'), pg_temp.try('SELECT enclave.drop_limit(''login'')');
SELECT pg_temp.try('SELECT remaining FROM enclave.hit(''login'', ''k'')'), pg_temp.try('SELECT enclave.clear_limit(''login'', ''k'')');
COMMIT;

SELECT enclave.drop_limit(name) FROM enclave.limits;
DELETE FROM enclave.rate_limits;
