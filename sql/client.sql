--
-- Whose word is believed for the client's address: by default, and what the settings may be.
-- What they do stands in 036_client_address.pl, since only a server's own file can set them.
--
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset

-- Promise: nothing is believed by default but a trusted back end's argument
SELECT name, value, default_value FROM enclave.settings WHERE name ~ 'client_address|trusted_proxies' ORDER BY name;
CREATE ROLE regress_enclave_stranger;
CREATE ROLE regress_enclave_backend;
SELECT enclave.grant_access('regress_enclave_stranger', 'anon'), enclave.grant_access('regress_enclave_backend', 'app');
SET "request.headers" = '{"x-forwarded-for": "192.0.2.8"}';
SET ROLE regress_enclave_stranger;
SELECT status FROM enclave.login('a@example.com', 'x', '192.0.2.7');
SET ROLE regress_enclave_backend;
SELECT status FROM enclave.login('b@example.com', 'x', '192.0.2.7') UNION ALL SELECT status FROM enclave.login('c@example.com', 'x');
RESET ROLE;
SELECT role, ip FROM enclave.audit_logs WHERE id > :mark AND event = 'auth.login.failed' ORDER BY id;

-- Promise: no session sets them, not a superuser's either
SET enclave.client_address = 'connection';
SET enclave.client_address_roles = 'web';
SET enclave.trusted_proxies = 1;

-- Promise: what could not be meant is refused when it is set
ALTER SYSTEM SET enclave.client_address = 'conection';
ALTER SYSTEM SET enclave.client_address = 'Connection';
ALTER SYSTEM SET enclave.client_address = 'request.headers:';
ALTER SYSTEM SET enclave.client_address = 'request.headers:a b';
ALTER SYSTEM SET enclave.client_address = 'headers:x-forwarded-for';
ALTER SYSTEM SET enclave.client_address = ':x-forwarded-for';
ALTER SYSTEM SET enclave.client_address = '.headers';
ALTER SYSTEM SET enclave.client_address = 'request.';
ALTER SYSTEM SET enclave.client_address = 'request..headers';
ALTER SYSTEM SET enclave.client_address = 'request.headers ';
ALTER SYSTEM SET enclave.client_address_roles = 'web,,gateway';
ALTER SYSTEM SET enclave.client_address_roles = 'web gateway';
ALTER SYSTEM SET enclave.client_address_roles = '"web';
ALTER SYSTEM SET enclave.trusted_proxies = -1;
SELECT count(*) AS written FROM pg_file_settings WHERE name LIKE 'enclave.%' AND sourcefile LIKE '%auto.conf' AND name ~ 'client_address|trusted_proxies';

DELETE FROM enclave.login_attempts;
SELECT enclave.revoke_access('regress_enclave_stranger', 'anon'), enclave.revoke_access('regress_enclave_backend', 'app');
DROP ROLE regress_enclave_stranger, regress_enclave_backend;
