--
-- Passwords of accounts: change_password, reset_password, set_password, require_password_change.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;

\i sql/include/try.sql

-- which of some tokens are good
CREATE FUNCTION pg_temp.alive(VARIADIC tokens text[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg((SELECT count(*) FROM enclave.verify_token(t))::text, '' ORDER BY n) FROM unnest(tokens) WITH ORDINALITY u(t, n)
$$;

CREATE FUNCTION pg_temp.status(email text, password text) RETURNS text LANGUAGE sql AS 'SELECT status FROM enclave.login(email, password)';
CREATE FUNCTION pg_temp.forget() RETURNS void LANGUAGE sql AS 'DELETE FROM enclave.login_attempts';

SELECT id AS ann FROM enclave.signup('Ann@example.com', 'the first passphrase', 'Ann Lee') \gset
SELECT id AS bob FROM enclave.signup('bob@example.com', 'another passphrase') \gset
SELECT id AS eve FROM enclave.create_user('eve@example.com') \gset
SELECT token AS b1 FROM enclave.login('bob@example.com', 'another passphrase') \gset

-- Promise: a change ends every token of the user but the one to keep, and the old password is none any more
SELECT token AS t1 FROM enclave.login('ann@example.com', 'the first passphrase') \gset
SELECT token AS t2 FROM enclave.login('ann@example.com', 'the first passphrase') \gset
SELECT token AS t3 FROM enclave.create_token(:ann, 'script') \gset
SELECT status, ended, pg_temp.alive(:'t1', :'t2', :'t3', :'b1') FROM enclave.change_password(:ann, 'the first passphrase', 'the second passphrase', :'t2');
SELECT pg_temp.status('ann@example.com', 'the first passphrase') AS old, pg_temp.status('ann@example.com', 'the second passphrase') AS new;
SELECT tokens_valid_from = updated_at AS jwt_too FROM enclave.users WHERE id = :ann;
SELECT status, ended, pg_temp.alive(:'t2') FROM enclave.change_password(:ann, 'the second passphrase', 'the third passphrase');

-- Attack: keeping a token of somebody else, one that has ended, or none at all
SELECT status, ended FROM enclave.change_password(:ann, 'the third passphrase', 'the fourth passphrase', :'b1');
SELECT status, ended FROM enclave.change_password(:ann, 'the fourth passphrase', 'the fifth passphrase', :'t2');
SELECT status, ended FROM enclave.change_password(:ann, 'the fifth passphrase', 'the sixth passphrase', repeat('x', 1048576));
SELECT pg_temp.alive(:'t2', :'b1');

-- Promise: a wrong present password is a refusal, whatever it is, and changes nothing
SELECT token AS t4 FROM enclave.login('ann@example.com', 'the sixth passphrase') \gset
SELECT password_hash AS hash, epoch FROM enclave.users WHERE id = :ann \gset
SELECT c.*, count(*) FROM (VALUES ('wrong'), (''), (NULL), (repeat('x', 1048576))) p(current), LATERAL enclave.change_password(:ann, current, 'the seventh passphrase') c GROUP BY 1, 2;
SELECT c.* FROM enclave.change_password(:eve, NULL, 'the first passphrase') c;
SELECT password_hash = :'hash' AND epoch = :epoch AS as_it_was, pg_temp.alive(:'t4') FROM enclave.users WHERE id = :ann;

-- Promise: a wrong one counts as a failed login, and at the limit the right one is not looked at (E9)
SELECT * FROM enclave.change_password(:ann, 'wrong', 'the seventh passphrase');
SELECT * FROM enclave.change_password(:ann, 'the sixth passphrase', 'the seventh passphrase');
SELECT pg_temp.status('ann@example.com', 'the sixth passphrase') AS login, (enclave.login('ann@example.com', 'the sixth passphrase', '192.0.2.1')).status AS from_elsewhere;
SELECT count(*) AS failures FROM enclave.login_attempts WHERE user_id = :ann AND pair_slot IS NOT NULL AND attempted_at > (SELECT max(attempted_at) FROM enclave.login_attempts WHERE user_id = :ann AND success AND network IS NULL);
SELECT pg_temp.forget();

-- Promise: the new password keeps the policy, with the address and name of its owner, and is another
SELECT new, pg_temp.try(format('SELECT enclave.change_password(%s, ''the sixth passphrase'', %L)', :ann, new)) FROM (VALUES
    ('short'), (''), (NULL), (repeat('x', 129)), ('password1'), ('ann@example.com'), ('Ann Lee 1'), ('the sixth passphrase')) n(new) ;
-- and a refusal of the present one comes before it: nobody learns about a password without knowing it
SELECT pg_temp.try(format('SELECT enclave.change_password(%s, ''wrong'', ''short'')', :ann));
SELECT pg_temp.status('ann@example.com', 'the sixth passphrase');
SELECT pg_temp.forget();

-- Promise: no user, no row
SELECT pg_temp.try(format('SELECT enclave.change_password(%s, ''x'', ''x'')', id)) FROM (VALUES ('NULL'), ('0'), ('-1'), ('9223372036854775807')) u(id);

-- Promise: of a disabled account the right password tells that it is, and changes nothing
SELECT enclave.disable_user(:bob, 'test');
SELECT * FROM enclave.change_password(:bob, 'another passphrase', 'yet another passphrase');
SELECT * FROM enclave.change_password(:bob, 'wrong', 'yet another passphrase');
SELECT enclave.enable_user(:bob);

-- Promise: set_password takes the back end's word, keeps the policy, and ends everything
SELECT token AS b2 FROM enclave.login('bob@example.com', 'another passphrase') \gset
SELECT pg_temp.try(format('SELECT enclave.set_password(%s, %L)', id, new)) FROM (VALUES
    ('NULL', 'x'), ('0', 'a good passphrase'), (:'bob', NULL), (:'bob', ''), (:'bob', 'short'), (:'bob', 'bob@example.com'), (:'bob', repeat('x', 1048576))) s(id, new);
SELECT enclave.set_password(:bob, 'a set passphrase'), pg_temp.alive(:'b2', :'t4');
SELECT pg_temp.status('bob@example.com', 'another passphrase') AS old, pg_temp.status('bob@example.com', 'a set passphrase') AS new;
SELECT enclave.set_password(:eve, 'a set passphrase');
SELECT pg_temp.status('eve@example.com', 'a set passphrase') AS the_first;
SELECT pg_temp.forget();

-- Promise: both know the limit of what they may do where nothing can be written
BEGIN READ ONLY;
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.change_password(NULL, NULL, NULL)'), ('SELECT enclave.set_password(NULL, NULL)'),
    ('SELECT enclave.require_password_change(NULL)'), ('SELECT enclave.reset_password(NULL, NULL)')) r(q);
COMMIT;
SELECT pg_temp.try('SELECT enclave.require_password_change(' || id || ')') FROM (VALUES ('NULL'), ('0')) u(id);

-- Promise: at max_consecutive_failures only the password is suspended, without a word, until it is renewed
SET enclave.max_consecutive_failures = 4;
SELECT token AS e1 FROM enclave.login('eve@example.com', 'a set passphrase') \gset
SELECT pg_temp.status('eve@example.com', 'wrong ' || i) FROM generate_series(1, 3) i;
UPDATE enclave.login_attempts SET attempted_at = attempted_at - interval '1 hour';
SELECT pg_temp.status('eve@example.com', 'a set passphrase') AS a_success_begins_anew;
SELECT pg_temp.status('eve@example.com', 'wrong ' || i) FROM generate_series(1, 4) i;
UPDATE enclave.login_attempts SET attempted_at = attempted_at - interval '1 hour';
SELECT pg_temp.status('eve@example.com', 'a set passphrase') AS suspended, pg_temp.alive(:'e1') AS token,
    (SELECT status FROM enclave.change_password(:eve, 'a set passphrase', 'a changed passphrase')) AS change;
SELECT user_id = :eve AS eve, network, since < clock_timestamp() AS since, until, kind FROM enclave.locked_accounts;
SELECT enclave.set_password(:eve, 'a second passphrase');
SELECT pg_temp.status('eve@example.com', 'a second passphrase') AS renewed;
-- a right password that is refused for another reason is no failure
SELECT enclave.disable_user(:eve, 'test');
SELECT pg_temp.status('eve@example.com', 'a second passphrase') FROM generate_series(1, 6);
SELECT enclave.enable_user(:eve);
SELECT pg_temp.status('eve@example.com', 'a second passphrase');
RESET enclave.max_consecutive_failures;

-- Promise: a reset asks the policy first, and uses its token up once; no session comes from it (C1, C3)
SET enclave.one_time_requests = 100;
SELECT token AS e1 FROM enclave.login('eve@example.com', 'a second passphrase') \gset
SELECT token AS r1 FROM enclave.create_password_reset('eve@example.com') \gset
SELECT token AS r2 FROM enclave.create_password_reset('EVE@example.com ') \gset
SELECT token AS l1 FROM enclave.create_magic_link('eve@example.com') \gset
SELECT token, pg_temp.try(format('SELECT enclave.reset_password(%L, %L)', t.token, new)) FROM (VALUES ('nonsense', 'short'), (NULL, NULL), ('epr_x', ''), ('nonsense', repeat('x', 1048576))) t(token, new);
SELECT pg_temp.try(format('SELECT enclave.reset_password(%L, %L)', :'r1', new)) FROM (VALUES ('short'), ('password1'), ('eve@example.com')) n(new);
SELECT r.*, count(*) FROM (VALUES (NULL), (''), ('nonsense'), (repeat('x', 40)), (repeat('x', 1048576)), (:'l1'), (:'e1'), (left(:'r1', -1)), (:'r1' || 'x')) t(token), LATERAL enclave.reset_password(token, 'a third passphrase') r GROUP BY 1, 2;
SELECT pg_temp.status('eve@example.com', 'a second passphrase') AS as_it_was, pg_temp.alive(:'e1');
SELECT status, user_id = :eve AS hers FROM enclave.reset_password(:'r1', 'a third passphrase');
SELECT r.* FROM (VALUES (:'r1'), (:'r2')) t(token), LATERAL enclave.reset_password(token, 'a fourth passphrase') r;
SELECT pg_temp.alive(:'e1') AS token, (SELECT count(*) FROM enclave.peek_token(:'l1')) AS link, (SELECT count(*) FROM enclave.user_tokens(:eve)) AS sessions,
    pg_temp.status('eve@example.com', 'a second passphrase') AS old, pg_temp.status('eve@example.com', 'a third passphrase') AS new;
SELECT email_verified_at IS NOT NULL AS verified FROM enclave.users WHERE id = :eve;

-- Promise: an expired one is told apart, one of a disabled or deleted user is none
SELECT token AS r3 FROM enclave.create_password_reset('eve@example.com') \gset
UPDATE enclave.password_reset_tokens SET created_at = created_at - interval '2 hours', expires_at = clock_timestamp() - interval '1 s' WHERE user_id = :eve;
SELECT * FROM enclave.reset_password(:'r3', 'a fourth passphrase');
SELECT token AS r4 FROM enclave.create_password_reset('eve@example.com') \gset
UPDATE enclave.users SET disabled_at = now() WHERE id = :eve;
SELECT * FROM enclave.reset_password(:'r4', 'a fourth passphrase');
UPDATE enclave.users SET disabled_at = NULL WHERE id = :eve;
SELECT token AS bobs FROM enclave.create_password_reset('bob@example.com') \gset
BEGIN; SELECT enclave.delete_user(:bob); SELECT * FROM enclave.reset_password(:'bobs', 'a fourth passphrase'); ROLLBACK;

-- Promise: it clears the lock, a suspension too (E8)
SET enclave.max_consecutive_failures = 5;
SELECT pg_temp.status('eve@example.com', 'wrong') FROM generate_series(1, 6);
SELECT status FROM enclave.reset_password(:'r4', 'a fourth passphrase');
SELECT pg_temp.status('eve@example.com', 'a fourth passphrase');
RESET enclave.max_consecutive_failures;

-- Promise: who has to change his password is let in by nothing but a reset, to another password
SELECT token AS e2 FROM enclave.login('eve@example.com', 'a fourth passphrase') \gset
UPDATE enclave.users SET email_verified_at = NULL WHERE id = :eve;
SELECT enclave.require_password_change(:eve), pg_temp.alive(:'e2') AS tokens_stay;
SELECT status, user_id, token, expires_at, challenge FROM enclave.login('eve@example.com', 'wrong');
SELECT status, challenge ~ '^epr_[0-9A-Za-z]{38}$' AS is_token, user_id, token, expires_at, last_login_at, failures_since, challenge FROM enclave.login('eve@example.com', 'a fourth passphrase') \gset
\echo :status :is_token :user_id :token :expires_at
SELECT pg_temp.try(format('SELECT enclave.reset_password(%L, %L)', :'challenge', 'a fourth passphrase')) AS the_same;
SELECT status, user_id = :eve AS hers FROM enclave.reset_password(:'challenge', 'a fifth passphrase');
SELECT email_verified_at AS nobody_was_mailed FROM enclave.users WHERE id = :eve;
SELECT status, challenge FROM enclave.login('eve@example.com', 'a fifth passphrase');
SELECT * FROM enclave.reset_password(:'challenge', 'a sixth passphrase');
-- and other ways to a new password do as well
SELECT enclave.require_password_change(:eve), (SELECT status FROM enclave.change_password(:eve, 'a fifth passphrase', 'a sixth passphrase')), pg_temp.status('eve@example.com', 'a sixth passphrase');
SELECT enclave.require_password_change(:eve), enclave.set_password(:eve, 'a seventh passphrase'), pg_temp.status('eve@example.com', 'a seventh passphrase');

-- Promise: the owner is told of every new password
SELECT user_id = :eve AS hers, recipient, count(*) FROM enclave.mail_queue WHERE kind = 'password_changed' AND user_id = :eve GROUP BY 1, 2;

-- Promise: one event for a call, and no password in any table
SELECT event, count(*) FROM enclave.audit_logs WHERE user_id IN (:ann, :bob, :eve) AND event NOT LIKE 'auth.login.%' AND event NOT LIKE 'user.%' GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM (SELECT u::text FROM enclave.users u UNION ALL SELECT a::text FROM enclave.audit_logs a
    UNION ALL SELECT t::text FROM enclave.access_tokens t UNION ALL SELECT l::text FROM enclave.login_attempts l) x(row) WHERE row LIKE '%passphrase%';
DELETE FROM enclave.users;
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
SELECT pg_temp.forget();
