--
-- Levels: access_matrix, grant_access, revoke_access, renew_grants, doctor's checks of grants.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;

\i sql/include/try.sql
CREATE VIEW pg_temp.grants AS SELECT status, detail FROM enclave.doctor() WHERE check_name = 'grants';

-- Promise: the levels are those of the contract, function by function
CREATE TEMP TABLE contract (level text, functions text);
INSERT INTO contract VALUES
    ('anon', 'login logout refresh my_account my_tokens revoke_my_token logout_everywhere login_session touch_session end_session my_sessions end_my_session'),
    ('anon', 'reset_password confirm_email_change request_my_email_change update_my_account change_my_password delete_my_account export_my_data'),
    ('app', 'update_user request_email_change delete_user export_user change_password'),
    ('support', 'disable_user enable_user require_password_change unlock unlock_network'),
    ('auditor, support', 'current_locks locked_accounts'),
    ('admin', 'set_password'),
    ('anon', 'request_signup forgot_password request_verification verify_email reject_verification request_magic_link verify_magic_link peek_token'),
    ('anon, verifier', 'authenticate user_id token_id session_id abilities claims auth_method auth_time impersonated_by require_user require_recent_login can clear_identity health'),
    ('verifier', 'verify_token token_can verify_session verify_jwt inspect_jwt'),
    ('app', 'issue_jwt link_identity unlink_identity'),
    ('anon', 'login_jwt refresh_jwt'),
    ('admin', 'set_claims_function trust_issuer untrust_issuer'),
    ('anon, verifier', 'jwks'),
    ('admin', 'create_signing_key rotate_signing_key retire_signing_key rewrap_keys signing_keys'),
    ('app', 'signup create_user create_token hash_password verify_password needs_rehash check_password generate_token hash_token'),
    ('app', 'create_password_reset create_email_verification create_magic_link create_session set_session_data log_event verify_jws'),
    ('app', 'hit too_many_attempts remaining available_in clear_limit'),
    ('admin', 'define_limit drop_limit limits'),
    ('auditor', 'current_stats'),
    ('mailer', 'take_mail mail_sent mail_failed'),
    ('app, support', 'get_user find_user end_all user_tokens revoke_token revoke_user_tokens user_sessions end_user_sessions'),
    ('auditor', 'current_settings settings access_matrix doctor handlers prune_runs stats'),
    ('auditor, support', 'audit'),
    ('admin', 'import_user impersonate protect on_event off_event prune schedule_prune unschedule_prune prune_now apply_preset renew_grants');
SELECT coalesce(c.function, m.function) AS function, c.level AS contract, m.level AS here
FROM (SELECT level, unnest(string_to_array(functions, ' ')) AS function FROM contract) c
FULL JOIN (SELECT level, regexp_replace(function, '^enclave\.|\(.*', '', 'g') AS function FROM enclave.access_matrix) m USING (function)
WHERE c.level IS DISTINCT FROM m.level;
-- and what has none is the extension's own
SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'enclave'::regnamespace AND p.oid::regprocedure::text NOT IN (SELECT function FROM enclave.access_matrix) ORDER BY 1;
SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'enclave'::regnamespace AND relkind = 'v' AND c.oid::regclass::text NOT IN (SELECT function FROM enclave.access_matrix) ORDER BY 1;
SELECT function, volatility, parallel, definer FROM enclave.access_matrix WHERE function ~ '(user_id|verify_token|login|settings)' ORDER BY 1;

-- Promise: a role of each level may execute and read what its level says, and nothing more
CREATE TEMP TABLE roles AS SELECT level, 'regress_enclave_' || level AS role FROM unnest('{anon,verifier,app,mailer,support,auditor,admin}'::text[]) level;
SELECT 'CREATE ROLE ' || role FROM roles \gexec
CREATE ROLE regress_enclave_none;
SELECT * FROM pg_temp.grants;
SELECT enclave.grant_access(role::regrole, level) FROM roles;
SELECT * FROM pg_temp.grants;
CREATE VIEW pg_temp.may AS
    SELECT r.level, f.function, CASE WHEN f.function LIKE '%(%' THEN has_function_privilege(r.role, f.function, 'EXECUTE') ELSE has_table_privilege(r.role, f.function, 'SELECT') END AS may,
        r.level = 'admin' OR r.level = ANY (string_to_array(f.level, ', ')) OR r.level = 'app' AND f.level ~ '\m(anon|verifier)\M' AS should
    FROM roles r CROSS JOIN enclave.access_matrix f;
SELECT * FROM pg_temp.may WHERE may <> should;
SELECT level, count(*) FILTER (WHERE may) > 0 AS some, count(*) FILTER (WHERE NOT may) > 0 AS not_all FROM pg_temp.may GROUP BY level ORDER BY level;
SELECT r.level, c.oid::regclass FROM roles r CROSS JOIN pg_class c WHERE c.relnamespace = 'enclave'::regnamespace AND c.relkind IN ('r', 'S', 'v') AND NOT (c.relkind = 'v' AND r.level IN ('auditor', 'support', 'admin') AND c.oid::regclass::text IN (SELECT function FROM enclave.access_matrix))
    AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(r.role, c.oid, 'USAGE, SELECT, UPDATE') ELSE has_table_privilege(r.role, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') END;
SELECT p.oid::regprocedure, r.level FROM roles r CROSS JOIN pg_proc p WHERE p.pronamespace = 'enclave'::regnamespace AND p.oid::regprocedure::text NOT IN (SELECT function FROM enclave.access_matrix) AND has_function_privilege(r.role, p.oid, 'EXECUTE');
SELECT role FROM (SELECT role FROM roles UNION SELECT 'regress_enclave_none') r WHERE has_schema_privilege(role, 'enclave', 'CREATE') OR has_schema_privilege(role, 'enclave', 'USAGE') <> (role <> 'regress_enclave_none');

-- Promise: and so it is when each calls each, with NULL for every argument: 42501 or not
CREATE FUNCTION pg_temp.refused(function text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    arguments text;
BEGIN
    IF function NOT LIKE '%(%' THEN
        EXECUTE format('SELECT FROM %s LIMIT 1', function);
    ELSE
        SELECT string_agg('NULL::' || format_type(t, NULL), ', ' ORDER BY n) INTO arguments FROM unnest((SELECT proargtypes::oid[] FROM pg_proc WHERE oid = function::regprocedure)) WITH ORDINALITY a (t, n);
        EXECUTE format('%s %s(%s)', CASE WHEN EXISTS (SELECT FROM pg_proc WHERE oid = function::regprocedure AND prokind = 'p') THEN 'CALL' ELSE 'SELECT' END, split_part(function, '(', 1), arguments);
    END IF;
    RETURN false;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN true;
WHEN OTHERS THEN
    RETURN false;
END $$;
CREATE TEMP TABLE functions AS SELECT p.oid::regprocedure::text AS function, coalesce((SELECT level FROM enclave.access_matrix m WHERE m.function = p.oid::regprocedure::text), 'none') AS level FROM pg_proc p
    WHERE pronamespace = 'enclave'::regnamespace AND proname !~ '^(secret_|guard_)' UNION ALL SELECT function, level FROM enclave.access_matrix WHERE function NOT LIKE '%(%';
GRANT SELECT ON functions, roles TO PUBLIC;
CREATE TEMP TABLE tried (level text, function text, refused boolean);
GRANT INSERT ON tried TO PUBLIC;
SELECT format('SET ROLE %I; INSERT INTO tried SELECT %L, function, pg_temp.refused(function) FROM functions ORDER BY function; RESET ROLE', role, level) FROM roles UNION ALL SELECT 'SET ROLE regress_enclave_none; INSERT INTO tried SELECT ''nobody'', function, pg_temp.refused(function) FROM functions; RESET ROLE' \gexec
SELECT t.level, t.function, t.refused FROM tried t JOIN functions f USING (function)
WHERE t.refused = CASE t.level WHEN 'nobody' THEN false WHEN 'admin' THEN f.level <> 'none' ELSE t.level = ANY (string_to_array(f.level, ', ')) OR t.level = 'app' AND f.level ~ '\m(anon|verifier)\M' END;
SELECT count(*) = (SELECT count(*) FROM functions) * 8 AS all_tried FROM tried;

-- Promise: only a superuser and the extension's owner give access; a right to execute by mistake does not do
SET ROLE regress_enclave_admin;
SELECT pg_temp.try($$SELECT enclave.grant_access('regress_enclave_none', 'app')$$);
SELECT pg_temp.try($$SELECT enclave.revoke_access('regress_enclave_app', 'app')$$);
RESET ROLE;
GRANT EXECUTE ON FUNCTION enclave.grant_access(regrole, text), enclave.revoke_access(regrole, text) TO regress_enclave_admin;
SELECT * FROM pg_temp.grants;
SET ROLE regress_enclave_admin;
SELECT pg_temp.try($$SELECT enclave.grant_access('regress_enclave_none', 'app')$$);
SELECT pg_temp.try($$SELECT enclave.grant_access('regress_enclave_admin', 'admin')$$);
SELECT pg_temp.try($$SELECT enclave.revoke_access('regress_enclave_app', 'app')$$);
-- renewing gives what was given, and nothing new
SELECT * FROM enclave.renew_grants() WHERE role LIKE 'regress%';
RESET ROLE;
REVOKE EXECUTE ON FUNCTION enclave.grant_access(regrole, text), enclave.revoke_access(regrole, text) FROM regress_enclave_admin;
SELECT rolname FROM pg_roles WHERE rolname LIKE 'regress_enclave_%' AND (rolsuper OR rolcreaterole OR rolbypassrls);

-- Promise: bad arguments are refused by name
SELECT args, pg_temp.try('SELECT enclave.grant_access(' || args || ')') AS granted, pg_temp.try('SELECT enclave.revoke_access(' || args || ')') AS revoked FROM (VALUES
    ($$NULL, 'app'$$), ($$'regress_enclave_none', NULL$$), ($$'regress_enclave_none', ''$$), ($$'regress_enclave_none', 'root'$$), ($$'regress_enclave_none', 'none'$$), ($$'regress_enclave_none', 'APP'$$), ($$4294967295, 'app'$$), ($$0, 'app'$$)) a(args);
SELECT pg_temp.try($$SELECT enclave.revoke_access('regress_enclave_none', 'app')$$);
SELECT pg_temp.try($$SELECT enclave.grant_access('regress_no_such_role', 'app')$$);
BEGIN READ ONLY;
SELECT pg_temp.try($$SELECT enclave.grant_access('regress_enclave_none', 'app')$$), pg_temp.try('SELECT enclave.renew_grants()');
COMMIT;

-- Promise: taking a level leaves what another level of the role gives
SELECT enclave.grant_access('regress_enclave_none', 'anon'), enclave.grant_access('regress_enclave_none', 'app'), enclave.grant_access('regress_enclave_none', 'app');
SELECT has_function_privilege('regress_enclave_none', 'enclave.signup(text, enclave.secret, text)', 'EXECUTE') AS signup, has_function_privilege('regress_enclave_none', 'enclave.logout(text)', 'EXECUTE') AS logout;
SELECT enclave.revoke_access('regress_enclave_none', 'app');
SELECT has_function_privilege('regress_enclave_none', 'enclave.signup(text, enclave.secret, text)', 'EXECUTE') AS signup, has_function_privilege('regress_enclave_none', 'enclave.logout(text)', 'EXECUTE') AS logout, has_schema_privilege('regress_enclave_none', 'enclave', 'USAGE') AS usage;
SELECT enclave.revoke_access('regress_enclave_none', 'anon');
SELECT has_function_privilege('regress_enclave_none', 'enclave.logout(text)', 'EXECUTE') AS logout, has_schema_privilege('regress_enclave_none', 'enclave', 'USAGE') AS usage;
SELECT * FROM pg_temp.grants;
SELECT event, metadata FROM enclave.audit_logs WHERE event LIKE 'access.%' AND metadata ->> 'role' = 'regress_enclave_none' ORDER BY id;

-- Promise: where rights and memory differ doctor says so, and renew_grants() brings them back
REVOKE EXECUTE ON FUNCTION enclave.login(text, enclave.secret, inet, text, text) FROM regress_enclave_anon;
REVOKE USAGE ON SCHEMA enclave FROM regress_enclave_verifier;
REVOKE SELECT ON enclave.settings FROM regress_enclave_auditor;
GRANT EXECUTE ON FUNCTION enclave.create_token(bigint, text, text[], interval) TO regress_enclave_none;
SELECT status, unnest(string_to_array(detail, '; ')) AS detail FROM pg_temp.grants;
SELECT role, level, done FROM enclave.renew_grants() WHERE role LIKE 'regress%';
SELECT status, detail FROM pg_temp.grants;
REVOKE EXECUTE ON FUNCTION enclave.create_token(bigint, text, text[], interval) FROM regress_enclave_none;
DROP OWNED BY regress_enclave_mailer;
DROP ROLE regress_enclave_mailer;
SELECT status, detail FROM pg_temp.grants;
SELECT role, level, done FROM enclave.renew_grants() WHERE role LIKE 'regress%' AND NOT done;
SELECT pg_temp.try($$SELECT enclave.revoke_access('regress_enclave_mailer', 'mailer')$$);
DELETE FROM enclave.access_grants WHERE role = 'regress_enclave_mailer';
SELECT status, detail FROM pg_temp.grants;

-- Promise: a right of PUBLIC's is found
GRANT EXECUTE ON FUNCTION enclave.create_token(bigint, text, text[], interval) TO PUBLIC;
SELECT status, detail, remedy FROM enclave.doctor() WHERE check_name = 'public_rights';
REVOKE EXECUTE ON FUNCTION enclave.create_token(bigint, text, text[], interval) FROM PUBLIC;
SELECT status, detail, remedy FROM enclave.doctor() WHERE check_name = 'public_rights';

-- Attack: a function of a granted name that somebody put beside ours is not granted along
CREATE FUNCTION enclave.login(text) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$;
REVOKE EXECUTE ON FUNCTION enclave.login(text) FROM PUBLIC;
SELECT enclave.grant_access('regress_enclave_anon', 'anon');
SELECT has_function_privilege('regress_enclave_anon', 'enclave.login(text)', 'EXECUTE');
DROP FUNCTION enclave.login(text);

-- Promise: a name that needs quoting
CREATE ROLE "regress_enclave ""; DROP TABLE enclave.users; --";
SELECT enclave.grant_access(oid::regrole, 'anon') FROM pg_roles WHERE rolname LIKE 'regress_enclave "%';
SELECT * FROM pg_temp.grants;
SELECT role, level, done FROM enclave.renew_grants() WHERE role LIKE 'regress_enclave "%';
SELECT enclave.revoke_access(oid::regrole, 'anon') FROM pg_roles WHERE rolname LIKE 'regress_enclave "%';
DROP ROLE "regress_enclave ""; DROP TABLE enclave.users; --";

DELETE FROM enclave.mail_queue;
DELETE FROM enclave.quota_uses;
SELECT enclave.revoke_access(role::regrole, level) FROM roles WHERE level <> 'mailer';
SELECT * FROM pg_temp.grants;
DROP ROLE regress_enclave_anon, regress_enclave_verifier, regress_enclave_app, regress_enclave_support, regress_enclave_auditor, regress_enclave_admin, regress_enclave_none;
