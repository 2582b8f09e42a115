-- Accounts.

-- level: app
CREATE OR REPLACE FUNCTION enclave.signup(
    email text, password enclave.secret, name text DEFAULT '')
RETURNS enclave.account
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_signup';
COMMENT ON FUNCTION enclave.signup(text, enclave.secret, text) IS
'make an account with a password; NC008 for an unfit address, name or password, NC006 if the address is taken';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.request_signup(
    email text, password enclave.secret, name text DEFAULT '', ip inet DEFAULT NULL,
    user_agent text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_request_signup';
COMMENT ON FUNCTION enclave.request_signup(text, enclave.secret, text, inet, text) IS
'sign up as a stranger: the same whether the address is free or taken, a mail tells its owner; NC008, NC002';

-- level: app
CREATE OR REPLACE FUNCTION enclave.create_user(email text, name text DEFAULT '')
RETURNS enclave.account
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_create_user';
COMMENT ON FUNCTION enclave.create_user(text, text) IS
'make an account without a password; NC008, NC006 as for signup';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.import_user(
    email text, hash text, name text DEFAULT '', email_verified_at timestamptz DEFAULT NULL,
    id bigint DEFAULT NULL)
RETURNS enclave.account
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_import_user';
COMMENT ON FUNCTION enclave.import_user(text, text, text, timestamptz, bigint) IS
'make an account from another system, with its Argon2 hash in PHC form and, if given, its id; NC015 for a hash that cannot be verified here';

-- level: app, support
CREATE OR REPLACE FUNCTION enclave.get_user(user_id bigint)
RETURNS enclave.account
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_get_user';
COMMENT ON FUNCTION enclave.get_user(bigint) IS
'an account by its id; NC005 if there is none';

-- level: app, support
CREATE OR REPLACE FUNCTION enclave.find_user(email text)
RETURNS SETOF enclave.account
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 1 AS 'MODULE_PATHNAME', 'enclave_find_user';
COMMENT ON FUNCTION enclave.find_user(text) IS
'an account by its address, in any spelling; no row if there is none';
