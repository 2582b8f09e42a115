-- Notes that belong to their authors, behind PostgREST, with our JWTs.  Run once, as a
-- superuser, in a database that has the extension:
--
--     psql -v ON_ERROR_STOP=1 -f examples/postgrest/schema.sql

-- Who issues, and for whom: others that share the keys take none for theirs.
SELECT format('ALTER DATABASE %I SET enclave.jwt_issuer = %L', current_database(), 'https://notes.example') \gexec
SELECT format('ALTER DATABASE %I SET enclave.jwt_audience = %L', current_database(), 'notes') \gexec
SELECT enclave.create_signing_key('ES256');

-- PostgREST logs in as the first, and becomes what the claim "role" says; without a
-- token the second.  Neither can do more than what is granted here.
CREATE ROLE authenticator LOGIN NOINHERIT;
CREATE ROLE visitor NOLOGIN;
CREATE ROLE member NOLOGIN;
GRANT visitor, member TO authenticator;
SELECT enclave.grant_access('visitor', 'anon'), enclave.grant_access('member', 'anon');

CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO visitor, member;

CREATE TABLE app.notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner bigint NOT NULL DEFAULT enclave.user_id() REFERENCES enclave.users ON DELETE CASCADE,
    text text NOT NULL
);
GRANT SELECT, INSERT (text), UPDATE (text), DELETE ON app.notes TO member;
SELECT enclave.protect('app.notes', 'owner');

-- The claim that PostgREST looks for.  It runs as who registers it here.
CREATE FUNCTION app.claims(user_id bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('role', 'member')
$$;
SELECT enclave.set_claims_function('app.claims(bigint)');

-- PostgREST has verified the token's signature and times by then.  What it cannot know
-- is whether the login behind it was ended: that is what is asked here, at each
-- request, and from then on the policies know who it is.
CREATE FUNCTION app.pre_request() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    headers json := nullif(current_setting('request.headers', true), '');
BEGIN
    IF current_user = 'member'
        AND enclave.authenticate(substring(headers ->> 'authorization' FROM '^Bearer +(\S+)$')) IS NULL THEN
        RAISE SQLSTATE 'PT401' USING MESSAGE = 'log in again';
    END IF;
END $$;

CREATE FUNCTION app.login(email text, password enclave.secret) RETURNS json LANGUAGE sql AS $$
    SELECT json_build_object('status', status, 'token', token, 'expires_at', expires_at,
                             'refresh_token', refresh_token, 'retry_after', retry_after)
    FROM enclave.login_jwt(email, password)
$$;
CREATE FUNCTION app.refresh(refresh_token text) RETURNS json LANGUAGE sql AS $$
    SELECT json_build_object('status', status, 'token', token, 'expires_at', expires_at,
                             'refresh_token', r.refresh_token)
    FROM enclave.refresh_jwt(refresh.refresh_token) r
$$;
CREATE FUNCTION app.logout(refresh_token text) RETURNS boolean LANGUAGE sql AS $$
    SELECT enclave.logout(refresh_token)
$$;
-- The public keys, for PostgREST's own settings and whoever else verifies.
CREATE FUNCTION app.jwks() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT enclave.jwks() $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.pre_request(), app.login(text, enclave.secret), app.refresh(text),
    app.logout(text), app.jwks() TO visitor, member;
