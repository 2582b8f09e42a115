-- Notes that belong to their authors, for two kinds of client.  Run once, as a
-- superuser, in a database that has the extension:
--
--     psql -v ON_ERROR_STOP=1 -f examples/rls/schema.sql

-- The trusted back end: signs people up, knows their addresses, may issue tokens.
CREATE ROLE backend LOGIN;
SELECT enclave.grant_access('backend', 'app');

-- The gateway's login role may do nothing but become the role that requests run
-- under.
CREATE ROLE authenticator LOGIN NOINHERIT;
CREATE ROLE web NOLOGIN;
GRANT web TO authenticator;
SELECT enclave.grant_access('web', 'anon');

CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO backend, web;

-- The owner is never sent by a client: only the text can be written.
CREATE TABLE app.notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner bigint NOT NULL DEFAULT enclave.user_id() REFERENCES enclave.users ON DELETE CASCADE,
    text text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT (text), UPDATE (text), DELETE ON app.notes TO backend, web;

-- All of row-level security: the policy, that it also holds for the table's
-- owner, and the index.
SELECT enclave.protect('app.notes', 'owner');

-- What the gateway calls at the start of each request, with the request's headers
-- in a setting.  The setting can be forged by whoever can run SQL as web; what
-- counts is that the token in it is valid.
CREATE FUNCTION app.pre_request() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    headers json := nullif(current_setting('request.headers', true), '');
    bearer text := substring(headers ->> 'authorization' FROM '^Bearer +(\S+)$');
BEGIN
    -- no header at all is nobody, and that is allowed: he has to log in first
    IF headers ->> 'authorization' IS NOT NULL AND enclave.authenticate(bearer) IS NULL THEN
        RAISE SQLSTATE 'PT401' USING MESSAGE = 'the token is not valid';
    END IF;
END $$;

-- The gateway's login: it passes on what the browser sent.
CREATE FUNCTION app.login(email text, password enclave.secret) RETURNS json LANGUAGE sql AS $$
    SELECT json_build_object('status', l.status, 'token', l.token, 'expires_at', l.expires_at,
                             'retry_after', l.retry_after)
    FROM enclave.login(email, password) l
$$;

REVOKE ALL ON FUNCTION app.pre_request(), app.login(text, enclave.secret) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.pre_request(), app.login(text, enclave.secret) TO web;
