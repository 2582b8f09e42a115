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

-- level: app
CREATE OR REPLACE FUNCTION enclave.update_user(
    user_id bigint, name text DEFAULT NULL, email text DEFAULT NULL)
RETURNS enclave.account
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_update_user';
COMMENT ON FUNCTION enclave.update_user(bigint, text, text) IS
'change name and address on the caller''s word, NULL leaves as is; a new address is unverified and ends what was mailed to the old; NC005, NC006, NC008';

-- level: app
CREATE OR REPLACE FUNCTION enclave.request_email_change(user_id bigint, new_email text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_request_email_change';
COMMENT ON FUNCTION enclave.request_email_change(bigint, text) IS
'mail a token to a new address, which moves the account there; to its owner a notice, and the same answer, if it is taken; NC002, NC005, NC008';

-- level: anon
CREATE OR REPLACE FUNCTION enclave.confirm_email_change(
    token text, OUT status text, OUT user_id bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_confirm_email_change';
COMMENT ON FUNCTION enclave.confirm_email_change(text) IS
'move an account by the token that its new address was sent, or take the move back and end everything by that of the old address';

-- level: support
CREATE OR REPLACE FUNCTION enclave.disable_user(
    user_id bigint, reason text, until timestamptz DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_disable_user';
COMMENT ON FUNCTION enclave.disable_user(bigint, text, timestamptz) IS
'keep a user out, until a time or for good, and end everything of his at once; NC005, NC008';

-- level: support
CREATE OR REPLACE FUNCTION enclave.enable_user(user_id bigint)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_enable_user';
COMMENT ON FUNCTION enclave.enable_user(bigint) IS
'let a disabled user in again; what was ended stays ended; NC005';

-- level: app
CREATE OR REPLACE FUNCTION enclave.delete_user(user_id bigint)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_delete_user';
COMMENT ON FUNCTION enclave.delete_user(bigint) IS
'delete a user and all that is held about him; of the audit log id and event stay; NC005';

-- level: app
CREATE OR REPLACE FUNCTION enclave.export_user(user_id bigint)
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_export_user';
COMMENT ON FUNCTION enclave.export_user(bigint) IS
'everything that is held about a user, by table, without hashes and digests; NC005';
