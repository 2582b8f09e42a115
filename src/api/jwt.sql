-- JSON Web Tokens, and the signatures beneath them.

-- level: app
CREATE OR REPLACE FUNCTION enclave.verify_jws(compact text, jwk jsonb)
RETURNS bytea
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_verify_jws';
COMMENT ON FUNCTION enclave.verify_jws(text, jsonb) IS
'the payload of a signed token (compact JWS) if this key verifies it, else NULL; claims are not looked at; NC008 for an unfit key';

-- level: app
CREATE OR REPLACE FUNCTION enclave.issue_jwt(
    user_id bigint, claims jsonb DEFAULT '{}', expires_in interval DEFAULT NULL,
    OUT token text, OUT expires_at timestamptz)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_issue_jwt';
COMMENT ON FUNCTION enclave.issue_jwt(bigint, jsonb, interval) IS
'a JWT for a user with these claims beside its own; NC005, NC008, NC009 for a disabled user, NC013 without a signing key';

-- level: verifier
CREATE OR REPLACE FUNCTION enclave.verify_jwt(token text)
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_verify_jwt';
COMMENT ON FUNCTION enclave.verify_jwt(text) IS
'the claims of a JWT of ours that holds at this moment, else NULL; no user or session is looked at; writes nothing';

-- level: verifier
CREATE OR REPLACE FUNCTION enclave.inspect_jwt(
    token text, OUT valid boolean, OUT reason text, OUT header jsonb, OUT claims jsonb)
LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_inspect_jwt';
COMMENT ON FUNCTION enclave.inspect_jwt(text) IS
'why verify_jwt takes or refuses a JWT; claims are shown only if the signature is right';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.set_claims_function(function regprocedure)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_set_claims_function';
COMMENT ON FUNCTION enclave.set_claims_function(regprocedure) IS
'have function(user_id bigint) returns jsonb called, as the current role, for the claims of every JWT made from now on; NULL: none; those that are ours to set it cannot change; while it fails no JWT is made: NC013; NC008, NC009';
