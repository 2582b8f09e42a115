--
-- Outside providers: trust_issuer, untrust_issuer, link_identity, unlink_identity, and authenticate by their tokens.
--
\set SHOW_CONTEXT never
SET client_min_messages = error;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SELECT coalesce(max(id), 0) AS mark FROM enclave.audit_logs \gset

\i sql/include/try.sql
-- who it is by a token, and what is known of him
CREATE FUNCTION pg_temp.who(token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enclave.authenticate(token);
    RETURN coalesce(concat_ws(' ', (enclave.my_account()).email, enclave.auth_method(), enclave.abilities()::text,
        enclave.session_id(), enclave.auth_time()), 'nobody');
EXCEPTION WHEN SQLSTATE 'NC014' THEN
    RETURN 'nobody';
END $$;
-- time passes, until the clock shows another second
CREATE FUNCTION pg_temp.next_second() RETURNS void LANGUAGE sql AS $$
    SELECT pg_sleep(extract(epoch FROM date_trunc('second', clock_timestamp()) + interval '1.01 s' - clock_timestamp()))
$$;

-- Another provider, made of our own key store: what it signs, its keys as it publishes them, and then it is ours no longer.
CREATE TEMP TABLE theirs (name text, token text);
CREATE FUNCTION pg_temp.provider(alg text, issuer text, audience text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    keys jsonb;
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS ours AS SELECT * FROM enclave.key_store WHERE false;
    INSERT INTO ours SELECT * FROM enclave.key_store;
    DELETE FROM enclave.key_store;
    PERFORM enclave.create_signing_key(alg);
    keys := enclave.jwks();
    PERFORM set_config('enclave.jwt_issuer', issuer, true), set_config('enclave.jwt_audience', audience, true);
    -- for whatever user of ours has the number: it is their subject
    INSERT INTO theirs SELECT issuer || ' ' || u.email || coalesce(' ' || c, ''), (SELECT token FROM enclave.issue_jwt(u.id, coalesce(c, '{}')::jsonb))
        FROM enclave.users u, (VALUES (NULL), ('{"abilities": ["*"], "role": "admin", "email": "bob@example.com", "email_verified": true, "sub2": "x"}')) v(c);
    DELETE FROM enclave.key_store;
    INSERT INTO enclave.key_store SELECT * FROM ours;
    DROP TABLE ours;
    PERFORM set_config('enclave.jwt_issuer', '', true), set_config('enclave.jwt_audience', '', true);
    RETURN keys;
END $$;

SELECT id AS ann FROM enclave.signup('ann@example.com', 'the right passphrase') \gset
SELECT id AS bob FROM enclave.create_user('bob@example.com') \gset
SELECT id AS eve FROM enclave.create_user('eve@example.com') \gset
SELECT enclave.create_signing_key() IS NOT NULL AS ours;
BEGIN;
SELECT pg_temp.provider('ES256', 'https://one.example', 'app') AS one \gset
SELECT pg_temp.provider('RS256', 'https://two.example', 'app') AS two \gset
SELECT pg_temp.provider('HS256', 'https://three.example', 'app') AS three \gset
SELECT pg_temp.provider('ES256', 'https://one.example', 'another') AS four \gset
COMMIT;
SELECT token AS t1 FROM theirs WHERE name = 'https://one.example ann@example.com' LIMIT 1 \gset
SELECT token AS t1more FROM theirs WHERE name LIKE 'https://one.example ann@example.com {%' LIMIT 1 \gset
SELECT token AS t2 FROM theirs WHERE name = 'https://two.example ann@example.com' \gset

-- Promise: what cannot be used is refused with the rule, and nothing that could sign is taken
SELECT pg_temp.try(format('SELECT enclave.trust_issuer(%L, %L, %L, %L)', issuer, jwks, audience, algorithms)) FROM (VALUES
    (NULL, :'one', 'app', '{ES256}'), ('', :'one', 'app', '{ES256}'), (repeat('x', 513), :'one', 'app', '{ES256}'), (E'a\nb', :'one', 'app', '{ES256}'),
    ('i', :'one', NULL, '{ES256}'), ('i', :'one', '', '{ES256}'),
    ('i', :'one', 'app', NULL), ('i', :'one', 'app', '{}'), ('i', :'one', 'app', '{none}'), ('i', :'one', 'app', '{HS256}'), ('i', :'one', 'app', '{ES256,NULL}'), ('i', :'one', 'app', '{{ES256},{EdDSA}}'), ('i', :'one', 'app', '{es256}'),
    ('i', NULL, 'app', '{ES256}'), ('i', '{}', 'app', '{ES256}'), ('i', '[]', 'app', '{ES256}'), ('i', '{"keys": []}', 'app', '{ES256}'), ('i', '{"keys": {}}', 'app', '{ES256}'), ('i', '{"keys": [1, null, "x", {}]}', 'app', '{ES256}'),
    ('i', :'one', 'app', '{EdDSA}'), ('i', '{"keys": [{"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "kid": "x"}]}', 'app', '{ES256}'),
    ('i', jsonb_set(:'one', '{keys,0,d}', '"x"')::text, 'app', '{ES256}'), ('i', (:'one'::jsonb #- '{keys,0,kid}')::text, 'app', '{ES256}'),
    ('i', jsonb_build_object('keys', jsonb_build_array(jsonb_build_object('x', repeat('x', 100000))))::text, 'app', '{ES256}')) v(issuer, jwks, audience, algorithms);
SELECT count(*) AS trusted FROM enclave.trusted_issuers;
SET enclave.jwt_issuer = 'https://us.example';
SELECT pg_temp.try(format('SELECT enclave.trust_issuer(''https://us.example'', %L, ''app'', ''{ES256}'')', :'one')) AS ourselves;
RESET enclave.jwt_issuer;

-- Promise: before it is trusted, and before its subject is linked, a token is nobody's
SELECT pg_temp.who(:'t1') AS not_trusted;
SELECT enclave.trust_issuer('https://one.example', :'one', 'app', '{ES256}');
SELECT pg_temp.who(:'t1') AS not_linked;
SELECT pg_temp.try(format('SELECT enclave.link_identity(%s, %L, %L)', u, i, s)) FROM (VALUES (0, 'https://one.example', 'x'), (:bob, 'https://other.example', 'x'), (:bob, NULL, 'x'),
    (:bob, 'https://one.example', NULL), (:bob, 'https://one.example', ''), (:bob, 'https://one.example', repeat('x', 256)), (:bob, 'https://one.example', E'a\tb')) v(u, i, s);

-- Promise: linked, it is the user it is linked to, whatever its subject's number or its claims say; without abilities, session or login
SELECT enclave.link_identity(:bob, 'https://one.example', :'ann');
SELECT enclave.link_identity(:bob, 'https://one.example', :'ann') AS again;
SELECT pg_temp.try(format('SELECT enclave.link_identity(%s, ''https://one.example'', %L)', :eve, :ann)) AS of_another;
SELECT user_id = :bob AS hers, metadata = jsonb_build_object('issuer', 'https://one.example', 'subject', :'ann') AS what, count(*) FROM enclave.audit_logs WHERE id > :mark AND event = 'auth.identity.linked' GROUP BY 1, 2;
SELECT pg_temp.who(:'t1'), pg_temp.who(:'t1more');
BEGIN READ ONLY;
SELECT enclave.authenticate(:'t1more') = :bob AS his, enclave.can('anything') AS can, enclave.claims() ->> 'role' AS claims, enclave.session_id(), enclave.token_id(), enclave.auth_time(), pg_current_xact_id_if_assigned();
SELECT pg_temp.try('SELECT enclave.update_my_account(''Bob'')'), pg_temp.try('SELECT enclave.export_my_data()'), pg_temp.try('SELECT enclave.require_recent_login(''1 day'')');
SELECT enclave.authenticate(:'t1more', 'anything') AS with_an_ability, enclave.user_id();
COMMIT;
SELECT token AS other_subject FROM theirs WHERE name = 'https://one.example eve@example.com' LIMIT 1 \gset
SELECT pg_temp.who(:'other_subject');

-- Promise: a token of another audience, issuer, key or algorithm is nobody's, though its subject is linked there
SELECT enclave.link_identity(:bob, 'https://one.example', :'eve');
SELECT pg_temp.who(token) = 'nobody' AS out, count(*) FROM theirs WHERE name LIKE 'https://one.example ann%' GROUP BY 1 ORDER BY 1;
SELECT enclave.trust_issuer('https://one.example', :'one', 'other', '{ES256}');
SELECT pg_temp.who(:'t1') AS other_audience;
SELECT enclave.trust_issuer('https://one.example', :'two', 'app', '{RS256}');
SELECT pg_temp.who(:'t1') AS keys_of_another, pg_temp.who(:'t2') AS issuer_of_another;
SELECT enclave.trust_issuer('https://one.example', jsonb_build_object('keys', (:'one'::jsonb -> 'keys') || (:'two'::jsonb -> 'keys')), 'app', '{RS256}');
SELECT pg_temp.who(:'t1') AS algorithm_not_given;
SELECT enclave.trust_issuer('https://one.example', jsonb_build_object('keys', (:'one'::jsonb -> 'keys') || (:'two'::jsonb -> 'keys')), 'app', '{ES256,RS256}');
SELECT pg_temp.who(:'t1') AS given_now, pg_temp.who(:'t2') AS issuer_of_another;
-- another issuer gives its key the first one's id
SELECT enclave.trust_issuer('https://aaa.example', jsonb_set(:'two', '{keys,0,kid}', :'one'::jsonb #> '{keys,0,kid}'), 'app', '{RS256}');
SELECT enclave.trust_issuer('https://one.example', :'one', 'app', '{ES256}');
SELECT pg_temp.who(:'t1') AS id_taken_by_another;
SELECT enclave.untrust_issuer('https://aaa.example');
-- keys that cannot be used, beside one that can
SELECT enclave.trust_issuer('https://one.example', jsonb_build_object('keys', '[{"kty": "EC"}, {"kty": "new", "kid": "x"}]'::jsonb || (:'one'::jsonb -> 'keys')), 'app', '{ES256}');
SELECT pg_temp.who(:'t1');
SELECT enclave.trust_issuer('https://one.example', :'one', 'app', '{ES256}');

-- Promise: touched or cut, it is nobody's
SELECT pg_temp.who(overlay(:'t1' placing CASE substr(:'t1', length(:'t1') - 20, 1) WHEN 'A' THEN 'B' ELSE 'A' END from length(:'t1') - 20)), pg_temp.who(left(:'t1', -1)), pg_temp.who(regexp_replace(:'t1', '[^.]*$', '')), pg_temp.who(overlay(:'t1' placing 'A' from strpos(:'t1', '.') + 20));

-- Promise: untrusted, unlinked, disabled, all ended or deleted: out at once
BEGIN;
SELECT enclave.untrust_issuer('https://one.example'), pg_temp.who(:'t1');
ROLLBACK;
SELECT pg_temp.who(:'t1') AS taken_back;
SELECT pg_temp.try('SELECT enclave.untrust_issuer(''https://other.example'')'), pg_temp.try('SELECT enclave.untrust_issuer(NULL)');
SELECT enclave.unlink_identity(:ann, 'https://one.example', :'ann') AS of_another, enclave.unlink_identity(:bob, NULL, NULL) AS nothing;
BEGIN;
SELECT enclave.unlink_identity(:bob, 'https://one.example', :'ann') AS first, enclave.unlink_identity(:bob, 'https://one.example', :'ann') AS second, pg_temp.who(:'t1');
ROLLBACK;
BEGIN;
SELECT enclave.disable_user(:bob, 'test'), pg_temp.who(:'t1');
ROLLBACK;
SELECT pg_temp.next_second(), enclave.end_all(:bob) >= 0 AS ended, pg_temp.who(:'t1');
SELECT pg_temp.next_second();
BEGIN;
SELECT pg_temp.provider('ES256', 'https://one.example', 'app') AS five \gset
COMMIT;
SELECT enclave.trust_issuer('https://one.example', :'five', 'app', '{ES256}');
SELECT token AS t5 FROM theirs WHERE name = 'https://one.example ann@example.com' ORDER BY ctid DESC LIMIT 1 \gset
SELECT pg_temp.who(:'t5') AS made_after_it;
-- but not by what may be older than the end, as far as a provider's clock may be ahead
BEGIN;
SET LOCAL enclave.jwt_leeway = 60;
UPDATE enclave.users SET tokens_valid_from = to_timestamp(x.iat - 60) FROM
    (SELECT (convert_from(decode(rpad(p, (length(p) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb ->> 'iat')::bigint AS iat
        FROM translate(split_part(:'t5', '.', 2), '-_', '+/') p) x WHERE id = :bob;
SELECT pg_temp.who(:'t5') AS maybe_older;
UPDATE enclave.users SET tokens_valid_from = tokens_valid_from - interval '1 s' WHERE id = :bob;
SELECT pg_temp.who(:'t5') AS younger;
ROLLBACK;

-- Promise: what somebody linked to an account before its address was verified goes when its owner comes
SELECT token AS reset FROM enclave.create_password_reset('bob@example.com') \gset
SELECT status FROM enclave.reset_password(:'reset', 'the right passphrase');
SELECT pg_temp.who(:'t5'), count(*) AS links FROM enclave.linked_identities WHERE user_id = :bob;
SELECT enclave.link_identity(:eve, 'https://one.example', :'eve');
SELECT token AS link FROM enclave.create_magic_link('eve@example.com') \gset
SELECT status FROM enclave.verify_magic_link(:'link');
SELECT count(*) AS links FROM enclave.linked_identities WHERE user_id = :eve;
-- but stays with one whose address was
SELECT enclave.link_identity(:bob, 'https://one.example', :'ann');
SELECT token AS reset FROM enclave.create_password_reset('bob@example.com') \gset
SELECT status FROM enclave.reset_password(:'reset', 'another right passphrase');
SELECT count(*) AS links FROM enclave.linked_identities WHERE user_id = :bob;

-- Promise: it is his to know, and goes with him
SELECT jsonb_path_query_array(enclave.export_user(:bob), '$.linked_identities[*].issuer') AS exported;
SELECT enclave.delete_user(:bob), pg_temp.who(:'t5');
SELECT count(*) AS links FROM enclave.linked_identities;

-- Attack: what its key has signed, but of a type that is for something else, or without what has to be there, or not for us (the key of RFC 8037, A.1)
SELECT id AS dan FROM enclave.create_user('dan@example.com') \gset
SELECT enclave.trust_issuer('https://rfc.example', '{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "rfc8037", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}', 'app', '{EdDSA}'), enclave.link_identity(:dan, 'https://rfc.example', 'dan'), enclave.link_identity(:dan, 'https://rfc.example', '7');
SELECT what, pg_temp.who(token) FROM (VALUES
    ('no type', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.e0Xr_aPjYzupkwbcGtG9667leiQyn2f2A-thsidJh-KdovzS-CIB2yFxSbrkfusHbo96CjYZL0VDz2BnqAeDAg'),
    ('JWT', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzciLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.lqAjm-1t0-FprvhdOlyAX4N9PQ9fQDN-wl3pnejYQkB4T3xtPA8qqvLeXGyUo_l2AOqmmK5jBWM7DU0dKXObAA'),
    ('at+jwt', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzciLCJ0eXAiOiJhcHBsaWNhdGlvbi9hdCtqd3QifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.dHLuH1fp8sIMaczCgKuSABZaBG7ATMjNSmCYXTNOe-cDvF5ADgZFvbFNxVJw_o841PwKB3mIQwUfCa621DC3CA'),
    ('of a log-out', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzciLCJ0eXAiOiJsb2dvdXQrand0In0.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.YLU_be5swPB_qvkwBolMdXjfKLGTwzDB9UNVCkz11h11HopSB8h_BrjHjJbra6Vdf6-GdcvrAvKFbw8-BU91BQ'),
    ('a security event', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzciLCJ0eXAiOiJzZWNldmVudCtqd3QifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.vkm4zus1X2qUt2YIOFyUh_hgY4_9HnBlOvF0fafExkExd8Zv1s9GKzSaYdmUZi3_NDac1i1hOwQ1cdLsMqHQCA'),
    ('a proof of possession', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzciLCJ0eXAiOiJkcG9wK2p3dCJ9.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.-efidnCTxc1XXdI7RT0jqmS28h76ZQnJ31-Uu8IoHQfbL3QdSZyNqQbfowQ5zBgJEFYhVywOoAqljWJ-DddpDA'),
    ('no kid', 'eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.GHndsONr6RVWuTKhMAG9w787VprT894cvCpfj_FOvHLYp2KYNsqUVxRHQWyQp3JVeYBZb8xXhObLtf0IGk0zDw'),
    ('no exp', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwfQ.FfQAC_AAMuS2pDe4PO5h1hi4nS15h9Qp_4mrsfXt8g74WrPjWl5r7_P8S7aP9M-60jq2Vj7qRTyKbnBcXGbFDA'),
    ('no iat', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiZXhwIjo0MTAyNDQ0ODAwfQ.u-WHtIOPxFpXMnolwHsa6VNms0LDB-F4DdNWqXl4_81keBmY0TSlLa-LQALSqqheebGJpG8NoQBQC-qKDHm6AQ'),
    ('no sub', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.N4An6w6ukXbNfWEZqgLKm0BEswjxeqlT1T3Pb82BkBGo9UzUNrKecqZKr1CjXZ-iXoBi6IHZ2eJTOmw3-NKYDw'),
    ('no aud', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.HeRMC0VPtt1QLMLh5Mcs4m5QpuZCI8RR0ezUAdgaOMA-rftT0_QVrq7Fa6AtXECQwKkoqSP0WmDVsRmiAxTxCg'),
    ('no iss', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJzdWIiOiJkYW4iLCJhdWQiOiJhcHAiLCJpYXQiOjE1Nzc4MzY4MDAsImV4cCI6NDEwMjQ0NDgwMH0.Fs3laXf9WpdzdbzfpSpyez2wESlwgP0LJ2KaUsRXowQdfyB4wQ-QK_PvBRwD_cxHxYq1cJGDdi5Noq3GpYG6Dw'),
    ('expired', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjE1Nzc4MzY4MDF9.w99ukYwtUXpJyhVL5foFjxdO27ZR3P2ZxNveGXBlYht1IyH9n-tswi9NXNecs5A89vrcPd9qAWGTD-dX9nZ-Aw'),
    ('issued in 2100', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0Ijo0MTAyNDQ0MDAwLCJleHAiOjQxMDI0NDQ4MDB9.9kvwgWp48AnEey953eMGeX9DnoqAy7Cfk9kDiU4_JZHMILWJ9IRN6WptGvJbhR0YabrDh4uWd_vITJdrb-lVBA'),
    ('not before 2100', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDAsIm5iZiI6NDEwMjQ0NDAwMH0.vapKpLJInkb-8py-W-VMPiQFI6yCcaUq8B-di0GVOPwa16fSAZnl3BdAyL5cQBhg8EqzW9QMBGWj6JwO6jUeBQ'),
    ('audience among others', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjpbIngiLCJhcHAiXSwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.6jooDkG-5GQh89AUqAaR8q0RXwScRtzlg9osingV12MTZ5VcwbfA5blF0opF48X3qqGMuPOfaSUKnboamN95AA'),
    ('audiences of others', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuIiwiYXVkIjpbIngiLCJhcHBzIl0sImlhdCI6MTU3NzgzNjgwMCwiZXhwIjo0MTAyNDQ0ODAwfQ.D0gud2gklk2U8G3MNM4xV0XXHiY98V6-KnUTh3A_jlk8MO8_H5vDxNIFYps2pVXulMQpHlKOdOEufYFdbrDBBA'),
    ('issuer with a slash', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlLyIsInN1YiI6ImRhbiIsImF1ZCI6ImFwcCIsImlhdCI6MTU3NzgzNjgwMCwiZXhwIjo0MTAyNDQ0ODAwfQ.v4NH2nEvq-EjmA3JqSuXL3v9_K4CEKyiNIdq7kYJmqJc_yWeLFE3x2hHQWr9vYct2O84_xTjUh22j6x8qhVHBA'),
    ('subject a number', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjo3LCJhdWQiOiJhcHAiLCJpYXQiOjE1Nzc4MzY4MDAsImV4cCI6NDEwMjQ0NDgwMH0.ElEV40YLdTr3FZHBQXlRUoXxkxunwx_ijzYXEwxv-JKY9uoGVpc83iqh7DA2ORry0y4_V5OuEcT7CEfbB30-CQ'),
    ('subject in another case', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiRGFuIiwiYXVkIjoiYXBwIiwiaWF0IjoxNTc3ODM2ODAwLCJleHAiOjQxMDI0NDQ4MDB9.Z8EF_eN5ugJ7JkMCMXlKqEtXl488nr5JWcL8Haboj0pWtGT1kg33xRw6KPe82AUaJwie49ZdoPaAJhLjDPzLDA'),
    ('subject with more', 'eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJodHRwczovL3JmYy5leGFtcGxlIiwic3ViIjoiZGFuXHUwMDAweCIsImF1ZCI6ImFwcCIsImlhdCI6MTU3NzgzNjgwMCwiZXhwIjo0MTAyNDQ0ODAwfQ.k_hY9_gF_e5OdshDUpDYBZtVZ3cVmYq8cgO8Gdl-uqieQjaqeFz1m6A5GxcYfrZVJW7QEpsgKlt7XmOZcBIMBA')) v(what, token);

BEGIN READ ONLY;
SELECT pg_temp.try('SELECT enclave.trust_issuer(NULL, NULL, NULL, NULL)'), pg_temp.try('SELECT enclave.untrust_issuer(NULL)'), pg_temp.try('SELECT enclave.link_identity(1, NULL, NULL)'), pg_temp.try('SELECT enclave.unlink_identity(1, NULL, NULL)');
COMMIT;
DELETE FROM enclave.trusted_issuers;
DELETE FROM enclave.users;
DELETE FROM enclave.key_store;
DELETE FROM enclave.quota_uses;
