# Attacks by roles that may run SQL: a prepared schema, inherited rights, objects
# of the same names in public and pg_temp, settings, and locks of a victim's.
# Promise: none changes anything.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use Test::More;

my $node = EnclaveTest::new_node('main', extension => 0, conf => <<'EOC');
enclave.argon2_memory = '64kB'
enclave.lockout_duration = '20min'
EOC
my $installed = "SELECT count(*) FROM pg_extension WHERE extname = 'enclave'";

$node->safe_psql('postgres', <<'EOQ');
CREATE ROLE mallory LOGIN;
CREATE ROLE eve LOGIN;
CREATE ROLE web LOGIN;
GRANT CREATE ON DATABASE postgres TO mallory;
GRANT CREATE ON SCHEMA public TO eve;
EOQ

# A schema that somebody prepared.
my @prepared = (
	[ 'owned by another role' => 'CREATE SCHEMA enclave AUTHORIZATION mallory' ],
	[ 'with a table in it' => 'CREATE SCHEMA enclave; CREATE TABLE enclave.users (id int)' ],
	[ 'with a function in it' => q{CREATE SCHEMA enclave; CREATE FUNCTION enclave.login() RETURNS int LANGUAGE sql AS 'SELECT 1'} ],
	[ 'with an operator in it' => q{CREATE SCHEMA enclave; CREATE OPERATOR enclave.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)} ],
	[ 'with a type in it' => q{CREATE SCHEMA enclave; CREATE DOMAIN enclave.bytea AS text} ],
	[ 'in which another may create' => 'CREATE SCHEMA enclave; GRANT CREATE ON SCHEMA enclave TO mallory' ],
	[ 'in which everybody may create' => 'CREATE SCHEMA enclave; GRANT CREATE ON SCHEMA enclave TO PUBLIC' ],
	[ 'with default privileges' => 'CREATE SCHEMA enclave;'
		  . ' ALTER DEFAULT PRIVILEGES IN SCHEMA enclave GRANT EXECUTE ON FUNCTIONS TO mallory' ]);
for my $case (@prepared)
{
	my ($name, $sql) = @$case;

	$node->safe_psql('postgres', $sql);
	is(EnclaveTest::refusal($node, 'CREATE EXTENSION enclave'), '55000', "a schema $name is refused");
	is($node->safe_psql('postgres', $installed), 0, '- and nothing is left of the attempt');
	$node->safe_psql('postgres', 'DROP SCHEMA enclave CASCADE');
}
$node->safe_psql('postgres', 'SET ROLE mallory; CREATE SCHEMA enclave');
is(EnclaveTest::refusal($node, 'CREATE EXTENSION enclave'), '55000', "a schema that mallory made is refused");
is($node->safe_psql('postgres', "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'enclave'"),
	'mallory', '- and stays as it was');
$node->safe_psql('postgres', 'DROP SCHEMA enclave');

# Hostile objects that are there before, under the installing session's own
# path; default privileges of the database; an empty schema of one's own.
my $hostile = <<'EOQ';
CREATE FUNCTION public.hijacked() RETURNS boolean LANGUAGE plpgsql AS
  'BEGIN RAISE EXCEPTION ''hijacked'' USING ERRCODE = ''XX999''; END';
CREATE FUNCTION public.hijack(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijacked()';
CREATE FUNCTION public.hijack(integer, integer) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijacked()';
CREATE FUNCTION public.hijack(bigint, integer) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijacked()';
CREATE FUNCTION public.hijack(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijacked()';
CREATE FUNCTION public.hijack(bytea, bytea) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijacked()';
CREATE FUNCTION public.hijack(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijacked()';
CREATE FUNCTION public.hijack(inet, inet) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijacked()';
CREATE FUNCTION public.hijack(cidr, cidr) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijacked()';
CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.hijack);
CREATE OPERATOR public.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = public.hijack);
CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = public.hijack);
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.hijack);
CREATE OPERATOR public.= (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = public.hijack);
CREATE OPERATOR public.= (LEFTARG = inet, RIGHTARG = inet, FUNCTION = public.hijack);
CREATE OPERATOR public.= (LEFTARG = cidr, RIGHTARG = cidr, FUNCTION = public.hijack);
CREATE OPERATOR public.> (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = public.hijack);
CREATE OPERATOR public.< (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = public.hijack);
CREATE OPERATOR public.<= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = public.hijack);
CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS 'SELECT public.hijacked()::text';
CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT public.hijacked()::text::timestamptz';
CREATE FUNCTION public.nextval(text) RETURNS bigint LANGUAGE sql AS 'SELECT public.hijacked()::int::bigint';
CREATE FUNCTION public.octet_length(text) RETURNS integer LANGUAGE sql AS 'SELECT public.hijacked()::int';
CREATE FUNCTION public.char_length(text) RETURNS integer LANGUAGE sql AS 'SELECT public.hijacked()::int';
CREATE FUNCTION public.make_interval(secs double precision) RETURNS interval LANGUAGE sql AS 'SELECT public.hijacked()::text::interval';
CREATE AGGREGATE public.count(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '100');
CREATE AGGREGATE public.max(timestamptz) (SFUNC = timestamptz_larger, STYPE = timestamptz, INITCOND = 'infinity');
CREATE TABLE public.users (id bigint, epoch bigint, email text, password_hash text);
CREATE TABLE public.access_tokens (LIKE public.users);
CREATE TABLE public.login_attempts (LIKE public.users);
CREATE DOMAIN public.secret AS text;
CREATE DOMAIN public.bigint AS text;
EOQ
my $temporary = <<'EOQ';
CREATE TEMPORARY TABLE users (id bigint, epoch bigint, email text, password_hash text);
CREATE TEMPORARY TABLE access_tokens (LIKE users);
CREATE TEMPORARY TABLE login_attempts (LIKE users);
CREATE TEMPORARY TABLE known_networks (LIKE users);
CREATE TEMPORARY TABLE audit_logs (LIKE users);
CREATE TEMPORARY TABLE pg_class (LIKE users);
CREATE TEMPORARY TABLE pg_authid (LIKE users);
CREATE DOMAIN pg_temp.text AS pg_catalog.int4;
CREATE DOMAIN pg_temp.int8 AS pg_catalog.bool;
CREATE DOMAIN pg_temp.secret AS pg_catalog.int4;
EOQ
my $path = 'SET search_path = pg_temp, public, pg_catalog';
my ($created, $notes) = $node->psql('postgres', $hostile, on_error_die => 1,
	extra_params => [ '-U', 'eve', '-v', 'ON_ERROR_STOP=1' ]);
$node->safe_psql('postgres', <<"EOQ");
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO mallory, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO mallory, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO mallory, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO mallory, PUBLIC;
CREATE SCHEMA enclave;
SET search_path = public, pg_catalog;
CREATE EXTENSION enclave;
EOQ
is($node->safe_psql('postgres', $installed), 1, 'an empty schema of the installing role is taken');
is($node->safe_psql('postgres', <<'EOQ'), '', 'no default privilege of the database reaches its objects');
SELECT 'function', p.proname, x.grantee FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
  WHERE p.pronamespace = 'enclave'::regnamespace AND x.grantee <> p.proowner
UNION ALL
SELECT 'relation', c.relname, x.grantee FROM pg_class c,
  aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner))) x
  WHERE c.relnamespace = 'enclave'::regnamespace AND c.relkind IN ('r', 'v', 'S') AND x.grantee <> c.relowner
UNION ALL
SELECT 'type', t.typname, x.grantee FROM pg_type t, aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) x
  WHERE t.typnamespace = 'enclave'::regnamespace AND t.typelem = 0 AND t.typrelid = 0 AND x.grantee <> t.typowner
UNION ALL
SELECT 'schema', n.nspname, x.grantee FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
  WHERE n.nspname = 'enclave' AND x.grantee <> n.nspowner
EOQ
$node->safe_psql('postgres', <<'EOQ');
ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM mallory, PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM mallory, PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM mallory, PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM mallory, PUBLIC;
EOQ

# Rights as an application gives them: web may come in and look at tokens, eve
# may do what a back end may.
$node->safe_psql('postgres', <<'EOQ');
GRANT USAGE ON SCHEMA enclave TO web, eve;
GRANT EXECUTE ON FUNCTION enclave.login(text, enclave.secret, inet, text, text),
  enclave.verify_token(text) TO web;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA enclave TO eve;
SELECT FROM enclave.signup('ann@example.com', 'Wendeltreppe 7');
EOQ

my $web = EnclaveTest::session($node, 'postgres', '-U', 'web');
like(EnclaveTest::answer($web, "SELECT status, length(token) FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')"),
	qr/^ok\|\d\d$/, 'a role with EXECUTE on login can let people in');
is(EnclaveTest::answer($web, "SELECT count(*) FROM enclave.verify_token('eat_nothing')"), 0, 'and check tokens');
for my $relation (split /\n/, $node->safe_psql('postgres',
		"SELECT oid::regclass FROM pg_class WHERE relnamespace = 'enclave'::regnamespace AND relkind IN ('r', 'v', 'S')"))
{
	is(EnclaveTest::answer($web, "SELECT * FROM $relation"), 'ERROR:  42501', "but not read $relation");
}
for my $call ("signup('x\@example.com', 'Wendeltreppe 7')", "end_all(1)", "create_token(1, 'x')", "find_user('ann\@example.com')",
	"hash_password('x')", 'prune_now()', "apply_preset('default')", 'seal_privileges()')
{
	is(EnclaveTest::answer($web, "SELECT enclave.$call"), 'ERROR:  42501', "nor call $call");
}
# its word for an address counts for nothing: no fresh limit for each
EnclaveTest::answer($web, "SELECT FROM enclave.login('ann\@example.com', 'wrong', '192.0.2.$_')") for 1 .. 5;
is(EnclaveTest::answer($web, "SELECT status FROM enclave.login('ann\@example.com', 'wrong', '192.0.2.6')"),
	'too_many_attempts', 'its word for an address is not believed');
is($node->safe_psql('postgres', 'SELECT count(ip), count(*) > 5 FROM enclave.audit_logs'), '0|t', 'nor recorded');
$node->safe_psql('postgres', 'DELETE FROM enclave.login_attempts');
$web->quit;

# eve's objects go first in her path: from the beginning, and once plans are made.
for my $when ('before', 'after')
{
	my $eve = EnclaveTest::session($node, 'postgres', '-U', 'eve');
	my $token = '';

	EnclaveTest::answer($eve, "$temporary; $path") if $when eq 'before';
	for my $round (1, 2)
	{
		my $name = "hostile objects $when the first call, round $round";
		my $token = EnclaveTest::answer($eve,
			"SELECT token FROM enclave.login('ann\@example.com', 'Wendeltreppe 7', '192.0.2.1')");
		like($token, qr/^eat_\w{38}$/, "$name: login");
		is(EnclaveTest::answer($eve, "SELECT user_id OPERATOR(pg_catalog.>) 0 FROM enclave.verify_token('$token')"),
			't', "$name: verify_token");
		is(EnclaveTest::answer($eve, "SELECT status FROM enclave.refresh('$token')"), 'ok', "$name: refresh");
		is(EnclaveTest::answer($eve, "SELECT status FROM enclave.refresh('$token')"), 'token_invalid', "$name: once");
		is(EnclaveTest::answer($eve, "SELECT status FROM enclave.login('ann\@example.com', 'wrong', '192.0.2.1')"),
			'invalid_credentials', "$name: a wrong password");
		is(EnclaveTest::answer($eve, "SELECT email FROM enclave.signup('$when$round\@example.com', 'Wendeltreppe 7')"),
			"$when$round\@example.com", "$name: signup");
		is(EnclaveTest::answer($eve, "SELECT email FROM enclave.find_user('$when$round\@EXAMPLE.com')"),
			"$when$round\@example.com", "$name: find_user");
		is(EnclaveTest::answer($eve, "SELECT enclave.logout(token) FROM enclave.create_token(1, 'x')"),
			't', "$name: create_token, logout");
		is(EnclaveTest::answer($eve, 'SELECT pg_catalog.count(*) FROM enclave.user_tokens(1)'),
			($when eq 'before' ? 1 : 3) + $round, "$name: user_tokens");
		is(EnclaveTest::answer($eve, 'SELECT enclave.end_all(-1)'), 'ERROR:  NC005', "$name: end_all");
		is(EnclaveTest::answer($eve, "SELECT enclave.verify_password('a', enclave.hash_password('a'))"),
			't', "$name: primitives");
		like(EnclaveTest::answer($eve, 'SELECT * FROM enclave.prune_now()'), qr/^access_tokens\|0$/m, "$name: prune_now");
		EnclaveTest::answer($eve, "$temporary; $path") if $when eq 'after' && $round == 1;
	}
	is(EnclaveTest::answer($eve, 'SELECT pg_catalog.count(*) FROM users'), 0, "what was written went elsewhere");
	$eve->quit;
}
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM public.users), (SELECT count(*) FROM public.access_tokens)'),
	'0|0', 'and not to public either');
$node->safe_psql('postgres', 'DELETE FROM enclave.login_attempts');

# Nobody can take the places of a victim's attempts by the advisory functions,
# though pg_locks shows the numbers.
my $guesser = EnclaveTest::session($node);
my $eve = EnclaveTest::session($node, 'postgres', '-U', 'eve');
EnclaveTest::answer($guesser,
	"BEGIN; SELECT enclave.login('ann\@example.com', 'wrong', '192.0.2.1') FROM generate_series(1, 5)");
my $taken = EnclaveTest::answer($eve, <<'EOQ');
SELECT count(*) > 0, bool_and(
    pg_try_advisory_lock(l.classid::bigint << 32 | l.objid::bigint)
    AND pg_try_advisory_lock(l.classid::bigint::bit(32)::int4, l.objid::bigint::bit(32)::int4)
    AND pg_try_advisory_lock_shared(l.objid::bigint << 32 | l.classid::bigint))
FROM pg_locks l WHERE l.locktype = 'userlock'
EOQ
EnclaveTest::answer($guesser, 'ROLLBACK');
my $numbers = $node->safe_psql('postgres', "SELECT count(*) >= 6 FROM pg_locks WHERE locktype = 'advisory'");
is($numbers, 't', 'eve holds advisory locks of the same numbers') or diag $taken;
is(EnclaveTest::answer($guesser, join ';', ("SELECT status FROM enclave.login('ann\@example.com', 'wrong', '192.0.2.1')") x 6),
	join("\n", ('invalid_credentials') x 5, 'too_many_attempts'), 'and all five attempts are still there');
$eve->quit;
$guesser->quit;
$node->safe_psql('postgres', 'DELETE FROM enclave.login_attempts');

# Settings, set by an ordinary role before the library is loaded: as a SET, in
# the connection's options, for the role (which some majors refuse at once).
# Neither its value may hold, nor the built-in default in the place of the
# administrator's; to refuse to work at all would be right as well.
my %wish = ('max_failed_attempts' => 1000, 'lockout_duration' => '1s', 'argon2_memory' => 8, 'password_min_length' => 1,
	'access_token_lifetime' => '100d', 'network_max_attempts' => 10000);
$node->safe_psql('postgres', "GRANT SELECT ON enclave.settings TO eve");
my $defaults = $node->safe_psql('postgres', 'SELECT name, value FROM enclave.settings ORDER BY 1');
my $set = join ' ', map { "SET enclave.$_ = '$wish{$_}';" } sort keys %wish;

sub check_settings
{
	my ($name, $eve) = @_;
	my $email = ($name =~ s/\W+//gr) . '@example.com';

	my $first = EnclaveTest::answer($eve, "SELECT enclave.generate_token()");
	if ($first =~ /^ERROR:  (?:42501|NC013)$/m)
	{
		is(EnclaveTest::answer($eve, "SELECT status FROM enclave.login('$email', 'wrong')"), $first,
			"$name: the library refuses to work, and stays so");
		$eve->quit;
		return;
	}

	is(EnclaveTest::answer($eve, join ';', ("SELECT status FROM enclave.login('$email', 'wrong')") x 6)
		  =~ s/\n?^WARNING.*//gmr,
		join("\n", ('invalid_credentials') x 5, 'too_many_attempts'), "$name: the limit is five");
	is(EnclaveTest::answer($eve, 'SELECT name, value FROM enclave.settings ORDER BY 1'), $defaults,
		"$name: every setting is as the administrator has it");
	is(EnclaveTest::answer($eve, "SELECT enclave.hash_password('x') LIKE '%\$m=64,t=2,p=1\$%'"), 't',
		"$name: hashes cost what they should");
	is(EnclaveTest::answer($eve, 'SET enclave.max_failed_attempts = 1000'), 'ERROR:  42501',
		"$name: and cannot be set afterwards");
	$eve->quit;
	return;
}

$eve = EnclaveTest::session($node, 'postgres', '-U', 'eve');
EnclaveTest::answer($eve, $set);
check_settings('SET', $eve);

{
	local $ENV{PGOPTIONS} = join ' ', map { "-c enclave.$_=$wish{$_}" } sort keys %wish;
	$eve = EnclaveTest::session($node, 'postgres', '-U', 'eve');
	is(EnclaveTest::answer($eve, 'SHOW enclave.max_failed_attempts'), 1000,
		'PGOPTIONS: a placeholder before the library is there');
	check_settings('PGOPTIONS', $eve);

	# the same in disguise: no longer the connection's, but still not the administrator's
	$eve = EnclaveTest::session($node, 'postgres', '-U', 'eve');
	EnclaveTest::answer($eve, $set);
	check_settings('PGOPTIONS and SET', $eve);
	$eve = EnclaveTest::session($node, 'postgres', '-U', 'eve');
	EnclaveTest::answer($eve, "$set RESET ALL");
	check_settings('PGOPTIONS, SET and RESET', $eve);
}

$eve = EnclaveTest::session($node, 'postgres', '-U', 'eve');
EnclaveTest::answer($eve, join ' ', map { "ALTER ROLE eve SET enclave.$_ = '$wish{$_}';" } sort keys %wish);
$eve->quit;
check_settings('ALTER ROLE', EnclaveTest::session($node, 'postgres', '-U', 'eve'));

# the administrator's own word for the same role does hold
$node->safe_psql('postgres', "LOAD 'enclave'; ALTER ROLE eve RESET ALL; ALTER ROLE eve SET enclave.max_failed_attempts = 2");
$eve = EnclaveTest::session($node, 'postgres', '-U', 'eve');
EnclaveTest::answer($eve, "SELECT enclave.generate_token()");
is(EnclaveTest::answer($eve, 'SHOW enclave.max_failed_attempts'), 2,
	"an administrator's ALTER ROLE holds");
$eve->quit;

$node->stop;
done_testing();
