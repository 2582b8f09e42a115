-- JSON Web Tokens, and the signatures beneath them.

-- level: app
CREATE OR REPLACE FUNCTION enclave.verify_jws(compact text, jwk jsonb)
RETURNS bytea
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_verify_jws';
COMMENT ON FUNCTION enclave.verify_jws(text, jsonb) IS
'the payload of a signed token (compact JWS) if this key verifies it, else NULL; claims are not looked at; NC008 for an unfit key';
