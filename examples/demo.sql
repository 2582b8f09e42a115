-- What Enclave does, call by call.  "make demo" runs this on a fresh server;
-- it also runs by hand, once, in a database that has the extension and pg_cron:
--
--     psql -e -f examples/demo.sql
--
-- Any error ends it, but for the two refusals that it shows.
\set ON_ERROR_STOP on
\pset null '(null)'

\echo
\echo '== Two people sign up'
SELECT * FROM enclave.signup('alice@example.com', 'correct horse battery staple', 'Alice');
SELECT * FROM enclave.signup('bob@example.com', 'seven green bottles falling', 'Bob');

\echo
\echo '== A weak password is refused'
\set ON_ERROR_STOP off
SELECT * FROM enclave.signup('carol@example.com', 'password1', 'Carol');
\set ON_ERROR_STOP on
-- no row here, were it another error or none, and \gset would end the script
SELECT 'NC008, validation_failed' AS refused WHERE :'SQLSTATE' = 'NC008' \gset
\echo 'refused with' :refused

\echo
\echo '== So is an address that is taken, in any spelling'
\set ON_ERROR_STOP off
SELECT * FROM enclave.signup('Alice@Example.com', 'another long enough password');
\set ON_ERROR_STOP on
SELECT 'NC006, user_already_exists' AS refused WHERE :'SQLSTATE' = 'NC006' \gset
\echo 'refused with' :refused

\echo
\echo '== A wrong password is a row, not an error: the failed attempt stays counted'
SELECT * FROM enclave.login('alice@example.com', 'incorrect horse');
-- and nobody learns which addresses have an account
SELECT * FROM enclave.login('nobody@example.com', 'incorrect horse');

\echo
\echo '== The right one gives a token'
SELECT * FROM enclave.login('alice@example.com', 'correct horse battery staple',
                            ip => '192.0.2.1', user_agent => 'demo', token_name => 'laptop') \gset
SELECT :'status' AS status, :user_id AS user_id, :'token' AS token, :'expires_at' AS expires_at;

\echo
\echo '== Each request shows it; at rest there is only its digest'
SELECT * FROM enclave.verify_token(:'token');
SELECT * FROM enclave.user_tokens(:user_id);
SELECT id, digest FROM enclave.access_tokens;

\echo
\echo '== Who is asking: a table whose rows are their owner''s'
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY, user_id bigint NOT NULL DEFAULT enclave.user_id(), body text);
INSERT INTO notes (user_id, body) SELECT id, 'written by ' || name FROM enclave.users;
CREATE ROLE demo_web;
GRANT SELECT, INSERT ON notes TO demo_web;
SELECT enclave.grant_access('demo_web', 'anon');
SELECT enclave.protect('notes');
BEGIN;
SET LOCAL ROLE demo_web;
-- nobody is authenticated: no row
SELECT * FROM notes;
SELECT enclave.authenticate(:'token');
SELECT user_id, body FROM notes;
COMMIT;

\echo
\echo '== Logged out, the token opens nothing'
SELECT enclave.logout(:'token');
SELECT * FROM enclave.verify_token(:'token');

\echo
\echo '== A web page takes a session: the value of its Set-Cookie header is ready'
SELECT token AS session, set_cookie FROM enclave.login_session('alice@example.com', 'correct horse battery staple',
                            ip => '192.0.2.1', user_agent => 'browser', data => '{"theme": "dark"}') \gset
\echo Set-Cookie: :set_cookie
SELECT * FROM enclave.verify_session(:'session');

\echo
\echo '== It slides while it is used, and is gone when it is ended'
SELECT * FROM enclave.touch_session(:'session');
SELECT * FROM enclave.user_sessions(:user_id);
SELECT * FROM enclave.end_session(:'session');
SELECT * FROM enclave.verify_session(:'session');

\echo
\echo '== An application behind a gateway takes a JWT, which anybody can verify by the published keys'
SELECT enclave.create_signing_key() AS kid \gset
SELECT status, token AS jwt, refresh_token AS first
    FROM enclave.login_jwt('alice@example.com', 'correct horse battery staple', ip => '192.0.2.1') \gset
SELECT jsonb_pretty(enclave.jwks());
SELECT enclave.verify_jwt(:'jwt');
BEGIN;
SET LOCAL ROLE demo_web;
SELECT enclave.authenticate(:'jwt');
SELECT user_id, body FROM notes;
COMMIT;

\echo
\echo '== Its refresh token is exchanged for the next one; who lost the answer asks again and gets the same'
SELECT refresh_token AS second FROM enclave.refresh_jwt(:'first') \gset
SELECT status, refresh_token = :'second' AS same FROM enclave.refresh_jwt(:'first');

\echo
\echo '== An old one that comes back has been stolen, from this end or that: the login ends'
SELECT refresh_token AS third FROM enclave.refresh_jwt(:'second') \gset
SELECT refresh_token AS fourth FROM enclave.refresh_jwt(:'third') \gset
SELECT status FROM enclave.refresh_jwt(:'first');
SELECT status FROM enclave.refresh_jwt(:'fourth');
BEGIN;
SELECT enclave.authenticate(:'jwt');
COMMIT;

\echo
\echo '== A limit of the application''s own'
SELECT enclave.define_limit('export', 2, '1 hour', 'two exports an hour');
SELECT allowed, remaining, message FROM enclave.hit('export', 'alice');
SELECT allowed, remaining, message FROM enclave.hit('export', 'alice');
SELECT allowed, remaining, message FROM enclave.hit('export', 'alice');

\echo
\echo '== Verification and reset by mail: the answer is the same for any address'
SELECT enclave.request_verification('alice@example.com'), enclave.forgot_password('alice@example.com');
SELECT enclave.forgot_password('nobody@example.com');
-- the queue holds no secret: the mailer has the tokens made when it takes the mail
SELECT kind, recipient, decoy FROM enclave.mail_queue;
SELECT max(token) FILTER (WHERE kind = 'email_verification') AS verification,
       max(token) FILTER (WHERE kind = 'password_reset') AS reset,
       array_agg(mail_id) AS mails FROM enclave.take_mail() \gset
SELECT enclave.mail_sent(mail) FROM unnest(:'mails'::bigint[]) mail;
-- a scanner that opens the link burns nothing
SELECT * FROM enclave.peek_token(:'reset');
SELECT * FROM enclave.verify_email(:'verification');
SELECT * FROM enclave.reset_password(:'reset', 'eleven pipers piping loudly');
SELECT status FROM enclave.reset_password(:'reset', 'twelve drummers drumming on');
SELECT status FROM enclave.login('alice@example.com', 'eleven pipers piping loudly');

\echo
\echo '== Housekeeping'
CALL enclave.prune();
SELECT table_name, removed, took FROM enclave.prune_runs;
-- every hour, by pg_cron
SELECT enclave.schedule_prune();
SELECT enclave.health();

\echo
\echo '== What to look at in this installation'
SELECT check_name, status, detail, remedy FROM enclave.doctor() WHERE status <> 'ok';

\echo
\echo '== What happened, as an auditor reads it'
SELECT id, user_id, event, ip, metadata FROM enclave.audit() ORDER BY id;
