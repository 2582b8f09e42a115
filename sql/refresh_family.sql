--
-- Logins by JWT: login_jwt, refresh_jwt; what ends them, and what authenticate makes of their JWTs.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
-- long enough for a machine that stalls, and shorter than the hour that passes below
SET enclave.refresh_grace = '30min';
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset

\i sql/include/try.sql
-- the status of a refresh, and whether it gave what was expected
CREATE FUNCTION pg_temp.refresh(token text, expected text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, CASE WHEN refresh_token = expected THEN 'the same' END, user_id IS NOT NULL AND r.token IS NOT NULL AND expires_at IS NOT NULL AND r.refresh_token IS NOT NULL)
        FROM enclave.refresh_jwt(token) r
$$;
-- who it is by a JWT, and what is known of him
CREATE FUNCTION pg_temp.who(token text) RETURNS text LANGUAGE plpgsql SET client_min_messages = error AS $$
BEGIN
    PERFORM enclave.authenticate(token);
    RETURN concat_ws(' ', CASE WHEN enclave.user_id() IS NULL THEN 'nobody' ELSE enclave.auth_method() END,
        enclave.abilities()::text, 'session ' || (enclave.session_id() IS NOT NULL)::text, 'logged in ' || (enclave.auth_time() IS NOT NULL)::text);
END $$;
-- what a query of one value comes to when that is who asks
CREATE FUNCTION pg_temp.as(token text, query text) RETURNS text LANGUAGE plpgsql SET client_min_messages = error AS $$
BEGIN
    PERFORM enclave.authenticate(token);
    RETURN pg_temp.try(query);
END $$;
-- time passes for a family, as far as its rows know
CREATE FUNCTION pg_temp.age(session bigint, by interval) RETURNS void LANGUAGE sql AS $$
    UPDATE enclave.sessions SET created_at = created_at - by, expires_at = expires_at - by, ends_at = ends_at - by WHERE id = session;
    UPDATE enclave.refresh_families SET rotated_at = rotated_at - by, former_rotated_at = former_rotated_at - by, ends_at = ends_at - by WHERE id = session
$$;
-- the background worker, if there is one, has written the end of a family
CREATE FUNCTION pg_temp.await_reuse(session bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 60000 LOOP
        IF EXISTS (SELECT FROM enclave.audit_logs WHERE event = 'auth.token.reuse_detected' AND session_id = session) THEN
            RETURN 'on record';
        END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RETURN 'not on record';
END $$;
-- and failed logins
CREATE FUNCTION pg_temp.await_failures(count integer) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 60000 LOOP
        EXIT WHEN (SELECT count(*) FROM enclave.login_attempts WHERE NOT success) >= count;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RETURN (SELECT count(*) FROM enclave.login_attempts WHERE NOT success);
END $$;
-- a login, and the id of its session
CREATE FUNCTION pg_temp.login(OUT jwt text, OUT refresh text, OUT session bigint) LANGUAGE plpgsql AS $$
BEGIN
    SELECT token, refresh_token INTO jwt, refresh FROM enclave.login_jwt('ann@example.com', 'the right passphrase', '192.0.2.1', 'Firefox');
    session := (SELECT max(id) FROM enclave.refresh_families);
END $$;

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT id AS bob FROM enclave.create_user('bob@example.com') \gset

-- Promise: without a key to sign with neither is counted, written or hashed
SELECT pg_temp.try($$SELECT enclave.login_jwt('ann@example.com', 'wrong')$$);
SELECT pg_temp.try($$SELECT enclave.refresh_jwt('ert_0000000000000000000000000000000031nLfD')$$);
SELECT count(*) AS attempts FROM enclave.login_attempts;

SELECT enclave.create_signing_key() ~ '^[A-Za-z0-9_-]{43}$' AS key;

-- Promise: the right password gets a JWT for jwt_access_lifetime, and a refresh token of which only a digest is kept
SELECT token AS j1, refresh_token AS r1, status, user_id = :ann AS hers, refresh_token ~ '^ert_[0-9A-Za-z]{38}$' AS shape,
    expires_at - clock_timestamp() BETWEEN '0:14' AND '0:15' AS quarter, concat_ws(' ', retry_after, challenge, last_login_at, failures_since) AS others
    FROM enclave.login_jwt(E' ANN@example.COM\n', 'the right passphrase', '192.0.2.1', 'Firefox') \gset
\echo :status :hers :shape :quarter :others
SELECT max(id) AS s1 FROM enclave.refresh_families \gset
SELECT pg_temp.who(:'r1') AS a_refresh_token_opens_no_door, count(*) AS verified FROM enclave.verify_token(:'r1');
SELECT claims ->> 'sub' = :'ann' AS sub, claims ->> 'sid' = :'s1' AS sid, claims ->> 'typ' AS typ, claims ? 'jti' AS jti,
    (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(claims) k) AS claims FROM enclave.verify_jwt(:'j1') claims;
SELECT digest = sha256(convert_to(:'r1', 'UTF8')) AS digest_only, generation, rotated_at, ends_at FROM enclave.refresh_families WHERE id = :s1 \gset f_
\echo :f_digest_only :f_generation :f_rotated_at
SELECT count(*) AS found_in FROM (SELECT s::text FROM enclave.sessions s UNION ALL SELECT f::text FROM enclave.refresh_families f
    UNION ALL SELECT a::text FROM enclave.audit_logs a) t(row) WHERE strpos(row, substr(:'r1', 5, 32)) > 0 OR strpos(row, split_part(:'j1', '.', 3)) > 0;
SET enclave.token_length = 64;
SELECT length(refresh_token) AS longest FROM enclave.login_jwt('ann@example.com', 'the right passphrase');
RESET enclave.token_length;
SELECT enclave.end_user_sessions(:ann) AS both;
SELECT jwt AS j1, refresh AS r1, session AS s1 FROM pg_temp.login() \gset

-- Promise: it shows among the user's sessions, and its id is no cookie session's
SELECT session_id = :s1 AS its, user_id = :ann AS hers, created_at = last_seen_at AS just_made, expires_at - created_at AS lifetime, ends_at = expires_at AS absolute, ip, user_agent FROM enclave.user_sessions(:ann);
SELECT session_id > :s1 AS another FROM enclave.login_session('ann@example.com', 'the right passphrase') l, enclave.verify_session(l.token);
SELECT count(*) AS of_both_kinds FROM enclave.user_sessions(:ann);

-- Promise: refusals are those of login: one row, no token; and they count as its failures
SELECT status, count(*), count(user_id) AS user, count(l.token) AS token, count(expires_at) AS expires, count(refresh_token) AS refresh FROM (VALUES
    ('ann@example.com', 'wrong'), ('nobody@example.com', 'x'), ('bob@example.com', 'x'), (NULL, 'x'), ('ann@example.com', NULL), ('', ''), (repeat('x', 1000), repeat('y', 100000))) v(email, password),
    enclave.login_jwt(email, password::enclave.secret) l GROUP BY status;
SELECT pg_temp.await_failures(7);
DELETE FROM enclave.login_attempts;
SELECT status, token IS NULL AND refresh_token IS NULL AS nothing FROM (SELECT enclave.require_password_change(:ann)) r, enclave.login_jwt('ann@example.com', 'the right passphrase');
UPDATE enclave.users SET password_change_required = false WHERE id = :ann;

-- Promise: a refresh token is exchanged for a JWT and its successor; asked again with the same, the same is answered, however late, while nobody has used it
SELECT status, user_id = :ann AS hers, token AS j2, refresh_token AS r2, expires_at > clock_timestamp() + interval '0:14' AS quarter, last_login_at, failures_since FROM enclave.refresh_jwt(:'r1', '192.0.2.2', 'Firefox') \gset
\echo :status :hers :quarter :last_login_at :failures_since
SELECT generation, rotated_at IS NOT NULL AS rotated, digest = sha256(convert_to(:'r2', 'UTF8')) AS newest, previous_digest = sha256(convert_to(:'r1', 'UTF8')) AS previous, former_digest FROM enclave.refresh_families WHERE id = :s1;
SELECT last_seen_at > created_at AS seen FROM enclave.user_sessions(:ann) WHERE session_id = :s1;
SELECT pg_temp.refresh(:'r1', :'r2'), pg_temp.refresh(:'r1', :'r2');
SELECT pg_temp.age(:s1, '1 hour');
SELECT pg_temp.refresh(:'r1', :'r2') AS an_hour_later;
SELECT generation FROM enclave.refresh_families WHERE id = :s1;

-- Promise: once the successor was used, its predecessor yields it within refresh_grace of its own first exchange
SELECT refresh_token AS r3 FROM enclave.refresh_jwt(:'r2') \gset
SELECT pg_temp.refresh(:'r2', :'r3') AS newest_unused;
SELECT pg_temp.refresh(:'r1', :'r2') AS an_hour_old;
SELECT pg_temp.await_reuse(:s1), pg_temp.refresh(:'r3'), pg_temp.refresh(:'r2'), pg_temp.refresh(:'r1');
SELECT jwt AS j1, refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT refresh_token AS r2 FROM enclave.refresh_jwt(:'r1') \gset
SELECT refresh_token AS r3 FROM enclave.refresh_jwt(:'r2') \gset
SELECT pg_temp.refresh(:'r1', :'r2') AS within_grace, pg_temp.refresh(:'r2', :'r3') AS newest_unused;
SET enclave.refresh_grace = 0;
SELECT pg_temp.refresh(:'r2', :'r3') AS newest_unused;
SELECT pg_temp.refresh(:'r1') AS no_grace, pg_temp.await_reuse(:s1);
SET enclave.refresh_grace = '30min';

-- Promise: any older token ends the family for good, within the grace too; everybody is out, JWTs too, and it is on record once
SELECT jwt AS j1, refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT refresh_token AS r2 FROM enclave.refresh_jwt(:'r1') \gset
SELECT refresh_token AS r3 FROM enclave.refresh_jwt(:'r2') \gset
SELECT refresh_token AS r4, token AS j4 FROM enclave.refresh_jwt(:'r3') \gset
SELECT pg_temp.who(:'j4');
SELECT pg_temp.refresh(:'r1') AS older;
SELECT pg_temp.await_reuse(:s1);
SELECT pg_temp.refresh(:'r4') AS newest, pg_temp.refresh(:'r3') AS previous, pg_temp.refresh(:'r1') AS again, pg_temp.who(:'j1'), pg_temp.who(:'j4');
SELECT user_id = :ann AS hers, session_id = :s1 AS its, token_id, ip, user_agent, metadata, count(*) FROM enclave.audit_logs WHERE event = 'auth.token.reuse_detected' AND session_id = :s1 GROUP BY 1, 2, 3, 4, 5, 6;
SELECT count(*) AS listed FROM enclave.user_sessions(:ann) WHERE session_id = :s1;

-- Promise: so it does within the transaction that began the family, where no background worker finds it
SELECT session AS sy, refresh AS y0 FROM pg_temp.login() \gset
SELECT refresh_token AS y1 FROM enclave.refresh_jwt(:'y0') \gset
SELECT refresh_token AS y2 FROM enclave.refresh_jwt(:'y1') \gset
SELECT refresh_token AS y3 FROM enclave.refresh_jwt(:'y2') \gset
BEGIN;
SELECT session AS sx, refresh AS x0 FROM pg_temp.login() \gset
SELECT refresh_token AS x1 FROM enclave.refresh_jwt(:'x0') \gset
SELECT refresh_token AS x2 FROM enclave.refresh_jwt(:'x1') \gset
SELECT refresh_token AS x3 FROM enclave.refresh_jwt(:'x2') \gset
SELECT pg_temp.refresh(:'x0'), pg_temp.refresh(:'y0') AS committed_before;
SELECT pg_temp.await_reuse(:sy);
COMMIT;
SELECT pg_temp.refresh(:'x3'), count(*) AS ends FROM enclave.session_marks WHERE session_id = :sx AND ended;
SELECT count(*) AS on_record FROM enclave.audit_logs WHERE event = 'auth.token.reuse_detected' AND session_id = :sx;

-- Promise: who made a token up ends nothing: neither one of its own number, nor one changed behind its block
SELECT refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT refresh_token AS r2 FROM enclave.refresh_jwt(:'r1') \gset
CREATE FUNCTION pg_temp.crc32(value text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    crc bigint := 4294967295;
BEGIN
    FOR i IN 1 .. length(value) LOOP
        crc := crc # ascii(substr(value, i, 1));
        FOR bit IN 1 .. 8 LOOP
            crc := CASE WHEN crc & 1 = 1 THEN (crc >> 1) # 3988292384 ELSE crc >> 1 END;
        END LOOP;
    END LOOP;
    RETURN crc # 4294967295;
END $$;
CREATE FUNCTION pg_temp.framed(body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    crc bigint := pg_temp.crc32(body);
    digits text := '';
BEGIN
    FOR i IN 1 .. 6 LOOP
        digits := substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', (crc % 62)::integer + 1, 1) || digits;
        crc := crc / 62;
    END LOOP;
    RETURN body || digits;
END $$;
SELECT pg_temp.framed(substr(:'r1', 1, 36)) = :'r1' AS framed_as_ours;
SELECT status, count(*), count(DISTINCT digits) AS made_up FROM generate_series(1, 100) g(n), LATERAL (SELECT string_agg(substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 1 + floor(random() * 62)::integer, 1), '')
    FROM generate_series(1, 32) WHERE g.n > 0) d(digits), enclave.refresh_jwt(pg_temp.framed('ert_' || digits)) GROUP BY status;
SELECT pg_temp.refresh(pg_temp.framed(substr(:'r2', 1, 26) || translate(substr(:'r2', 27, 10), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', '123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0'))) AS own_number,
    pg_temp.refresh(pg_temp.framed('ert_' || translate(substr(:'r1', 5, 22), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', '123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0') || substr(:'r1', 27, 10))) AS other_block;
SELECT v.what, pg_temp.refresh(v.token) FROM (VALUES ('nothing', ''), ('NULL', NULL), ('wrong checksum', :'r2' || 'x'), ('no prefix', substr(:'r2', 5)), ('a JWT', :'j4'), ('huge', repeat('x', 1000000)),
    ('an access token', (SELECT token FROM enclave.login('ann@example.com', 'the right passphrase')))) v(what, token);
SELECT pg_temp.refresh(:'r1', :'r2') AS unharmed;

-- Promise: a token of a higher number than the newest, given out by who rolled back, is refused and ends nothing
BEGIN;
SELECT refresh_token AS r3 FROM enclave.refresh_jwt(:'r2') \gset
ROLLBACK;
SELECT pg_temp.refresh(:'r3') AS rolled_back;
SELECT pg_temp.refresh(:'r2', :'r3') AS gets_it_again;
SELECT pg_temp.refresh(:'r3') AS and_it_works;

-- Promise: a family ends token_max_lifetime after its login, and its last JWT with it
SELECT refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT pg_temp.age(:s1, '719:50');
SELECT status, refresh_token AS r2, r.token AS j2, r.expires_at = date_trunc('second', s.ends_at) AS its_end FROM enclave.refresh_jwt(:'r1') r, enclave.sessions s WHERE s.id = :s1 \gset
\echo :status :its_end
SELECT pg_temp.who(:'j2');
SET enclave.token_max_lifetime = '20d';
SELECT pg_temp.refresh(:'r1') AS a_setting_of_today, pg_temp.who(:'j2');
RESET enclave.token_max_lifetime;
SELECT pg_temp.age(:s1, '10 min');
SELECT pg_temp.refresh(:'r1') AS predecessor, pg_temp.refresh(:'r2') AS newest, pg_temp.who(:'j2');
SELECT enclave.logout(:'r2') AS logout_of_an_expired_one;
SELECT jwt AS j2, refresh AS r2, session AS s2 FROM pg_temp.login() \gset
SELECT pg_temp.age(:s2, '720:00');
SELECT table_name, removed FROM enclave.prune_now() WHERE table_name IN ('refresh_families', 'sessions');
SELECT count(*) AS left FROM enclave.refresh_families WHERE id IN (:s1, :s2);

-- Promise: logout by any refresh token that the family had ends it, once
SELECT jwt AS j1, refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT refresh_token AS r2 FROM enclave.refresh_jwt(:'r1') \gset
SELECT enclave.logout(pg_temp.framed(substr(:'r2', 1, 35) || CASE substr(:'r2', 36, 1) WHEN '0' THEN '1' ELSE '0' END)) AS made_up;
SELECT enclave.logout(:'r1') AS first, enclave.logout(:'r1') AS second, enclave.logout(:'r2') AS third;
SELECT pg_temp.refresh(:'r2'), pg_temp.who(:'j1');
SELECT event, session_id = :s1 AS its FROM enclave.audit_logs WHERE id > :mark AND event = 'auth.logout.success' ORDER BY id DESC LIMIT 1;

-- Promise: what ends everything ends families and their JWTs, and keeps the one to be kept, whether named by JWT or refresh token
CREATE TEMP TABLE held (n integer, jwt text, refresh text, session bigint);
CREATE FUNCTION pg_temp.after(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    DELETE FROM held;
    INSERT INTO held SELECT 1, * FROM pg_temp.login();
    INSERT INTO held SELECT 2, * FROM pg_temp.login();
    EXECUTE call INTO answer;
    RETURN concat_ws(' ', CASE WHEN answer <> '' THEN answer ELSE 'void' END, '|', (SELECT string_agg(CASE WHEN pg_temp.who(jwt) ~ 'nobody' THEN 'out' ELSE 'in' END || '/' || pg_temp.refresh(refresh), ' ' ORDER BY n) FROM held));
END $$;
SELECT pg_temp.after('SELECT');
SELECT pg_temp.after(format('SELECT enclave.end_all(%s) >= 2', :ann));
SELECT pg_temp.after(format('SELECT enclave.end_all(%s, jwt) >= 1 FROM held WHERE n = 1', :ann));
SELECT pg_temp.after(format('SELECT enclave.end_all(%s, refresh) >= 1 FROM held WHERE n = 2', :ann));
SELECT pg_temp.after(format('SELECT enclave.end_all(%s, jwt) FROM held WHERE n = 1', :bob));
SELECT pg_temp.after(format('SELECT enclave.end_user_sessions(%s) >= 2', :ann));
SELECT pg_temp.after(format('SELECT enclave.revoke_user_tokens(%s) >= 0', :ann)) AS access_tokens_alone;
SELECT pg_temp.after(format($$SELECT c.status FROM held, enclave.change_password(%s, 'the right passphrase', 'the right passphrase 2', refresh) c WHERE n = 2$$, :ann));
SELECT enclave.set_password(:ann, 'the right passphrase');
SELECT pg_temp.after(format($$SELECT enclave.set_password(%s, 'the right passphrase')$$, :ann));
SELECT pg_temp.after(format($$SELECT enclave.disable_user(%s, 'test')$$, :ann));
SELECT (pg_temp.login()).jwt IS NULL AS disabled, enclave.enable_user(:ann);

-- Promise: whose family it is, is here by a login; he changes what is his, ends it, and keeps it when the others end
SELECT jwt AS j1, refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT jwt AS j2, refresh AS r2, session AS s2 FROM pg_temp.login() \gset
SELECT pg_temp.who(:'j1');
SELECT pg_temp.as(:'j1', 'SELECT (enclave.update_my_account(''Ann'')).name'), pg_temp.as(:'j1', 'SELECT enclave.require_recent_login(''1 min'')'), pg_temp.as(:'j1', 'SELECT enclave.can(''anything'')');
SELECT pg_temp.as(:'j1', format('SELECT enclave.session_id() = %s', :s1)), pg_temp.as(:'j1', format('SELECT enclave.claims() = %L', enclave.verify_jwt(:'j1'))), pg_temp.as(:'j1', 'SELECT enclave.token_id()');
SELECT pg_temp.as(:'j1', format('SELECT bool_or(session_id = %s) FROM enclave.my_sessions()', :s2)) AS listed;
SELECT pg_temp.as(:'j1', format('SELECT enclave.end_my_session(%s)', :s2)) AS the_other, pg_temp.refresh(:'r2');
SELECT pg_temp.as(:'j1', $$SELECT status FROM enclave.change_my_password('the right passphrase', 'the right passphrase 2')$$), pg_temp.who(:'j1');
SELECT enclave.set_password(:ann, 'the right passphrase');
SELECT jwt AS j1, refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT pg_temp.as(:'j1', format('SELECT concat_ws('' '', enclave.end_my_session(%s), coalesce(enclave.user_id()::text, ''nobody''))', :s1)) AS its_own, pg_temp.who(:'j1');
SELECT jwt AS j1, refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT pg_temp.as(:'j1', 'SELECT enclave.logout_everywhere() >= 1'), pg_temp.who(:'j1'), pg_temp.refresh(:'r1');

-- Promise: a JWT by issue_jwt belongs to no session; it is no login, allows what its claim says, and ends with everything, even within the same second
SELECT token AS i1 FROM enclave.issue_jwt(:ann, '{"abilities": ["posts:*"], "role": "web"}') \gset
SELECT token AS i2 FROM enclave.issue_jwt(:ann, '{"abilities": []}') \gset
SELECT token AS i3 FROM enclave.issue_jwt(:bob) \gset
SELECT pg_temp.who(:'i1'), pg_temp.who(:'i2'), pg_temp.who(:'i3');
SELECT enclave.authenticate(:'i1', 'posts:read') = :ann AS allowed, enclave.authenticate(:'i1', 'users:read') AS not_allowed, enclave.authenticate(:'i2', 'x') AS nothing;
SELECT pg_temp.as(:'i1', 'SELECT enclave.can(''posts:write'')'), pg_temp.as(:'i1', 'SELECT enclave.can(''users'')'), pg_temp.as(:'i1', 'SELECT enclave.claims() ->> ''role''');
SELECT pg_temp.as(:'i1', 'SELECT enclave.update_my_account(''Ann'')'), pg_temp.as(:'i1', 'SELECT enclave.require_recent_login(''1 day'')'), pg_temp.as(:'i1', 'SELECT (enclave.my_account()).email');
BEGIN;
SELECT token AS same_second FROM enclave.issue_jwt(:ann) \gset
SELECT enclave.end_all(:ann) >= 0 AS ended;
SELECT token AS after_it FROM enclave.issue_jwt(:ann) \gset
SELECT pg_temp.who(:'same_second') AS before, pg_temp.who(:'i1') AS long_before, pg_temp.who(:'after_it') AS after, pg_temp.who(:'i3') AS of_another;
ROLLBACK;
SELECT pg_temp.who(:'i1') AS taken_back, pg_temp.who(:'after_it') AS never_was;
SELECT enclave.revoke_user_tokens(:ann) >= 0 AS access_tokens, pg_temp.who(:'i1');
SELECT enclave.disable_user(:ann, 'test'), enclave.enable_user(:ann), pg_temp.who(:'i1');
-- another user by the same id is another
SELECT enclave.delete_user(:bob), pg_temp.who(:'i3');
SELECT id = :bob AS same_id FROM enclave.import_user('carl@example.com', enclave.hash_password('the right passphrase'), id => :bob);
SELECT pg_temp.who(:'i3');

-- Promise: a JWT that is touched, expired, of a retired key or no JWT at all authenticates nobody, and takes a former identity away
SELECT token AS i1 FROM enclave.issue_jwt(:ann) \gset
SELECT v.what, pg_temp.who(v.token) FROM (VALUES ('touched', overlay(:'i1' placing CASE substr(:'i1', length(:'i1') - 20, 1) WHEN 'A' THEN 'B' ELSE 'A' END from length(:'i1') - 20)), ('cut', left(:'i1', -1)), ('longer', :'i1' || 'A'), ('dots', '..'), ('unsigned', regexp_replace(:'i1', '[^.]*$', '')),
    ('huge', repeat('a.b.c', 100000))) v(what, token);
SELECT token AS short FROM enclave.issue_jwt(:ann, expires_in => '1 ms') \gset
DO $$ BEGIN PERFORM pg_sleep(greatest(0, extract(epoch FROM date_trunc('second', clock_timestamp()) + interval '1.01 s' - clock_timestamp()))); END $$;
SELECT pg_temp.who(:'short') AS expired;
BEGIN;
SELECT enclave.authenticate(:'i1') = :ann AS in, enclave.authenticate('a.b.c') AS out, enclave.user_id(), enclave.claims();
SELECT enclave.authenticate(:'i1') = :ann AS in;
SAVEPOINT s;
SELECT enclave.authenticate(token) = :ann AS in_again, enclave.claims() ->> 'x' AS claims FROM enclave.issue_jwt(:ann, '{"x": "inner"}');
ROLLBACK TO s;
SELECT enclave.user_id() = :ann AS outer, enclave.claims() ->> 'x' AS claims, enclave.claims() ->> 'sub' = :'ann' AS sub;
SELECT enclave.clear_identity(), enclave.claims();
COMMIT;
SELECT enclave.claims() AS next_transaction;
SELECT enclave.impersonate(:ann, 'test'), enclave.auth_method(), enclave.claims() IS NULL AS no_claims;
BEGIN;
SELECT count(enclave.retire_signing_key(kid)) AS keys FROM enclave.signing_keys WHERE state <> 'retired';
SELECT pg_temp.who(:'i1') AS of_a_retired_key, pg_temp.try(format('SELECT enclave.refresh_jwt(%L)', :'r1'));
ROLLBACK;

-- Promise: the claims function's claims are in every JWT; those that are ours to set it cannot change, the caller's own stand over it
CREATE TABLE public.roles (user_id bigint, role text);
INSERT INTO public.roles VALUES (:ann, 'editor');
CREATE ROLE regress_enclave_claims;
CREATE ROLE regress_enclave_other;
GRANT SELECT ON public.roles TO regress_enclave_claims;
GRANT USAGE ON SCHEMA public TO regress_enclave_claims;
SELECT enclave.grant_access('regress_enclave_claims', 'admin');
CREATE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('role', (SELECT r.role FROM public.roles r WHERE r.user_id = id), 'sub', '0', 'sid', '9', 'iss', 'x', 'aud', 'x', 'exp', 1, 'iat', 1, 'jti', 'x', 'typ', 'x', 'team', 1, 'SUB', '0', 'Exp', 1, 'as', current_user)
$$;
SET ROLE regress_enclave_claims;
SELECT enclave.set_claims_function('public.claims(bigint)');
RESET ROLE;
SELECT function, function_owner = current_user AS owner, role FROM enclave.claims_function;
SELECT jwt AS j1, refresh AS r1, session AS s1 FROM pg_temp.login() \gset
SELECT claims ->> 'sub' = :'ann' AS sub, claims ->> 'sid' = :'s1' AS sid, claims - '{sub,sid,exp,iat,jti}'::text[] AS claims FROM enclave.verify_jwt(:'j1') claims;
SELECT pg_temp.who(:'j1');
SELECT enclave.verify_jwt(token) ->> 'role' AS refreshed FROM enclave.refresh_jwt(:'r1');
SELECT claims - '{sub,exp,iat,jti}'::text[] AS claims FROM enclave.issue_jwt(:ann, '{"role": "reader", "x": 1}') i, enclave.verify_jwt(i.token) claims;
-- it fails, is gone, is another's, or says what cannot be: no JWT is made
CREATE FUNCTION pg_temp.all_ways() RETURNS TABLE (login text, refresh text, issue text) LANGUAGE sql AS $$
    SELECT pg_temp.try('SELECT status FROM enclave.login_jwt(''ann@example.com'', ''the right passphrase'')'),
        pg_temp.try(format('SELECT status FROM enclave.refresh_jwt(%L)', (SELECT refresh FROM held LIMIT 1))),
        pg_temp.try(format('SELECT token IS NOT NULL FROM enclave.issue_jwt(%s)', (SELECT max(user_id) FROM public.roles)))
$$;
DELETE FROM held;
INSERT INTO held VALUES (1, :'j1', :'r1', :s1);
SET client_min_messages = error;
REVOKE SELECT ON public.roles FROM regress_enclave_claims;
SELECT * FROM pg_temp.all_ways();
GRANT SELECT ON public.roles TO regress_enclave_claims;
ALTER FUNCTION public.claims(bigint) OWNER TO regress_enclave_other;
SELECT * FROM pg_temp.all_ways();
DROP FUNCTION public.claims(bigint);
SELECT * FROM pg_temp.all_ways();
CREATE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT NULL::jsonb $$;
SELECT * FROM pg_temp.all_ways();
CREATE OR REPLACE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT '[]'::jsonb $$;
SELECT * FROM pg_temp.all_ways();
CREATE OR REPLACE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('x', repeat('x', 5000)) $$;
SELECT * FROM pg_temp.all_ways();
CREATE OR REPLACE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{"abilities": ["NOT ONE"]}'::jsonb $$;
SELECT * FROM pg_temp.all_ways();
CREATE OR REPLACE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT (repeat('{"x":', 17) || '1' || repeat('}', 17))::jsonb $$;
SELECT * FROM pg_temp.all_ways();
CREATE OR REPLACE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('x', (SELECT jsonb_agg(1) FROM generate_series(1, 1000))) $$;
SELECT * FROM pg_temp.all_ways();
-- it cannot become another, nor leave a setting behind
CREATE OR REPLACE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN SET ROLE regress_enclave_other; RETURN '{}'; END $$;
SELECT * FROM pg_temp.all_ways();
CREATE OR REPLACE FUNCTION public.claims(id bigint) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN SET work_mem = '77MB'; RETURN jsonb_build_object('path', current_setting('search_path')); END $$;
SELECT (SELECT enclave.verify_jwt(token) ->> 'path' FROM enclave.issue_jwt(:ann)) AS path, current_setting('work_mem') <> '77MB' AS setting;
SELECT pg_temp.try('SELECT enclave.set_claims_function(''pg_catalog.now()'')'), pg_temp.try('SELECT enclave.set_claims_function(''pg_catalog.int8abs(bigint)'')');
SET ROLE regress_enclave_claims;
SELECT pg_temp.try('SELECT enclave.set_claims_function(''public.claims(bigint)'')') AS may_execute;
RESET ROLE;
REVOKE EXECUTE ON FUNCTION public.claims(bigint) FROM PUBLIC;
SET ROLE regress_enclave_claims;
SELECT pg_temp.try('SELECT enclave.set_claims_function(''public.claims(bigint)'')') AS may_not;
RESET ROLE;
SELECT enclave.set_claims_function(NULL);
SELECT count(*) AS functions FROM enclave.claims_function;
SELECT * FROM pg_temp.all_ways();
DROP FUNCTION public.claims(bigint);
DROP TABLE public.roles;
SELECT enclave.revoke_access('regress_enclave_claims', 'admin');
DROP OWNED BY regress_enclave_claims;
DROP ROLE regress_enclave_claims, regress_enclave_other;
SET client_min_messages = warning;

-- Promise: a person may know what is held, and it goes with him
SELECT jsonb_path_query_array(enclave.export_user(:ann), '$.sessions[*].kind') ? 'jwt' AS exported;
SELECT enclave.delete_user(:ann), pg_temp.who(:'j1'), pg_temp.refresh(:'r1');
SELECT count(*) AS families FROM enclave.refresh_families f WHERE NOT EXISTS (SELECT FROM enclave.sessions s WHERE s.id = f.id);

-- Promise: nothing is written where nothing can be
BEGIN READ ONLY;
SELECT pg_temp.try('SELECT enclave.login_jwt(''a@b.co'', ''x'')'), pg_temp.try('SELECT enclave.refresh_jwt(''x'')'), pg_temp.try('SELECT enclave.set_claims_function(NULL)');
COMMIT;

SELECT event, count(*) > 0 AS seen FROM enclave.audit_logs WHERE id > :mark AND event IN ('auth.login.success', 'auth.token.refreshed', 'auth.token.reuse_detected') GROUP BY event ORDER BY event;
DELETE FROM enclave.users;
DELETE FROM enclave.key_store;
DELETE FROM enclave.refresh_families;
DELETE FROM enclave.login_attempts;
