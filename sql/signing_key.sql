--
-- Signing keys, and the JWTs that they sign.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
DELETE FROM enclave.key_store WHERE purpose = 'sign';
CREATE TEMP TABLE ann AS SELECT (enclave.create_user('signed@example.com')).id;
SELECT id AS ann FROM ann \gset
CREATE FUNCTION pg_temp.try(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    detail text;
    hint text;
BEGIN
    EXECUTE query INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;

-- Promise: without a key nothing is signed, and it is said what to do
SELECT pg_temp.try(format('SELECT enclave.issue_jwt(%s)', :ann));
SELECT pg_temp.try('SELECT enclave.rotate_signing_key()');
SELECT enclave.jwks();

-- Promise: every algorithm signs, and its tokens verify, by the key that kid names
SELECT enclave.create_signing_key() AS first \gset
SELECT alg, state, signs_from = created_at AS at_once, signs_until, retired_at, wrapped_by FROM enclave.signing_keys WHERE kid = :'first';
CREATE TEMP TABLE made (alg text, kid text, token text);
DO $$
DECLARE
    a text;
    k text;
BEGIN
    FOREACH a IN ARRAY '{EdDSA,ES256,ES384,ES512,PS256,PS384,PS512,RS256,HS256,HS384,HS512}'::text[] LOOP
        k := enclave.create_signing_key(a);
        INSERT INTO made SELECT a, k, i.token FROM ann, enclave.issue_jwt(ann.id) i;
    END LOOP;
END $$;
SELECT alg, i.valid, i.reason, i.header = jsonb_build_object('alg', alg, 'typ', 'at+jwt', 'kid', kid) AS header,
    i.claims ->> 'sub' = :ann::text AS claims, enclave.verify_jwt(token) = i.claims AS verified
    FROM made, enclave.inspect_jwt(token) i ORDER BY alg COLLATE "C";

-- Promise: the set of keys has the public ones, with their RFC 7638 thumbprints as kid, and never an HMAC key
SELECT k ->> 'alg' AS alg, k ->> 'kty' AS kty, k ->> 'use' AS use, (SELECT array_agg(m ORDER BY m COLLATE "C") FROM jsonb_object_keys(k) m) AS members,
    k ->> 'kid' = rtrim(translate(encode(sha256(convert_to(CASE k ->> 'kty'
        WHEN 'OKP' THEN format('{"crv":"%s","kty":"OKP","x":"%s"}', k ->> 'crv', k ->> 'x')
        WHEN 'EC' THEN format('{"crv":"%s","kty":"EC","x":"%s","y":"%s"}', k ->> 'crv', k ->> 'x', k ->> 'y')
        ELSE format('{"e":"%s","kty":"RSA","n":"%s"}', k ->> 'e', k ->> 'n') END, 'UTF8')), 'base64'), '+/', '-_'), '=') AS thumbprint
    FROM jsonb_array_elements(enclave.jwks() -> 'keys') k WHERE k ->> 'kid' <> :'first' ORDER BY k ->> 'alg' COLLATE "C";
SELECT count(*) AS public_parts_of_hmac FROM enclave.key_store WHERE algorithm ~ '^HS' AND public_jwk IS NOT NULL;

-- Promise: a token says who, until when, and what the application adds
SELECT token, expires_at FROM enclave.issue_jwt(:ann, '{"role": "web_user", "Größe": ["ü", 1.5, null, {"a": true}], "abilities": ["posts:read"]}', '1 hour') \gset
SELECT c - '{sub,exp,iat,jti}'::text[] AS rest, to_timestamp((c ->> 'exp')::bigint) = :'expires_at' AS exp, (c ->> 'exp')::bigint - (c ->> 'iat')::bigint AS seconds,
    length(c ->> 'jti') AS id FROM enclave.verify_jwt(:'token') c;
SELECT (c ->> 'exp')::bigint - (c ->> 'iat')::bigint AS seconds, c ? 'iss' OR c ? 'aud' OR c ? 'sid' AS more FROM enclave.issue_jwt(:ann) i, enclave.verify_jwt(i.token) c;
SET enclave.jwt_issuer = 'https://id.example/';
SET enclave.jwt_audience = 'shop';
SET enclave.jwt_access_lifetime = '90s';
SELECT c ->> 'iss' AS iss, c ->> 'aud' AS aud, (c ->> 'exp')::bigint - (c ->> 'iat')::bigint AS seconds FROM enclave.issue_jwt(:ann) i, enclave.verify_jwt(i.token) c;
SELECT enclave.verify_jwt(:'token') AS without_them;
RESET enclave.jwt_issuer;
RESET enclave.jwt_audience;
RESET enclave.jwt_access_lifetime;
SELECT pg_temp.try('SET enclave.jwt_issuer = ''two words''');
SELECT pg_temp.try('SET enclave.jwt_audience = ''"''');
SELECT count(DISTINCT (enclave.issue_jwt(:ann)).token) AS never_twice FROM generate_series(1, 5);

-- Promise: what is ours to say is not the application's, whatever else it says
SELECT name, pg_temp.try(format('SELECT enclave.issue_jwt(%s, %L)', :ann, jsonb_build_object('role', 'x', name, 1)))
    FROM unnest('{iss,sub,aud,exp,nbf,iat,jti,typ,sid,team,epoch,auth_time,amr,acr,impersonated_by,SUB,Exp}'::text[]) name;
SELECT a, pg_temp.try(format('SELECT enclave.issue_jwt(%s, %L)', :ann, jsonb_build_object('abilities', a)))
    FROM (VALUES ('"*"'::jsonb), ('{}'), ('null'), ('[1]'), ('["Posts"]'), ('[""]'), ('[null]'), ('[["*"]]')) v(a);
SELECT enclave.verify_jwt(i.token) -> 'abilities' AS none FROM enclave.issue_jwt(:ann, '{"abilities": []}') i;
SELECT left(c::text, 20) AS claims, pg_temp.try(format('SELECT enclave.issue_jwt(%s, %L)', :ann, c)) FROM (VALUES ('[]'::jsonb), ('1'), ('"x"'), ('null'),
    (jsonb_build_object('x', repeat('x', 4096))), (jsonb_build_object('x', repeat('x', 10000000)))) v(c);
SELECT pg_temp.try(format('SELECT enclave.issue_jwt(%s, %L)', :ann, '{"x": ' || repeat('[', 20) || repeat(']', 20) || '}'));
SELECT pg_temp.try(format('SELECT enclave.issue_jwt(%s, %L)', :ann, (SELECT jsonb_object_agg(i, 1) FROM generate_series(1, 520) i)));
SELECT length(enclave.verify_jwt(i.token) ->> 'x') AS just_short_enough FROM enclave.issue_jwt(:ann, jsonb_build_object('x', repeat('x', 4087))) i;
SELECT enclave.verify_jwt(i.token) IS NOT NULL AS without_claims FROM enclave.issue_jwt(:ann, NULL) i;

-- Promise: a lifetime is something, and not for ever; a user is there, and may come in
SELECT e, pg_temp.try(format('SELECT enclave.issue_jwt(%s, expires_in => %L)', :ann, e)) FROM unnest('{0,-1 s,101 years,178000000 years,1 mon -30 days -1 s}'::interval[]) e;
SELECT pg_temp.try('SELECT enclave.issue_jwt(4711)'), pg_temp.try('SELECT enclave.issue_jwt(NULL)'), pg_temp.try('SELECT enclave.issue_jwt(-1)');
SELECT enclave.disable_user(:ann, 'x');
SELECT pg_temp.try(format('SELECT enclave.issue_jwt(%s)', :ann));
SELECT enclave.enable_user(:ann);
-- and each is in the audit, without the token
SELECT event, metadata ->> 'kind' AS kind, metadata ->> 'jti' = enclave.verify_jwt(:'token') ->> 'jti' AS known, user_id = :ann AS of_user
    FROM enclave.audit_logs WHERE event = 'auth.token.created' AND metadata ->> 'jti' = enclave.verify_jwt(:'token') ->> 'jti';
SELECT count(*) AS tokens_in_the_audit FROM enclave.audit_logs WHERE metadata::text ~ 'eyJ';

-- Promise: on rotation the old key verifies and no longer signs, until it is retired
SELECT kid AS old FROM made WHERE alg = 'HS512' \gset
SELECT (SELECT header ->> 'kid' FROM enclave.inspect_jwt(i.token)) = :'old' AS the_newest_signs FROM enclave.issue_jwt(:ann) i;
SELECT enclave.rotate_signing_key() AS new \gset
SELECT alg, state, wrapped_by FROM enclave.signing_keys WHERE kid IN (:'old', :'new');
SELECT count(*) FILTER (WHERE state = 'active') AS active, count(*) FILTER (WHERE state = 'retiring') AS retiring, bool_and(signs_until = n.signs_from) FILTER (WHERE state = 'retiring') AS when_it_signs
    FROM enclave.signing_keys k, (SELECT signs_from FROM enclave.signing_keys WHERE kid = :'new') n;
SELECT header ->> 'kid' = :'new' AS the_new_one_signs, valid FROM enclave.issue_jwt(:ann) i, enclave.inspect_jwt(i.token);
SELECT count(*), count(enclave.verify_jwt(token)) AS still_valid FROM made;
SELECT enclave.retire_signing_key(:'old');
SELECT alg, i.reason, i.claims, enclave.verify_jwt(token) AS verified FROM made, enclave.inspect_jwt(token) i WHERE NOT i.valid;
SELECT state, signs_until <= retired_at AS ended, wrapped_by, (SELECT private FROM enclave.key_store s WHERE s.kid = k.kid) AS private FROM enclave.signing_keys k WHERE kid = :'old';
SELECT jsonb_path_exists(enclave.jwks(), format('$.keys[*] ? (@.kid == "%s")', :'old')::jsonpath) AS published;

-- Promise: a new key is published before it signs, where another signs meanwhile
SET enclave.jwks_delay = '1h';
SELECT enclave.rotate_signing_key('ES256') AS later \gset
SELECT state, signs_from - created_at AS delay, signs_until FROM enclave.signing_keys WHERE kid = :'later';
SELECT state, signs_until - now() > '50 min' AS until_then FROM enclave.signing_keys WHERE kid = :'new';
SELECT header ->> 'kid' = :'new' AS the_old_one_signs FROM enclave.issue_jwt(:ann) i, enclave.inspect_jwt(i.token);
SELECT jsonb_path_exists(enclave.jwks(), format('$.keys[*] ? (@.kid == "%s")', :'later')::jsonpath) AS published;
-- the key that signs is retired at once: the next one does not wait, but one that comes after it does
SELECT enclave.retire_signing_key(:'new');
SELECT header ->> 'kid' = :'later' AS signs FROM enclave.issue_jwt(:ann) i, enclave.inspect_jwt(i.token);
SELECT enclave.create_signing_key('EdDSA') AS again \gset
SELECT header ->> 'kid' = :'later' AS still_signs FROM enclave.issue_jwt(:ann) i, enclave.inspect_jwt(i.token);
SELECT enclave.retire_signing_key(:'later');
SELECT header ->> 'kid' = :'again' AS signs FROM enclave.issue_jwt(:ann) i, enclave.inspect_jwt(i.token);
-- in an hour
UPDATE enclave.key_store SET signs_from = signs_from - interval '2 h', signs_until = signs_until - interval '2 h';
RESET enclave.jwks_delay;

-- Promise: a change that is rolled back is none, and one in a savepoint neither
BEGIN;
SELECT enclave.create_signing_key('HS256') AS unmade \gset
SELECT token AS unmade_token FROM enclave.issue_jwt(:ann) \gset
SELECT enclave.verify_jwt(:'unmade_token') IS NOT NULL AS inside;
ROLLBACK;
SELECT valid, reason FROM enclave.inspect_jwt(:'unmade_token');
SELECT token AS kept_token FROM enclave.issue_jwt(:ann) \gset
SELECT header ->> 'kid' AS kept FROM enclave.inspect_jwt(:'kept_token') \gset
BEGIN;
SAVEPOINT s;
SELECT enclave.retire_signing_key(:'kept');
SELECT enclave.verify_jwt(:'kept_token') AS inside;
ROLLBACK TO s;
SELECT enclave.verify_jwt(:'kept_token') IS NOT NULL AS taken_back;
ROLLBACK;
-- and what the owner does by hand is heard of too
BEGIN;
DELETE FROM enclave.key_store WHERE kid = :'kept';
SELECT reason FROM enclave.inspect_jwt(:'kept_token');
ROLLBACK;
SELECT valid FROM enclave.inspect_jwt(:'kept_token');
BEGIN;
TRUNCATE enclave.key_store;
SELECT reason FROM enclave.inspect_jwt(:'kept_token');
ROLLBACK;
SELECT valid FROM enclave.inspect_jwt(:'kept_token');

-- Promise: what stands in a key's row is that key, or nothing
BEGIN;
UPDATE enclave.key_store k SET public_jwk = o.public_jwk FROM enclave.key_store o WHERE k.kid = :'kept' AND o.kid = :'first';
SELECT pg_temp.try(format('SELECT enclave.verify_jwt(%L)', :'kept_token')) = format('XX001 | key "%s" is not what its id says | Restore enclave.key_store, or retire the key.', :'kept') AS refused;
ROLLBACK;
BEGIN;
UPDATE enclave.key_store k SET private = o.private FROM enclave.key_store o WHERE k.kid = :'kept' AND o.kid = :'first';
SELECT pg_temp.try(format('SELECT enclave.issue_jwt(%s)', :ann)) ~ '^XX001' AS refused;
ROLLBACK;
BEGIN;
UPDATE enclave.key_store SET private = repeat('x', 8000)::bytea, wrapped_by = 'x' WHERE kid = :'kept';
SELECT pg_temp.try(format('SELECT enclave.issue_jwt(%s)', :ann));
ROLLBACK;

-- Promise: it is read with the newest state under every isolation level, and nothing is written
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT enclave.verify_jwt(:'kept_token') IS NOT NULL AS verified, (SELECT valid FROM enclave.inspect_jwt(:'kept_token')), enclave.jwks() IS NOT NULL AS keys;
SELECT pg_current_xact_id_if_assigned() AS written;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY;
SELECT enclave.verify_jwt(:'kept_token') IS NOT NULL AS verified;
COMMIT;
BEGIN READ ONLY;
SELECT pg_temp.try(q) FROM unnest(ARRAY[format('SELECT enclave.issue_jwt(%s)', :ann), 'SELECT enclave.create_signing_key()', 'SELECT enclave.rotate_signing_key()', 'SELECT enclave.retire_signing_key(''x'')', 'SELECT enclave.rewrap_keys()']) q;
COMMIT;

-- Promise: hostile arguments get a clear refusal
SELECT left(a, 20) AS alg, pg_temp.try(format('SELECT enclave.create_signing_key(%L)', a)) FROM (VALUES (NULL), (''), ('none'), ('hs256'), ('RS384'), ('RS512'), ('ES256K'), (repeat('x', 1000000))) v(a);
SELECT pg_temp.try('SELECT enclave.rotate_signing_key(''none'')');
SELECT left(k, 20) AS kid, pg_temp.try(format('SELECT enclave.retire_signing_key(%L)', k)) FROM (VALUES (NULL), (''), ('x'), (repeat('x', 1000000))) v(k);
SELECT pg_temp.try(format('SELECT enclave.retire_signing_key(%L)', :'old'));
SELECT pg_temp.try('SELECT enclave.rewrap_keys()');
SELECT pg_temp.try('SELECT enclave.key_store_changed()');
-- no level reads the table, and no more than 64 keys are kept by every backend
SELECT has_table_privilege('public', 'enclave.key_store', 'SELECT') AS anybody;
BEGIN;
SELECT count(enclave.create_signing_key('HS256')) FROM generate_series(1, 64 - (SELECT count(*) FROM enclave.signing_keys WHERE state <> 'retired')) ;
SELECT pg_temp.try('SELECT enclave.create_signing_key(''HS256'')');
ROLLBACK;

-- Promise: the events of keys are in the audit, without the keys
SELECT event, metadata ->> 'alg' AS alg, (SELECT array_agg(k ORDER BY k COLLATE "C") FROM jsonb_object_keys(metadata) k) AS members FROM enclave.audit_logs WHERE event ~ '^key' AND metadata ->> 'kid' IN (:'first', :'new', :'old', :'later', :'again') ORDER BY id;

SELECT count(enclave.retire_signing_key(kid)) FROM enclave.signing_keys WHERE state <> 'retired';
SELECT enclave.delete_user(:ann);
