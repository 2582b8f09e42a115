-- Hashes, tokens and the password policy, by themselves.

-- level: app
CREATE OR REPLACE FUNCTION enclave.hash_password(password enclave.secret)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_hash_password';
COMMENT ON FUNCTION enclave.hash_password(enclave.secret) IS
'an Argon2id hash in PHC form, of the costs now set; does not ask the password policy';

-- level: app
CREATE OR REPLACE FUNCTION enclave.verify_password(password enclave.secret, hash text)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_verify_password';
COMMENT ON FUNCTION enclave.verify_password(enclave.secret, text) IS
'whether a password has this Argon2 hash; nothing is counted; NC015 for a hash that cannot be verified here';

-- level: app
CREATE OR REPLACE FUNCTION enclave.needs_rehash(hash text)
RETURNS boolean
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_needs_rehash';
COMMENT ON FUNCTION enclave.needs_rehash(text) IS
'whether a hash was made with other than the costs now set; a login renews it by itself';

-- level: app
CREATE OR REPLACE FUNCTION enclave.check_password(
    password enclave.secret, email text DEFAULT NULL, name text DEFAULT NULL, OUT rule text)
RETURNS SETOF text
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 2 AS 'MODULE_PATHNAME', 'enclave_check_password';
COMMENT ON FUNCTION enclave.check_password(enclave.secret, text, text) IS
'the rules that a password would break, by name; no row if it is good';

-- level: app
CREATE OR REPLACE FUNCTION enclave.generate_token(length integer DEFAULT 32)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_generate_token';
COMMENT ON FUNCTION enclave.generate_token(integer) IS
'random letters and digits, 5.95 bits each, without prefix and checksum';

-- level: app
CREATE OR REPLACE FUNCTION enclave.hash_token(token text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'enclave_hash_token';
COMMENT ON FUNCTION enclave.hash_token(text) IS
'the SHA-256 of a token, as it is stored';
