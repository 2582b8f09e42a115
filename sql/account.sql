--
-- Accounts: signup, create_user, import_user, get_user, find_user.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;

-- what a query of one value comes to: the value, or the error with all that it tells
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

-- the same for one call of create_user, and nothing is kept
CREATE FUNCTION pg_temp.rule_for(email text, name text = '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    PERFORM enclave.create_user(email, name);
    DELETE FROM enclave.users u WHERE lower(u.email) = lower(btrim(rule_for.email, E' \t\r\n\v\f'));
    RETURN 'accepted';
EXCEPTION WHEN SQLSTATE 'NC008' THEN
    GET STACKED DIAGNOSTICS rule = PG_EXCEPTION_DETAIL;
    RETURN rule;
END $$;

-- a two-byte letter, a four-byte emoji and a C1 control character where the database can hold them
SELECT getdatabaseencoding() = 'UTF8' AS utf8 \gset
\if :utf8
SELECT U&'\00e9' AS letter, U&'\00e9' AS foreign, U&'\+01f600' AS emoji, U&'\0085' AS control \gset
\else
SELECT 'e' AS letter, ',' AS foreign, 'o' AS emoji, chr(7) AS control \gset
\endif

-- Promise: every good address of api.md section 1 is taken
SELECT a.email, pg_temp.rule_for(a.email) FROM (VALUES
    ('a@b.co'), ('A@B.CO'), ('a@b.c'), ('1@2.c3'), ('a@b.1c'), ('a@1.2.3.com'), ('a@123.com'),
    ('o''hara@example.com'), ('first.last+tag@sub.example.co.uk'), ('-a-@example.com'),
    ('_@example.com'), ('!#$%&''*+-/=?^_`{|}~@example.com'), ('a@xn--bcher-kva.example'),
    ('a@b--c.de'), ('a@b.xn--p1ai')) a(email);

-- Promise: every other is refused, by the rule that it breaks
SELECT a.email, pg_temp.rule_for(a.email) FROM (VALUES
    (NULL), (''), ('  '), (E'\t\n'), ('a'), ('@'), ('a@'), ('@b.co'), ('a@b'), ('a@@b.co'),
    ('a@b@c.de'), ('.a@b.co'), ('a.@b.co'), ('a..b@b.co'), ('a@.b.co'), ('a@b..co'), ('a@b.co.'),
    ('a@.'), ('a@..'), ('a@-b.co'), ('a@b-.co'), ('a@b.-co'), ('a@b.co-'), ('a@b.123'),
    ('a@127.0.0.1'), ('a@[127.0.0.1]'), ('a@[IPv6:::1]'), ('"a b"@b.co'), ('"a"@b.co'), ('a b@b.co'),
    ('a@b c.co'), ('a @b.co'), ('a@ b.co'), ('a@b_c.co'), ('a@b/c.co'), ('a,b@b.co'), ('a;b@b.co'),
    ('a:b@b.co'), ('(a)b@b.co'), ('a<b>@b.co'), ('Ann <a@b.co>'), ('a\b@b.co'), ('a[b]@b.co'),
    ('mailto:a@b.co'), ('a%@b%.co')) a(email);

-- Attack: an address that forges a header, or looks like another's
SELECT pg_temp.rule_for(E'a@b.co\nBcc: x@y.zz') AS line, pg_temp.rule_for(E'a\r@b.co') AS return,
       pg_temp.rule_for(E'a@b.co\x01') AS control, pg_temp.rule_for('a' || chr(127) || '@b.co') AS del;
SELECT count(*) FILTER (WHERE pg_temp.rule_for(email) = 'email_invalid') AS three FROM (VALUES
    (:'foreign' || '@b.co'), ('a@b' || :'foreign' || '.co'), ('a@b.c' || :'foreign')) a(email);

-- Promise: local part 64, label 63, whole 254 bytes
SELECT pg_temp.rule_for(repeat('a', 64) || '@b.co') AS local_64, pg_temp.rule_for(repeat('a', 65) || '@b.co') AS local_65,
       pg_temp.rule_for('a@' || repeat('b', 63) || '.co') AS label_63, pg_temp.rule_for('a@' || repeat('b', 64) || '.co') AS label_64;
SELECT pg_temp.rule_for('a@' || repeat('b.', 125) || 'co') AS all_254, pg_temp.rule_for('aa@' || repeat('b.', 125) || 'co') AS all_255,
       pg_temp.rule_for(repeat('a', 1048576) || '@b.co') AS megabyte, pg_temp.rule_for(repeat(' ', 1048576)) AS blanks;

-- Attack: what follows a long run of blanks is not looked at
SELECT pg_temp.rule_for('a@b.co' || repeat(' ', 20000) || 'x') AS tail;

-- Promise: trimmed, stored as typed, compared without regard to case
SELECT email, name, email_verified_at, disabled_at, created_at = updated_at AS fresh,
       clock_timestamp() - created_at BETWEEN '0' AND '1 min' AS now
FROM enclave.create_user(E' \t Ann.Lee@Example.COM\r\n', '  Ann Lee ');
SELECT pg_temp.try($$SELECT enclave.create_user('ann.lee@example.com')$$);
SELECT pg_temp.try($$SELECT enclave.signup('ANN.LEE@EXAMPLE.COM', 'a long passphrase')$$);
SELECT pg_temp.try($$SELECT enclave.import_user(' aNN.lee@example.com ',
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4')$$);
SELECT count(*) AS found, min(email) AS email FROM enclave.find_user(E'\nANN.lee@example.com ');

-- Promise: find returns no row where get raises, and neither ever answers with a row of NULLs
SELECT (SELECT count(*) FROM enclave.find_user(v)) AS rows FROM (VALUES
    (NULL), (''), ('nobody@example.com'), ('nonsense'), (repeat('x', 1048576))) a(v);
SELECT v AS id, pg_temp.try(format('SELECT enclave.get_user(%L)', v)) FROM (VALUES
    (NULL), ('0'), ('-1'), ('9223372036854775807')) a(v);
SELECT g = f AS same FROM enclave.find_user('ann.lee@example.com') f, enclave.get_user(f.id) g;

-- Promise: names of up to 100 characters of any script, trimmed, without control characters
SELECT char_length(name) AS hundred FROM enclave.create_user('n1@example.com', ' ' || repeat('x', 100) || ' ');
SELECT char_length(name) AS hundred FROM enclave.create_user('n2@example.com', repeat(:'letter', 100));
SELECT name = repeat(:'emoji', 100) AS hundred FROM enclave.create_user('n3@example.com', repeat(:'emoji', 100));
SELECT name = '' AS empty FROM enclave.create_user('n4@example.com', NULL);
SELECT name = '' AS empty FROM enclave.create_user('n5@example.com', E' \t\n ');
SELECT rule, count(*) FROM (VALUES (repeat('x', 101)), (repeat(:'letter', 101)), (repeat(:'emoji', 101)),
    (repeat('x', 1048576)), (E'a\nb'), (E'a\tb'), (E'a\x01'), ('a' || chr(27) || '[2J'), (chr(127)),
    ('a' || :'control' || 'b')) n(name), LATERAL pg_temp.rule_for('n6@example.com', name) rule GROUP BY rule ORDER BY rule;

-- Promise: signup asks for address, then name and password, then whether it is free
SELECT call, pg_temp.try('SELECT (enclave.signup(' || call || ')).email') FROM (VALUES
    ($$'nonsense', 'short', repeat('x', 101)$$), ($$'s1@example.com', 'short'$$), ($$'s1@example.com', ''$$),
    ($$'s1@example.com', NULL$$), ($$NULL, NULL, NULL$$), ($$'s1@example.com', repeat('pass phrase', 12)$$),
    ($$'s1@example.com', repeat('x', 1048576)$$), ($$'s1@example.com', 'PASSWORD1'$$),
    ($$'s1@example.com', 's1@example.com'$$), ($$'s1@example.com', 'Bob Marley 1', 'Bob Marley'$$),
    ($$'ann.lee@example.com', 'short'$$), ($$'ann.lee@example.com', 'a long passphrase'$$),
    ($$'s1@example.com', 'a long passphrase', E'a\nb'$$), ($$'s1@example.com', 'a long passphrase'$$)) s(call);

-- Promise: Argon2id of the present costs with a salt of its own, never the password
SELECT email FROM enclave.signup('s2@example.com', 'a long passphrase', 'Sue');
SELECT count(DISTINCT password_hash) AS two, bool_and(password_hash ~
    '^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$') AS shape
FROM enclave.users WHERE email LIKE 's%';
SELECT count(*) AS found_in FROM enclave.users u WHERE u::text LIKE '%passphrase%';

-- Promise: the same with the defaults
RESET enclave.argon2_memory;
RESET enclave.argon2_iterations;
SELECT email FROM enclave.signup('s3@example.com', 'a long passphrase');
SELECT substring(password_hash FROM '^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$') FROM enclave.users WHERE email = 's3@example.com';
SELECT status FROM enclave.login('s3@example.com', 'a long passphrase');
SELECT status FROM enclave.login('s3@example.com', 'a long passphrasf');
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;

-- Promise: Argon2d, i and id, versions 16 and 19, are taken and open the door
CREATE TEMP TABLE vector (name text, hash text);
INSERT INTO vector VALUES
    ('id19', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'),
    ('i19', '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8'),
    ('d19', '$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$JcTui6RIBUtJ78gE5Hi52CO+H5vS6Z9R1uxAB6OhUB8'),
    ('id16', '$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$2gcOV25Q8vOKPIl8vdxsf7QCjocJcf+erntOGHkpXm4'),
    ('i16', '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY'),
    ('d16', '$argon2d$v=16$m=256,t=2,p=1$c29tZXNhbHQ$vUBIaP8AxS51Q8gzLmp3KlckiS1+Mo1c8lO7yOcms3E');
SELECT v.name, i.email, i.name, i.email_verified_at = '2020-02-02' AS verified
FROM vector v, enclave.import_user(v.name || '@example.com', v.hash, ' ' || v.name, '2020-02-02') i;
SELECT v.name, wrong.status AS wrong, good.status AS good FROM vector v,
    LATERAL enclave.login(v.name || '@example.com', 'Password') wrong,
    LATERAL enclave.login(v.name || '@example.com', 'password') good;

-- Attack: a hash that would take 4 GiB, hours, or sixteen million lanes, or is none at all; none is repeated
CREATE TEMP TABLE bad_hash (hash text);
INSERT INTO bad_hash VALUES (NULL), (''), ('x'), (' '), ('$argon2id$'), ('$argon2x$v=19$m=256,t=2,p=1$cmVncmVzc3NhbHQ$'),
    ('$2b$12$cmVncmVzc3NhbHQcmVncmVzc3NhbHQcmVncmVzc3NhbHQcmVncmVzc'), ('5f4dcc3b5aa765d61d8327deb882cf99'),
    (repeat('$argon2id$v=19$m=256,t=2,p=1$cmVncmVzc3NhbHQ$', 25000));
INSERT INTO bad_hash SELECT replace(replace('$argon2id$v=19$m=256,t=2,p=1$cmVncmVzc3NhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    old, new), 'cmVncmVzc3NhbHQ', CASE old WHEN 'salt' THEN new ELSE 'cmVncmVzc3NhbHQ' END) FROM (VALUES
    ('m=256', 'm=4194304'), ('m=256', 'm=4294967295'), ('m=256', 'm=4294967296'), ('m=256', 'm=18446744073709551872'),
    ('m=256', 'm=7'), ('m=256', 'm=0'), ('m=256', 'm=-1'), ('m=256', 'm=+256'), ('m=256', 'm=0256'), ('m=256', 'm= 256'),
    ('m=256', 'm='), ('m=256', 'm=0x100'), ('t=2', 't=2147483648'), ('t=2', 't=4294967295'), ('t=2', 't=65'), ('t=2', 't=0'),
    ('t=2', 't=4294967298'), ('p=1', 'p=16777216'), ('p=1', 'p=16777215'), ('p=1', 'p=33'), ('p=1', 'p=0'),
    ('m=256,t=2', 't=2,m=256'), ('p=1', 'p=1,data=AAAA'), ('p=1', 'p=1,keyid=AAAA'), ('p=1', ''), ('v=19', 'v=20'),
    ('v=19', 'v=0'), ('v=19', 'v=019'), ('v=19', 'v=4294967315'), ('id$v', 'ID$v'), ('$argon2', 'argon2'), ('$argon2', ' $argon2'),
    ('salt', 'cmVncmU'), ('salt', ''), ('salt', repeat('cmVn', 22)), ('salt', 'cmVncmVzc3NhbHR'), ('salt', 'cmVn=mVzc3NhbHQ'),
    ('GGi/4', 'GGi/5'), ('Gi/4', 'Gi/4='), ('Gi/4', E'Gi/4\n'), ('Gi/4', 'Gi/4$'), ('Gi/4', 'Gi-4'),
    ('$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', ''), ('nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'nf65EOgLrQMR')) c(old, new)
    WHERE old <> 'GGi/4';
SELECT left(said, 5) AS sqlstate, count(*) > 50 AS many, bool_or(strpos(said, 'cmVn') > 0 OR strpos(said, 'nf65') > 0) AS repeats_it,
       min(strpos(said, 'HINT')) AS hint
FROM bad_hash, LATERAL pg_temp.try(format('SELECT enclave.import_user(''bad@example.com'', %L)', hash)) said GROUP BY 1;
SELECT pg_temp.try(format('SELECT enclave.import_user(''bad@example.com'', %L)', hash)) FROM bad_hash
WHERE hash IS NULL OR hash ~ 'm=4194304|t=2147483648|p=16777216|^$';
SELECT count(*) AS imported FROM enclave.find_user('bad@example.com');

-- Promise: the limit is enclave.max_hash_memory, and holds when a stored hash is verified too
SET enclave.max_hash_memory = '255kB';
SELECT pg_temp.try($$SELECT enclave.import_user('m@example.com', hash) FROM vector WHERE name = 'id19'$$) LIKE 'NC015 %' AS refused;
SET enclave.max_hash_memory = '256kB';
SELECT email FROM vector, enclave.import_user('m@example.com', hash) WHERE vector.name = 'id19';
SET enclave.max_hash_memory = '255kB';
SELECT pg_temp.try($$SELECT enclave.login('m@example.com', 'password')$$) LIKE 'NC015 %' AS refused;
RESET enclave.max_hash_memory;

-- Promise: other bad arguments of import_user are refused by name
SELECT call, pg_temp.try('SELECT (enclave.import_user(' || call || ', hash, name, NULL, NULL)).email FROM vector WHERE name = ''id19''')
FROM (VALUES ('NULL'), ($$'nonsense'$$)) a(call);
SELECT call, pg_temp.try(format($$SELECT (enclave.import_user('i@example.com', hash, %s)).email FROM vector WHERE name = 'id19'$$, call))
FROM (VALUES ($$repeat('x', 101)$$), ($$'', 'infinity'$$), ($$'', '-infinity'$$), ($$'', NULL, 0$$), ($$'', NULL, -1$$)) a(call);

-- Promise: imported ids are kept, and the next account gets a fresh one, whatever was imported
SELECT id AS last FROM enclave.create_user('seq0@example.com') \gset
SELECT id - :last AS ahead FROM vector, enclave.import_user('seq1@example.com', hash, '', NULL, :last + 10) WHERE vector.name = 'id19';
SELECT id - :last AS next FROM enclave.create_user('seq2@example.com');
SELECT id - :last AS behind FROM vector, enclave.import_user('seq3@example.com', hash, '', NULL, :last + 5) WHERE vector.name = 'id19';
SELECT id - :last AS next FROM enclave.create_user('seq4@example.com');
INSERT INTO enclave.users (id, email) SELECT :last + i, i || '@seq5.example.com' FROM generate_series(13, 15) i;
SELECT id - :last AS next FROM enclave.create_user('seq6@example.com');
SELECT id - :last AS next FROM enclave.signup('seq7@example.com', 'a long passphrase');
SELECT pg_temp.try(format($$SELECT enclave.import_user('seq8@example.com', hash, '', NULL, %s) FROM vector WHERE name = 'id19'$$, :last));

-- Promise: each account that was made stands in the audit, none that was refused
SELECT a.event, u.email, a.role = current_user AS by_me, a.metadata, a.ip, a.user_agent, a.token_id, a.actor_id
FROM enclave.audit_logs a JOIN enclave.users u ON u.id = a.user_id
WHERE u.email ~ '^(s1|id19|n1|seq1)@' AND a.event LIKE 'user.%' ORDER BY a.id;

-- Promise: nothing is made in a read-only transaction
BEGIN READ ONLY;
SELECT pg_temp.try('SELECT enclave.signup(NULL, NULL)');
SELECT pg_temp.try('SELECT enclave.create_user(NULL)');
SELECT pg_temp.try('SELECT enclave.import_user(NULL, NULL)');
SELECT count(*) FROM enclave.find_user('s1@example.com');
COMMIT;
DELETE FROM enclave.users;
DELETE FROM enclave.login_attempts;
