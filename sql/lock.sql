--
-- Locks: locked_accounts, unlock, unlock_network.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset

\i sql/include/try.sql

-- a number of guesses in a row
CREATE FUNCTION pg_temp.guess(times integer, email text, ip inet = NULL) RETURNS void LANGUAGE sql AS $$
    SELECT enclave.login(email, 'wrong', ip) FROM generate_series(1, times)
$$;
CREATE FUNCTION pg_temp.status(email text, ip inet = NULL) RETURNS text LANGUAGE sql AS $$
    SELECT status FROM enclave.login(email, 'the right passphrase', ip)
$$;
CREATE VIEW pg_temp.locks AS SELECT u.email, l.network, l.kind, l.since <= clock_timestamp() AS since,
    l.until - clock_timestamp() BETWEEN '14 min' AND '15 min' AS until FROM enclave.locked_accounts l LEFT JOIN enclave.users u ON u.id = l.user_id ORDER BY kind, email, network;
SELECT email FROM enclave.signup('ann@example.com', 'the right passphrase') UNION ALL SELECT email FROM enclave.signup('bob@example.com', 'the right passphrase');

-- Promise: nothing is locked below the limit, and what a success has cleared is not either
SELECT pg_temp.guess(4, 'ann@example.com', '192.0.2.1');
TABLE pg_temp.locks;
SELECT pg_temp.status('ann@example.com', '192.0.2.1');
SELECT pg_temp.guess(4, 'ann@example.com', '192.0.2.1');
TABLE pg_temp.locks;

-- Promise: the view shows each lock that refuses, of unknown addresses too, and when it began and ends
SELECT pg_temp.guess(1, 'ann@example.com', '192.0.2.1'), pg_temp.guess(5, 'ann@example.com'), pg_temp.guess(5, 'nobody@example.com', '2001:db8::1');
SET enclave.network_max_attempts = 5;
SELECT pg_temp.guess(1, i || '@example.com', '192.0.2.66') FROM generate_series(1, 6) i;
TABLE pg_temp.locks;
-- over all networks ten times as many
SET enclave.max_failed_attempts = 1;
SELECT pg_temp.guess(1, 'bob@example.com', inet '198.51.100.0' + i) FROM generate_series(1, 10) i;
SELECT email, network, kind FROM pg_temp.locks WHERE kind = 'account';
SELECT count(*) FROM pg_temp.locks WHERE kind = 'pair' AND email = 'bob@example.com';
RESET enclave.max_failed_attempts;
RESET enclave.network_max_attempts;

-- Promise: unlock lets the account in from everywhere, in any spelling; others stay locked, and the rows stay
SELECT pg_temp.status('ann@example.com', '192.0.2.1') AS known, pg_temp.status('ann@example.com') AS unknown;
SELECT count(*) AS rows FROM enclave.login_attempts \gset
SELECT enclave.unlock(' ANN@Example.com');
SELECT pg_temp.status('ann@example.com', '192.0.2.1') AS known, pg_temp.status('ann@example.com') AS unknown;
SELECT count(*) = :rows AS rows_stay FROM enclave.login_attempts WHERE NOT success OR user_id <> 0 AND attempted_at < (SELECT max(at) FROM enclave.audit_logs WHERE event = 'auth.unlocked');
SELECT email, network, kind FROM pg_temp.locks;
SELECT enclave.unlock('bob@example.com'), enclave.unlock('nobody@example.com');
SELECT email, network, kind FROM pg_temp.locks;
-- and counting begins anew
SELECT pg_temp.guess(4, 'ann@example.com', '192.0.2.1'), pg_temp.status('ann@example.com', '192.0.2.1');
SELECT pg_temp.guess(5, 'ann@example.com', '192.0.2.1'), pg_temp.status('ann@example.com', '192.0.2.1');

-- Promise: unlock_network lets a network in again over all accounts; what it has failed on one account stays
SET enclave.network_max_attempts = 5;
SELECT pg_temp.status('bob@example.com', '192.0.2.66') AS locked;
SELECT enclave.unlock_network('::ffff:192.0.2.66');
SELECT pg_temp.status('bob@example.com', '192.0.2.66') AS open;
RESET enclave.network_max_attempts;
SELECT enclave.unlock_network('192.0.2.1'), pg_temp.status('ann@example.com', '192.0.2.1') AS still_locked;

-- Promise: nothing to unlock is no error, whatever was typed; no network is
SELECT pg_temp.try(format('SELECT enclave.unlock(%L)', v)) FROM (VALUES (NULL), (''), ('nonsense'), (repeat('x', 1048576))) u(v);
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.unlock_network(NULL)'), ('SELECT enclave.unlock_network(''203.0.113.9'')'), ('SELECT enclave.unlock_network(''0.0.0.0/0'')')) u(q);
-- what was typed in an address's place is unlocked as it was counted
SELECT pg_temp.guess(6, 'a@@b'), (SELECT status FROM enclave.login('a@@b', 'x')) AS locked;
SELECT enclave.unlock('a@@b'), (SELECT status FROM enclave.login('a@@b', 'x')) AS open;

-- Promise: a suspended password is unlocked with the account
SET enclave.max_consecutive_failures = 5;
SELECT enclave.unlock('ann@example.com'), pg_temp.guess(5, 'ann@example.com');
UPDATE enclave.login_attempts SET attempted_at = attempted_at - interval '1 hour';
SELECT pg_temp.status('ann@example.com') AS suspended, pg_temp.status('ann@example.com', '192.0.2.1') AS from_everywhere;
SELECT email, network, kind, until FROM pg_temp.locks;
SELECT enclave.unlock('ann@example.com'), pg_temp.status('ann@example.com');
SELECT email, network, kind FROM pg_temp.locks;
RESET enclave.max_consecutive_failures;

-- Promise: unlocking is on record, and nothing else is made of a read-only transaction
SELECT user_id <> 0 AS known, metadata, count(*) FROM enclave.audit_logs WHERE event = 'auth.unlocked' AND id > :mark GROUP BY 1, 2 ORDER BY 1, 2;
BEGIN READ ONLY;
SELECT count(*) FROM enclave.locked_accounts WHERE kind = 'none';
SELECT pg_temp.try(q) FROM (VALUES ('SELECT enclave.unlock(NULL)'), ('SELECT enclave.unlock_network(NULL)')) r(q);
COMMIT;

-- Promise: the owner is told of a lock of his account, once a day at most; a lock costs the same where nobody is told
DELETE FROM enclave.mail_queue;
DELETE FROM enclave.login_attempts;
SELECT id AS lou FROM enclave.signup('lou@example.com', 'the right passphrase') \gset
CREATE FUNCTION pg_temp.mails() RETURNS TABLE (told boolean, locks bigint) LANGUAGE sql AS $$ SELECT NOT decoy, count(*) FROM enclave.mail_queue WHERE kind = 'account_locked' GROUP BY 1 ORDER BY 1 $$;
SELECT pg_temp.guess(4, 'lou@example.com');
SELECT * FROM pg_temp.mails();
SELECT pg_temp.guess(3, 'lou@example.com');
SELECT * FROM pg_temp.mails();
SELECT kind, recipient, user_id = :lou AS hers, token, expires_at, data FROM enclave.take_mail();
DELETE FROM enclave.mail_queue;
SELECT enclave.unlock('lou@example.com'), pg_temp.guess(5, 'lou@example.com'), pg_temp.guess(5, 'nobody@example.com'), pg_temp.guess(5, ''), pg_temp.guess(5, repeat('x', 2000));
SELECT * FROM pg_temp.mails();
UPDATE enclave.audit_logs SET at = at - interval '25 hours' WHERE user_id = :lou;
SELECT enclave.unlock('lou@example.com'), pg_temp.guess(5, 'lou@example.com');
SELECT * FROM pg_temp.mails();
SET enclave.network_max_attempts = 3;
SELECT id AS max FROM enclave.signup('max@example.com', 'the right passphrase') \gset
SELECT pg_temp.guess(3, 'max@example.com', '192.0.2.77');
SELECT metadata FROM enclave.audit_logs WHERE user_id = :max AND event = 'auth.login.locked';
RESET enclave.network_max_attempts;
DELETE FROM enclave.users;
DELETE FROM enclave.login_attempts;
DELETE FROM enclave.mail_queue;
