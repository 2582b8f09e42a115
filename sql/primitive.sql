--
-- Primitives: hashes, tokens, the password policy, and the type secret.
--
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT enclave.health() ->> 'status' AS status;
SELECT getdatabaseencoding() = 'UTF8' AS utf8 \gset
\if :utf8
SELECT U&'\00e9' AS letter, U&'\+01f600' AS emoji \gset
\else
SELECT 'e' AS letter, 'o' AS emoji \gset
\endif

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

-- Promise: Argon2id of the default costs, of 16 bytes of salt and 32 of tag
SELECT hash ~ '^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$' AS shape,
    enclave.verify_password('a long passphrase', hash) AS right, enclave.verify_password('A long passphrase', hash) AS wrong,
    enclave.needs_rehash(hash) AS outdated FROM enclave.hash_password('a long passphrase') hash;
SET enclave.argon2_memory = '64kB';
SET enclave.argon2_iterations = 1;
SELECT enclave.hash_password('x') <> enclave.hash_password('x') AS own_salt;

-- Promise: every byte counts, and one is enough
SELECT enclave.verify_password(v, enclave.hash_password(v)) AS itself, enclave.verify_password(v || ' ', enclave.hash_password(v)) AS more,
    enclave.verify_password(left(v, -1), enclave.hash_password(v)) AS less
FROM (VALUES ('xy'), (repeat('x', 72)), (repeat('x', 128)), (repeat('x', 1023)), (repeat(:'emoji', 128)), (' blanks around ')) p(v);

-- Promise: NULL, empty and over-long are no passwords
SELECT v, pg_temp.try(format('SELECT length(enclave.hash_password(%s))', v)) FROM (VALUES ('NULL'), (''''''), ('repeat(''x'', 1024)'), ('repeat(''x'', 1025)'),
    ('repeat(''x'', 1048576)')) p(v);
SELECT enclave.hash_password('x') AS hash \gset
SELECT enclave.verify_password(NULL, :'hash') AS null, enclave.verify_password('', :'hash') AS empty,
    enclave.verify_password(repeat('x', 1048576), :'hash') AS megabyte, enclave.verify_password('x', NULL) AS nothing, enclave.verify_password('x', :'hash') AS right;

-- Promise: what cannot be verified here is an error that does not repeat it
SELECT h, pg_temp.try(format('SELECT enclave.verify_password(''x'', %L)', h)), pg_temp.try(format('SELECT enclave.needs_rehash(%L)', h)) FROM (VALUES
    (''), ('nonsense'), ('$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'),
    ('$argon2id$v=19$m=256,t=2147483648,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'),
    ('$argon2id$v=19$m=256,t=2,p=16777216$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'),
    ('$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy')) p(h);
SELECT pg_temp.try('SELECT enclave.needs_rehash(NULL)');

-- Promise: needs_rehash tells every difference from the present costs
SELECT 'argon2' || kind AS kind, version, enclave.needs_rehash(format('$argon2%s$%sm=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', kind, version))
FROM unnest('{id,i,d}'::text[]) kind, unnest('{v=19$,v=16$,""}'::text[]) version;
SELECT p, enclave.needs_rehash(replace('$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'm=64,t=1,p=1', p))
FROM unnest('{"m=64,t=1,p=1","m=65,t=1,p=1","m=63,t=1,p=1","m=64,t=2,p=1","m=64,t=1,p=2"}'::text[]) p;
SELECT enclave.needs_rehash('$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4') AS short_salt,
       enclave.needs_rehash('$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$nf65EOgLrQMR/uIPnA4rEg') AS short_tag;

-- Promise: a cost that cannot be is named with its remedy
SET enclave.argon2_parallelism = 9;
SELECT pg_temp.try('SELECT enclave.hash_password(''x'')');
RESET enclave.argon2_parallelism;
SET enclave.max_hash_memory = '63kB';
SELECT left(pg_temp.try('SELECT enclave.hash_password(''x'')'), 5), left(pg_temp.try('SELECT enclave.login(''nobody@example.com'', ''x'')'), 5);
RESET enclave.max_hash_memory;

-- Promise: each rule of the policy by its name, all of them at once, none for a good one
CREATE FUNCTION pg_temp.rules(password text, email text = NULL, name text = NULL) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(rule, ' ' ORDER BY rule COLLATE "C"), 'good') FROM enclave.check_password(password, email, name)
$$;
SELECT p, pg_temp.rules(p) FROM (VALUES (NULL), (''), ('kT4x9!q'), ('kT4x9!qz'), ('correct horse battery staple'), ('the password is long enough'),
    ('password'), ('PASSWORD1'), ('PaSsWoRd'), ('iloveyou'), ('sunshine'), ('letmein1'), ('aaaaaaaa'), ('abcabcabc'), ('xyXYxyXY'), ('zzzzzzzzzzzzzzzz'),
    ('12345678'), ('87654321'), ('abcdefgh'), ('HGFEDCBA'), ('qwertyuiop'), ('poiuytrewq'), ('asdfghjkl'), ('qwerty123'), ('1qaz2wsx'), ('abc123xyz'),
    ('111222333'), ('!@#$%^&*'), ('azertyuiop'), ('qwertzuiop'), ('qwerty'), ('aaa')) v(p);
-- Promise: characters, not bytes; no truncation
SELECT pg_temp.rules(repeat(:'emoji' || 'b' || :'letter' || 'd7xq9', 16)) AS all_128, pg_temp.rules(repeat(:'emoji' || 'b' || :'letter' || 'd7xq9', 16) || 'x') AS all_129,
    pg_temp.rules(repeat(:'emoji', 128)) ~ '^password_repeated' AS one, pg_temp.rules(repeat('x', 1048576)) AS megabyte, pg_temp.rules(:'emoji' || 'kT' || :'letter' || '9!q') AS seven;
-- Promise: not the address nor the name with a little around it; a long passphrase may hold them
SELECT p, e, n, pg_temp.rules(p, e, n) FROM (VALUES ('ann.lee@example.com', 'ann.lee@example.com', NULL), ('ANN.LEE@example.COM!', 'ann.lee@example.com', NULL),
    ('ann.lee77', 'ann.lee@example.com', NULL), ('7example.com7', 'ann.lee@example.com', NULL), ('Margaret1', 'x@b.co', 'Margaret Hamilton'),
    ('hamilton69', 'x@b.co', 'Margaret Hamilton'), ('margaret hamilton', 'x@b.co', 'Margaret Hamilton'), ('Margaret flew to the moon', 'x@b.co', 'Margaret Hamilton'),
    ('kT4x9!qz', 'x@b.co', 'Ann'), ('kT4x9!qz', '', ''), ('kT4x9!qz', 'nonsense', '   '), ('Margaret1', NULL, NULL), ('kT4x9!qz', repeat('x', 1048576), repeat('y', 1048576))) v(p, e, n)
    WHERE length(e) < 100 OR e IS NULL;
SELECT pg_temp.rules('kT4x9!qz', repeat('x', 1048576), repeat('y', 1048576)) AS megabytes;
-- Promise: the strict settings
SET enclave.password_min_length = 12;
SET enclave.password_require_upper = on;
SET enclave.password_require_lower = on;
SET enclave.password_require_digit = on;
SET enclave.password_require_special = on;
SELECT p, pg_temp.rules(p) FROM (VALUES ('kT4x9!qzkT4'), ('kT4x9!qzkT4m'), ('kt4x9!qzkt4m'), ('KT4X9!QZKT4M'), ('kTaxb!qzkTcm'), ('kT4x9aqzkT4m'), ('            '), ('correct horse battery staple')) v(p);
RESET enclave.password_min_length;
RESET enclave.password_require_upper;
RESET enclave.password_require_lower;
RESET enclave.password_require_digit;
RESET enclave.password_require_special;
-- Promise: each check can be switched off, the least length cannot
SET enclave.password_check_common = off;
SET enclave.password_check_identity = off;
SELECT p, pg_temp.rules(p, 'ann.lee@example.com') FROM (VALUES ('password'), ('aaaaaaaa'), ('12345678'), ('ann.lee@example.com'), ('short')) v(p);
RESET enclave.password_check_common;
RESET enclave.password_check_identity;
SET enclave.password_min_length = 7;

-- Promise: random letters and digits, never the same
SELECT n, pg_temp.try(format('SELECT length(t) || '' '' || (t ~ ''^[0-9A-Za-z]+$'') FROM enclave.generate_token(%s) t', n)) FROM (VALUES ('16'), ('32'), ('255'), ('256'),
    ('15'), ('257'), ('0'), ('-1'), ('2147483647'), ('-2147483648')) v(n);
SELECT pg_temp.try('SELECT enclave.generate_token(NULL)'), length(enclave.generate_token());
SELECT count(DISTINCT t) AS different, count(DISTINCT c) AS characters FROM
    (SELECT enclave.generate_token(64) AS t FROM generate_series(1, 500)) g, LATERAL regexp_split_to_table(t, '') c;

-- Promise: hash_token is SHA-256, of any length
SELECT bool_and(enclave.hash_token(v) = sha256(v::bytea)) AS sha256, count(*) FROM (VALUES (''), ('x'), (repeat('x', 63)), (repeat('x', 64)), (repeat('x', 1048576))) t(v);
SELECT encode(enclave.hash_token('abc'), 'hex'), enclave.hash_token(NULL);

-- Promise: a secret takes any text and prints as [REDACTED], whatever prints it
SELECT 'hunter2'::enclave.secret, 'hunter2'::text::enclave.secret, 'hunter2'::varchar(9)::enclave.secret, ''::enclave.secret, NULL::enclave.secret IS NULL AS null;
SELECT 'hunter2'::enclave.secret::text AS text, 'hunter2'::enclave.secret::varchar AS varchar, concat('hunter2'::enclave.secret) AS concat,
    format('%s %L', 'hunter2'::enclave.secret, 'hunter2'::enclave.secret) AS format, quote_nullable('hunter2'::enclave.secret) AS quoted;
SELECT ARRAY['hunter2']::enclave.secret[] AS array, ROW('hunter2'::enclave.secret) AS row, to_json('hunter2'::enclave.secret) AS json, jsonb_build_object('p', 'hunter2'::enclave.secret) AS jsonb,
    array_to_string(ARRAY['hunter2'::enclave.secret], ',') AS string, string_agg('hunter2'::enclave.secret::text, ',') AS aggregated, 'hunter2'::enclave.secret || '!' AS joined;
SELECT convert_from(enclave.secret_send('hunter2'), 'UTF8') AS binary, enclave.secret_out('hunter2') AS out;
CREATE TABLE regress_keep (p enclave.secret, n integer);
INSERT INTO regress_keep VALUES ('hunter2', 1), (repeat('hunter2', 10000), 2), (NULL, 3);
SELECT * FROM regress_keep ORDER BY n;
SELECT row_to_json(k) FROM regress_keep k WHERE n = 1;
COPY regress_keep TO STDOUT;
COPY (SELECT p FROM regress_keep WHERE n = 1) TO STDOUT (FORMAT csv);
SELECT count(*) AS kept FROM regress_keep WHERE enclave.verify_password(p, enclave.hash_password('hunter2'));
CREATE TEMP VIEW constant AS SELECT enclave.verify_password('hunter2', 'x') AS v;
SELECT pg_get_viewdef('constant'::regclass) ~ '\[REDACTED\]' AS redacted, pg_get_viewdef('constant'::regclass) ~ 'hunter' AS shown;
EXPLAIN (VERBOSE, COSTS OFF) SELECT enclave.verify_password('hunter2', n::text), enclave.verify_password('hunter2'::text, n::text) FROM regress_keep WHERE enclave.hash_password('hunter2') = 'x';
PREPARE bound(enclave.secret) AS SELECT enclave.verify_password($1, n::text) FROM regress_keep;
SET plan_cache_mode = force_custom_plan;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE bound('hunter2');
RESET plan_cache_mode;
-- Promise: and there is no way back: no function of text takes one, nothing compares or sorts it
SELECT e, left(pg_temp.try('SELECT ' || e), 5) FROM (VALUES ('upper(''x''::enclave.secret)'), ('length(''x''::enclave.secret)'), ('''x''::enclave.secret = ''x'''),
    ('''x''::enclave.secret LIKE ''x'''), ('''x''::enclave.secret::bytea'), ('md5(''x''::enclave.secret)'), ('substr(''x''::enclave.secret, 1, 1)'), ('max(''x''::enclave.secret)'),
    ('(SELECT DISTINCT ''x''::enclave.secret)'), ('convert_to(''x''::enclave.secret, ''UTF8'')'), ('reverse(''x''::enclave.secret)'), ('ascii(''x''::enclave.secret)')) v(e);
SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod FROM pg_cast
    WHERE 'enclave.secret'::regtype IN (castsource, casttarget) ORDER BY castsource::regtype::text COLLATE "C";
DROP TABLE regress_keep;
