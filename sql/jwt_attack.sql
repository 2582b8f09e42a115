--
-- Attacks on JWTs, each refused, and for its own reason: the corpus of
-- standards.md 4.3.  What is wrong with a header or with claims is signed with
-- the right key, so that nothing but that one check can refuse it.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TEMP TABLE key AS SELECT enclave.create_signing_key('HS256') AS kid;
CREATE TEMP TABLE other AS SELECT a AS alg, enclave.create_signing_key(a) AS kid FROM unnest('{EdDSA,ES256,RS256,PS256,HS512}'::text[]) a;
CREATE TEMP TABLE ann AS SELECT (enclave.create_user('attacked@example.com')).id;

-- base64url and HMAC-SHA-256 (RFC 2104), to forge with what only the owner of the table sees
CREATE FUNCTION pg_temp.b64(bytes bytea) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT rtrim(translate(encode(bytes, 'base64'), E'+/\n', '-_'), '=') $$;
CREATE FUNCTION pg_temp.hmac(key bytea, data bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    padded bytea := key || decode(repeat('00', 64 - length(key)), 'hex');
    inner_key bytea := padded;
    outer_key bytea := padded;
BEGIN
    FOR i IN 0 .. 63 LOOP
        inner_key := set_byte(inner_key, i, get_byte(padded, i) # 54);
        outer_key := set_byte(outer_key, i, get_byte(padded, i) # 92);
    END LOOP;
    RETURN sha256(outer_key || sha256(inner_key || data));
END $$;
CREATE FUNCTION pg_temp.sign(signed text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT signed || '.' || pg_temp.b64(pg_temp.hmac(private, convert_to(signed, 'UTF8'))) FROM enclave.key_store s, key k WHERE s.kid = k.kid $$;
-- a header without its braces, %K being the kid; claims with %N the second that is now
CREATE FUNCTION pg_temp.forge(header text, claims text) RETURNS text LANGUAGE sql VOLATILE AS
$$ SELECT pg_temp.sign(pg_temp.b64(convert_to(replace(header, '%K', kid), 'UTF8')) || '.' ||
    pg_temp.b64(convert_to(replace(replace(claims, '%N', floor(extract(epoch FROM clock_timestamp()))::bigint::text),
                                   '%L', (floor(extract(epoch FROM clock_timestamp()))::bigint + 600)::text), 'UTF8'))) FROM key $$;
\set good_header '{"alg":"HS256","typ":"at+jwt","kid":"%K"}'
\set good_claims '{"sub":"1","typ":"access","iat":%N,"exp":%L}'

-- what is forged is taken, so that each below is refused for its reason alone
SELECT i.valid, i.reason, i.claims - '{iat,exp}'::text[] AS claims, enclave.verify_jwt(t) = i.claims AS the_same
    FROM pg_temp.forge(:'good_header', :'good_claims') t, enclave.inspect_jwt(t) i;

-- Attacks: the algorithm, the key id, and every other member of a header
SELECT name, i.valid, i.reason, enclave.verify_jwt(t) AS verified, i.claims IS NOT NULL AS shown FROM (VALUES
    ('alg none', '{"alg":"none","typ":"at+jwt","kid":"%K"}'),
    ('alg None', '{"alg":"None","typ":"at+jwt","kid":"%K"}'),
    ('alg NONE', '{"alg":"NONE","typ":"at+jwt","kid":"%K"}'),
    ('alg nOnE, escaped', '{"alg":"nOn\u0045","typ":"at+jwt","kid":"%K"}'),
    ('alg empty', '{"alg":"","typ":"at+jwt","kid":"%K"}'),
    ('alg missing', '{"typ":"at+jwt","kid":"%K"}'),
    ('alg a number', '{"alg":256,"typ":"at+jwt","kid":"%K"}'),
    ('alg an array', '{"alg":["HS256"],"typ":"at+jwt","kid":"%K"}'),
    ('alg null', '{"alg":null,"typ":"at+jwt","kid":"%K"}'),
    ('alg unknown', '{"alg":"HS257","typ":"at+jwt","kid":"%K"}'),
    ('alg in lower case', '{"alg":"hs256","typ":"at+jwt","kid":"%K"}'),
    ('alg of the family, another size', '{"alg":"HS512","typ":"at+jwt","kid":"%K"}'),
    ('alg of another family', '{"alg":"RS256","typ":"at+jwt","kid":"%K"}'),
    ('alg twice', '{"alg":"HS256","alg":"none","typ":"at+jwt","kid":"%K"}'),
    ('ALG beside alg', '{"alg":"HS256","ALG":"none","typ":"at+jwt","kid":"%K"}'),
    ('kid missing', '{"alg":"HS256","typ":"at+jwt"}'),
    ('kid empty', '{"alg":"HS256","typ":"at+jwt","kid":""}'),
    ('kid a number', '{"alg":"HS256","typ":"at+jwt","kid":1}'),
    ('kid null', '{"alg":"HS256","typ":"at+jwt","kid":null}'),
    ('kid twice', '{"alg":"HS256","typ":"at+jwt","kid":"%K","kid":"%K"}'),
    ('kid with a NUL', '{"alg":"HS256","typ":"at+jwt","kid":"%K\u0000"}'),
    ('kid with a blank', '{"alg":"HS256","typ":"at+jwt","kid":"%K "}'),
    ('kid a path', '{"alg":"HS256","typ":"at+jwt","kid":"../../../../dev/null"}'),
    ('kid SQL', '{"alg":"HS256","typ":"at+jwt","kid":"x'' OR 1 = 1; DROP TABLE enclave.key_store --"}'),
    ('kid a pattern', '{"alg":"HS256","typ":"at+jwt","kid":"%"}'),
    ('kid as long as ours, and nobody''s', '{"alg":"HS256","typ":"at+jwt","kid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'),
    ('kid of 300 characters', '{"alg":"HS256","typ":"at+jwt","kid":"' || repeat('k', 300) || '"}'),
    ('the key in the header', '{"alg":"HS256","typ":"at+jwt","kid":"%K","jwk":{"kty":"oct","k":"AAAA"}}'),
    ('the address of keys in the header', '{"alg":"HS256","typ":"at+jwt","kid":"%K","jku":"https://attacker.example/jwks"}'),
    ('a certificate in the header', '{"alg":"HS256","typ":"at+jwt","kid":"%K","x5c":["AAAA"]}'),
    ('the address of a certificate', '{"alg":"HS256","typ":"at+jwt","kid":"%K","x5u":"https://attacker.example/"}'),
    ('crit unknown', '{"alg":"HS256","typ":"at+jwt","kid":"%K","crit":["x"],"x":1}'),
    ('crit empty', '{"alg":"HS256","typ":"at+jwt","kid":"%K","crit":[]}'),
    ('crit no array', '{"alg":"HS256","typ":"at+jwt","kid":"%K","crit":"exp"}'),
    ('b64 false', '{"alg":"HS256","typ":"at+jwt","kid":"%K","b64":false}'),
    ('zip', '{"alg":"HS256","typ":"at+jwt","kid":"%K","zip":"DEF"}'),
    ('of encryption, 2^31 rounds', '{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483647,"typ":"at+jwt","kid":"%K"}'),
    ('enc beside alg', '{"alg":"HS256","enc":"A128GCM","typ":"at+jwt","kid":"%K"}'),
    ('a token in the token', '{"alg":"HS256","cty":"JWT","typ":"at+jwt","kid":"%K"}'),
    ('typ missing', '{"alg":"HS256","kid":"%K"}'),
    ('typ of another kind', '{"alg":"HS256","typ":"JWT","kid":"%K"}'),
    ('typ of a refresh token', '{"alg":"HS256","typ":"rt+jwt","kid":"%K"}'),
    ('typ of a log-out token', '{"alg":"HS256","typ":"logout+jwt","kid":"%K"}'),
    ('typ a number', '{"alg":"HS256","typ":1,"kid":"%K"}'),
    ('a member twice', '{"alg":"HS256","typ":"at+jwt","kid":"%K","x":1,"x":1}'),
    ('a byte order mark', U&'\FEFF' || '{"alg":"HS256","typ":"at+jwt","kid":"%K"}'),
    ('half a surrogate pair', '{"alg":"HS256","typ":"at+jwt","kid":"%K","x":"\ud800"}'),
    ('a NUL that jsonb cannot hold', '{"alg":"none","typ":"at+jwt","kid":"%K","x":"\u0000"}'),
    ('a number that jsonb cannot hold', '{"alg":"none","typ":"at+jwt","kid":"%K","x":1e999999}'),
    ('nested 2000 deep', '{"alg":"HS256","typ":"at+jwt","kid":"%K","x":' || repeat('[', 2000)),
    ('an array', '["HS256"]'),
    ('no JSON', 'alg=HS256'),
    ('two objects', '{"alg":"HS256","typ":"at+jwt","kid":"%K"}{}'),
    ('more than 4 KiB', '{"alg":"HS256","typ":"at+jwt","kid":"%K","x":"' || repeat('x', 5000) || '"}')
) a(name, header), LATERAL (SELECT pg_temp.forge(header, :'good_claims')) f(t), enclave.inspect_jwt(t) i;

-- Attacks: the claims; they are shown, for the signature is right
SELECT name, i.valid, i.reason, enclave.verify_jwt(t) AS verified, i.claims IS NOT NULL AS shown FROM (VALUES
    ('exp missing', '{"sub":"1","typ":"access","iat":%N}'),
    ('exp a text', '{"sub":"1","typ":"access","iat":%N,"exp":"%L"}'),
    ('exp with a fraction', '{"sub":"1","typ":"access","iat":%N,"exp":%L.5}'),
    ('exp with an exponent', '{"sub":"1","typ":"access","iat":%N,"exp":1e12}'),
    ('exp negative', '{"sub":"1","typ":"access","iat":%N,"exp":-1}'),
    ('exp 2^53 + 1', '{"sub":"1","typ":"access","iat":%N,"exp":9007199254740993}'),
    ('exp 2^63', '{"sub":"1","typ":"access","iat":%N,"exp":9223372036854775808}'),
    ('exp null', '{"sub":"1","typ":"access","iat":%N,"exp":null}'),
    ('exp an array', '{"sub":"1","typ":"access","iat":%N,"exp":[%L]}'),
    ('exp is now', '{"sub":"1","typ":"access","iat":%N,"exp":%N}'),
    ('exp passed', '{"sub":"1","typ":"access","iat":1,"exp":2}'),
    ('nbf in the future', '{"sub":"1","typ":"access","iat":%N,"exp":%L,"nbf":%L}'),
    ('nbf a text', '{"sub":"1","typ":"access","iat":%N,"exp":%L,"nbf":"0"}'),
    ('iat missing', '{"sub":"1","typ":"access","exp":%L}'),
    ('iat in the future', '{"sub":"1","typ":"access","iat":%L,"exp":%L}'),
    ('iat a text', '{"sub":"1","typ":"access","iat":"%N","exp":%L}'),
    ('sub missing', '{"typ":"access","iat":%N,"exp":%L}'),
    ('sub empty', '{"sub":"","typ":"access","iat":%N,"exp":%L}'),
    ('sub a number', '{"sub":1,"typ":"access","iat":%N,"exp":%L}'),
    ('sub an address', '{"sub":"attacked@example.com","typ":"access","iat":%N,"exp":%L}'),
    ('sub zero', '{"sub":"0","typ":"access","iat":%N,"exp":%L}'),
    ('sub with a zero in front', '{"sub":"01","typ":"access","iat":%N,"exp":%L}'),
    ('sub negative', '{"sub":"-1","typ":"access","iat":%N,"exp":%L}'),
    ('sub with a blank', '{"sub":"1 ","typ":"access","iat":%N,"exp":%L}'),
    ('sub 2^63', '{"sub":"9223372036854775808","typ":"access","iat":%N,"exp":%L}'),
    ('sid a number', '{"sub":"1","sid":1,"typ":"access","iat":%N,"exp":%L}'),
    ('sid no id', '{"sub":"1","sid":"x","typ":"access","iat":%N,"exp":%L}'),
    ('typ of the claims missing', '{"sub":"1","iat":%N,"exp":%L}'),
    ('a refresh token at the door', '{"sub":"1","typ":"refresh","iat":%N,"exp":%L}'),
    ('aud a number', '{"sub":"1","typ":"access","iat":%N,"exp":%L,"aud":1}'),
    ('aud empty', '{"sub":"1","typ":"access","iat":%N,"exp":%L,"aud":[]}'),
    ('aud with a number', '{"sub":"1","typ":"access","iat":%N,"exp":%L,"aud":["x",1]}')
) a(name, claims), LATERAL (SELECT pg_temp.forge(:'good_header', claims)) f(t), enclave.inspect_jwt(t) i;
-- no object; and what not everybody would read alike is not even shown
SELECT name, i.valid, i.reason, enclave.verify_jwt(t) AS verified, i.claims FROM (VALUES
    ('exp twice', '{"sub":"1","typ":"access","iat":%N,"exp":1,"exp":%L}'),
    ('sub twice', '{"sub":"1","sub":"2","typ":"access","iat":%N,"exp":%L}'),
    ('exp 1e400, more than jsonb holds', '{"sub":"1","typ":"access","iat":%N,"exp":1e400000}'), ('a NUL, which jsonb cannot hold', '{"sub":"\u0000","typ":"access","iat":%N,"exp":%L}'),
    ('an array', '[1]'), ('a text', '"x"'), ('no JSON', 'sub=1'), ('an object and more', '{"sub":"1","typ":"access","iat":%N,"exp":%L} x'),
    ('600 claims', '{' || (SELECT string_agg(format('"%s":1', i), ',') FROM generate_series(1, 600) i) || '}')
) a(name, claims), LATERAL (SELECT pg_temp.forge(:'good_header', claims)) f(t), enclave.inspect_jwt(t) i;

-- Attacks: issuer and audience, where they are configured
SET enclave.jwt_issuer = 'https://id.example/';
SET enclave.jwt_audience = 'shop';
SELECT name, i.valid, i.reason FROM (VALUES
    ('both right', '{"iss":"https://id.example/","aud":"shop","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('aud among others', '{"iss":"https://id.example/","aud":["bank","shop"],"sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('iss missing', '{"aud":"shop","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('iss without its slash', '{"iss":"https://id.example","aud":"shop","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('iss in other case', '{"iss":"https://ID.example/","aud":"shop","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('iss an array', '{"iss":["https://id.example/"],"aud":"shop","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('iss with more', '{"iss":"https://id.example/x","aud":"shop","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('aud missing', '{"iss":"https://id.example/","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('aud of another', '{"iss":"https://id.example/","aud":"bank","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('aud a prefix', '{"iss":"https://id.example/","aud":"sho","sub":"1","typ":"access","iat":%N,"exp":%L}'),
    ('aud with more', '{"iss":"https://id.example/","aud":["shop2"],"sub":"1","typ":"access","iat":%N,"exp":%L}')
) a(name, claims), LATERAL (SELECT pg_temp.forge(:'good_header', claims)) f(t), enclave.inspect_jwt(t) i;
RESET enclave.jwt_issuer;
RESET enclave.jwt_audience;
-- the leeway holds on both sides, and no longer
SET enclave.jwt_leeway = '60s';
SELECT name, i.valid, i.reason FROM (VALUES
    ('ended 30 s ago', -30, -30), ('ended 61 s ago', -61, -61), ('begins in 30 s', 30, 90), ('begins in 100 s', 100, 200)) a(name, begins, ends),
    LATERAL (SELECT pg_temp.forge(:'good_header', format('{"sub":"1","typ":"access","iat":%s,"exp":%s}', now_s + least(begins, 0) - 1 + greatest(begins, 0), now_s + ends))
             FROM (SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS now_s) n) f(t), enclave.inspect_jwt(t) i;
RESET enclave.jwt_leeway;

-- Attacks: the form of the whole, and its signature
CREATE TEMP TABLE good AS SELECT pg_temp.forge(:'good_header', :'good_claims') AS t;
SELECT name, i.valid, i.reason, enclave.verify_jwt(v.t) AS verified FROM good, LATERAL (VALUES
    ('nothing', NULL), ('empty', ''), ('a dot', '.'), ('two dots', '..'), ('one part', 'AAAA'), ('two parts', split_part(t, '.', 1) || '.' || split_part(t, '.', 2)),
    ('no signature', split_part(t, '.', 1) || '.' || split_part(t, '.', 2) || '.'), ('no payload', split_part(t, '.', 1) || '..' || split_part(t, '.', 3)),
    ('four parts', t || '.AAAA'), ('padded', t || '='), ('a line break', t || E'\n'), ('a blank in front', ' ' || t), ('percent-encoded', '%65' || substr(t, 2)),
    ('bits left over', left(t, -1) || chr(ascii(right(t, 1)) + 1)), ('the JSON form', '{"protected":"' || split_part(t, '.', 1) || '","payload":"' || split_part(t, '.', 2) || '","signature":"' || split_part(t, '.', 3) || '"}'),
    ('an HMAC of 31 bytes', split_part(t, '.', 1) || '.' || split_part(t, '.', 2) || '.' || pg_temp.b64(substr(sha256('x'), 1, 31))), ('an HMAC of 1 byte', split_part(t, '.', 1) || '.' || split_part(t, '.', 2) || '.AA'), ('an HMAC of 33 bytes', t || 'A'),
    ('another signature', split_part(t, '.', 1) || '.' || split_part(t, '.', 2) || '.' || pg_temp.b64(sha256('x'))),
    ('the signature of another payload', split_part(t, '.', 1) || '.' || pg_temp.b64('{"sub":"2"}') || '.' || split_part(t, '.', 3)),
    ('more than 16 KiB', t || repeat('A', 17000)), ('megabytes', repeat(t, 100000)), ('an access token', 'eat_0123456789abcdefghijABCDEFGHIJ01YD1Jxs')) v(name, t), enclave.inspect_jwt(v.t) i;

-- Attacks: confusion of keys.  The public key of each, in its forms, is the secret of an HMAC under its kid
SELECT o.alg, form, i.valid, i.reason FROM other o JOIN enclave.key_store s ON s.kid = o.kid AND s.public_jwk IS NOT NULL, LATERAL (SELECT coalesce(public_jwk ->> 'n', public_jwk ->> 'x') AS n) p,
    LATERAL (VALUES ('JWK', convert_to(public_jwk::text, 'UTF8')), ('number', decode(translate(n, '-_', '+/') || repeat('=', -length(n) & 3), 'base64'))) v(form, secret),
    LATERAL (SELECT pg_temp.b64(convert_to(format('{"alg":"HS256","typ":"at+jwt","kid":"%s"}', o.kid), 'UTF8')) || '.' || split_part(good.t, '.', 2) AS signed FROM good) h,
    enclave.inspect_jwt(signed || '.' || pg_temp.b64(pg_temp.hmac(CASE WHEN length(secret) > 64 THEN sha256(secret) ELSE secret END, convert_to(signed, 'UTF8')))) i
    ORDER BY o.alg COLLATE "C", form COLLATE "C";
-- and its own algorithm with the signature of the right key, or of zeros (CVE-2022-21449)
SELECT o.alg, i.valid, i.reason, z.reason AS zeros FROM other o,
    LATERAL (SELECT pg_temp.b64(convert_to(format('{"alg":"%s","typ":"at+jwt","kid":"%s"}', o.alg, o.kid), 'UTF8')) || '.' || split_part(good.t, '.', 2) AS signed FROM good) h,
    enclave.inspect_jwt(pg_temp.sign(signed)) i,
    enclave.inspect_jwt(signed || '.' || rtrim(translate(encode(decode(repeat('00', CASE o.alg WHEN 'RS256' THEN 384 WHEN 'PS256' THEN 384 ELSE 64 END), 'hex'), 'base64'), E'+/\n', '-_'), '=')) z
    ORDER BY o.alg COLLATE "C";

-- Attack: any byte of a token changed, dropped or doubled, and every truncation, by each kind of key
CREATE TEMP TABLE token (alg text, t text);
INSERT INTO token SELECT 'HS256', t FROM good;
DO $$
DECLARE
    a text;
BEGIN
    FOREACH a IN ARRAY '{EdDSA,ES256,RS256,PS256}'::text[] LOOP
        PERFORM enclave.rotate_signing_key(a);
        INSERT INTO token SELECT a, i.token FROM ann, enclave.issue_jwt(ann.id) i;
    END LOOP;
END $$;
SELECT alg, count(*) > 1000 AS many, count(enclave.verify_jwt(s)) AS taken, bool_and(enclave.verify_jwt(t) IS NOT NULL) AS good
    FROM token, generate_series(1, length(t)) i, LATERAL (VALUES (left(t, i - 1)), (substr(t, i + 1)), (overlay(t PLACING '' FROM i FOR 1)),
        (overlay(t PLACING substr(t, i, 1) || substr(t, i, 1) FROM i FOR 1)), (overlay(t PLACING '.' FROM i FOR 1)), (overlay(t PLACING '=' FROM i FOR 1)),
        (overlay(t PLACING 'A' FROM i FOR 1)), (overlay(t PLACING 'b' FROM i FOR 1)), (overlay(t PLACING '_' FROM i FOR 1)), (overlay(t PLACING ' ' FROM i FOR 1))) v(s)
    WHERE s <> t GROUP BY alg ORDER BY alg COLLATE "C";

-- Attack: an old key after its retirement; what it signed is no longer even shown
SELECT count(*) FROM key, enclave.retire_signing_key(kid);
SELECT i.valid, i.reason, i.claims, enclave.verify_jwt(t) AS verified FROM token, enclave.inspect_jwt(t) i WHERE alg = 'HS256';

-- leave no key behind
SELECT count(enclave.retire_signing_key(kid)) FROM enclave.signing_keys WHERE state <> 'retired';
SELECT enclave.delete_user(id) FROM ann;
