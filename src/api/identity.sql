-- Who is asking: the identity of a transaction, for policies and procedures.

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.authenticate(token text, ability text DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_authenticate';
COMMENT ON FUNCTION enclave.authenticate(text, text) IS
'be the user whose access token, session or JWT this is, until the transaction ends; his id, or NULL, and then nobody, if the token is not valid or does not allow the ability';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.clear_identity()
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_clear_identity';
COMMENT ON FUNCTION enclave.clear_identity() IS
'be nobody for the rest of the transaction, or until the next authenticate()';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.user_id()
RETURNS bigint
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_user_id';
COMMENT ON FUNCTION enclave.user_id() IS
'the authenticated user, NULL without one; in a policy write (SELECT enclave.user_id())';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.token_id()
RETURNS bigint
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_token_id';
COMMENT ON FUNCTION enclave.token_id() IS
'the access token by which he was authenticated, else NULL';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.session_id()
RETURNS bigint
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_session_id';
COMMENT ON FUNCTION enclave.session_id() IS
'the session by which he was authenticated, or that his JWT belongs to, else NULL';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.abilities()
RETURNS text[]
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_abilities';
COMMENT ON FUNCTION enclave.abilities() IS
'what the credential allows; {*} is everything';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.claims()
RETURNS jsonb
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_claims';
COMMENT ON FUNCTION enclave.claims() IS
'the claims of the JWT by which he was authenticated, else NULL';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.auth_method()
RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_auth_method';
COMMENT ON FUNCTION enclave.auth_method() IS
'how he was authenticated: login (the token of a login), session (a cookie session), personal (a personal access token), jwt (a JWT of ours), issuer (a trusted issuer''s token) or impersonation';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.auth_time()
RETURNS timestamptz
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_auth_time';
COMMENT ON FUNCTION enclave.auth_time() IS
'when he proved who he is, which refreshing does not renew; NULL unless by a login';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.impersonated_by()
RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_impersonated_by';
COMMENT ON FUNCTION enclave.impersonated_by() IS
'the role that called impersonate(), NULL where nobody did';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.require_user()
RETURNS bigint
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_require_user';
COMMENT ON FUNCTION enclave.require_user() IS
'the authenticated user; NC014 without one';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.require_recent_login(within interval)
RETURNS void
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_require_recent_login';
COMMENT ON FUNCTION enclave.require_recent_login(interval) IS
'NC009 unless he logged in within the interval; NC014 without a user';

-- level: anon, verifier
CREATE OR REPLACE FUNCTION enclave.can(ability text)
RETURNS boolean
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'enclave_can';
COMMENT ON FUNCTION enclave.can(text) IS
'whether the credential allows an ability, as token_can() does; false without a user';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.impersonate(user_id bigint, reason text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_impersonate';
COMMENT ON FUNCTION enclave.impersonate(bigint, text) IS
'be a user until the transaction ends, to see what he sees; on record with role and reason, and never interactive; NC005, NC008, NC009 for a disabled user';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.protect(tbl regclass, owner_column name DEFAULT 'user_id')
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_protect';
COMMENT ON FUNCTION enclave.protect(regclass, name) IS
'let the authenticated user see and change his own rows of a table and no others: row-level security, for the table''s owner too, a policy and an index; with the caller''s own rights';
