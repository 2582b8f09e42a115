-- Signing keys.

-- level: admin
CREATE OR REPLACE FUNCTION enclave.create_signing_key(alg text DEFAULT 'EdDSA')
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_create_signing_key';
COMMENT ON FUNCTION enclave.create_signing_key(text) IS
'make a key that signs JWTs, at once or after jwks_delay where another signs now; its kid; NC008, NC009 at 64 keys, NC013 for a bad key file';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.rotate_signing_key(alg text DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_rotate_signing_key';
COMMENT ON FUNCTION enclave.rotate_signing_key(text) IS
'make a key, of the algorithm that signs now for NULL, and have all others sign no more once it does; its kid; NC008, NC009 at 64 keys, NC013 without a key';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.retire_signing_key(kid text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_retire_signing_key';
COMMENT ON FUNCTION enclave.retire_signing_key(text) IS
'from now on nothing holds that this key has signed, and its private part is gone; NC010';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.rewrap_keys()
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_rewrap_keys';
COMMENT ON FUNCTION enclave.rewrap_keys() IS
'encrypt every stored key with the first master key of key_file; how many were not; NC013 if there is none or an old one is missing';

-- level: admin
CREATE OR REPLACE VIEW enclave.signing_keys AS
    SELECT k.kid, k.algorithm AS alg,
           CASE WHEN k.retired_at IS NOT NULL THEN 'retired'
                WHEN k.signs_until <= pg_catalog.clock_timestamp() THEN 'retiring'
                ELSE 'active' END AS state,
           k.created_at, k.signs_from, k.signs_until, k.retired_at, k.wrapped_by
    FROM enclave.key_store k
    WHERE k.purpose = 'sign'
    ORDER BY k.signs_from DESC, k.created_at DESC, k.kid;
COMMENT ON VIEW enclave.signing_keys IS
'the keys that sign, or have signed, JWTs, newest first; wrapped_by is the id of the master key that encrypts it, NULL without';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.jwks()
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_jwks';
COMMENT ON FUNCTION enclave.jwks() IS
'the public keys that our JWTs are verified with, as a JWK set; never one of an HS algorithm';
