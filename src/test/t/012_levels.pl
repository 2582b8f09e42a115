# Promise: what a level was given survives an update, a dump and a restore, or
# doctor() says what is missing and renew_grants() gives it again.
# Attack: a role of level admin tries to become superuser, or to reach a table of
# another's, through the functions that run DDL or act as the extension's owner.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'this server knows no extensions but those in its own folders'
  unless EnclaveTest::finds_builds();

my %config = map { /^(\S+) = (.*)$/ } split /\n/, `pg_config`;
my $destdir = $ENV{ENCLAVE_DESTDIR} // '';
my $copy = PostgreSQL::Test::Utils::tempdir() . '/install';
my $scripts = "$copy$config{SHAREDIR}/extension";

# An older version: as this one, but without two functions, one view and its
# levels, with other bodies, and with a function at a level that it has no more.
sub make_older_version
{
	for my $folder ("$config{SHAREDIR}/extension", $config{PKGLIBDIR})
	{
		system("mkdir -p '$copy$folder' && cp '$destdir$folder'/enclave* '$copy$folder'") == 0
		  or die "cannot copy $destdir$folder";
	}
	my ($version) = slurp_file("$scripts/enclave.control") =~ /^default_version = '(.*)'$/m;
	my $install = slurp_file("$scripts/enclave--$version.sql");
	my ($state, $definitions) = $install =~ /^(.*)(\n-- made by src.tools.levels\n.*)$/s
	  or die 'the install script has no view of levels';
	my $older = $install;

	for my $name ('my_tokens', 'can')
	{
		$older =~ s/^-- level: \N+\nCREATE OR REPLACE FUNCTION enclave\.$name\(.*?\n'\N+';\n//ms or die "no $name";
		$older =~ s/^    \('$name', \N+,\n//mg or die "no level of $name";
	}
	$older =~ s/^(CREATE OR REPLACE FUNCTION enclave\.health\(\)\nRETURNS jsonb\n)LANGUAGE c \N+;/${1}LANGUAGE sql STABLE AS \$\$ SELECT '{"status": "old"}'::jsonb \$\$;/m
	  or die 'no health';
	$older =~ s/^    \('user_tokens', 'app', 1\),\n/$&    ('user_tokens', 'verifier', 9),\n/m or die 'no level of user_tokens';
	append_to_file("$scripts/enclave--0.0.1.sql", $older);
	append_to_file("$scripts/enclave--0.0.1--$version.sql",
		"\\echo Use \"ALTER EXTENSION enclave UPDATE\" to load this file. \\quit\n" . $definitions);
	return $version;
}

my $version = make_older_version();
local $ENV{ENCLAVE_DESTDIR} = $copy;
my $node = EnclaveTest::new_node('main', extension => 0, conf => "enclave.argon2_memory = '64kB'\n");

my %levels = (front => 'anon', services => 'verifier', "back \"end" => 'app', mail => 'mailer', help => 'support', watch => 'auditor', boss => 'admin');
my $create_roles = join '', map { 'CREATE ROLE "' . s/"/""/gr . '" LOGIN;' } sort keys %levels;
my $grants = q{SELECT status, coalesce(detail, '') FROM enclave.doctor() WHERE check_name = 'grants'};
# every right of every role; what is everybody's comes out as such
my $rights = <<'EOQ';
SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
  SELECT format('%s %s %s', p.oid::regprocedure, coalesce(r.rolname, 'PUBLIC'), x.privilege_type) AS line
    FROM pg_proc p, aclexplode(p.proacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
    WHERE p.pronamespace = 'enclave'::regnamespace AND x.grantee <> p.proowner
  UNION ALL
  SELECT format('%s %s %s', c.oid::regclass, coalesce(r.rolname, 'PUBLIC'), x.privilege_type)
    FROM pg_class c, aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
    WHERE c.relnamespace = 'enclave'::regnamespace AND x.grantee <> c.relowner
  UNION ALL
  SELECT format('schema %s %s', coalesce(r.rolname, 'PUBLIC'), x.privilege_type)
    FROM pg_namespace n, aclexplode(n.nspacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
    WHERE n.nspname = 'enclave' AND x.grantee <> n.nspowner) l
EOQ

# Install, grant, update.
$node->safe_psql('postgres', "CREATE EXTENSION enclave VERSION '0.0.1'; $create_roles");
is($node->safe_psql('postgres', "SELECT enclave.health() ->> 'status', to_regprocedure('enclave.can(text)') IS NULL"),
	'old|t', 'the older version is another one');
$node->safe_psql('postgres', "SELECT enclave.grant_access('" . (s/"/""/gr =~ s/^(.*)$/"$1"/r) . "', '$levels{$_}')") for sort keys %levels;
is($node->safe_psql('postgres', $grants), 'ok|', 'granted in the older version: all is well');
my $before = $node->safe_psql('postgres', $rights);
like($before, qr/^enclave\.login\(.*\) front EXECUTE$/m, '- and there are rights');

$node->safe_psql('postgres', 'ALTER EXTENSION enclave UPDATE');
is($node->safe_psql('postgres', "SELECT extversion, enclave.health() ->> 'status', enclave.can('x') FROM pg_extension WHERE extname = 'enclave'"),
	"$version|ok|f", 'the update brings what is new and what has changed');
is($node->safe_psql('postgres', $rights), $before, 'it leaves every right as it was, and gives none on what is new');
my $complaint = $node->safe_psql('postgres', $grants);
like($complaint, qr/^fail\|/, 'doctor() says that rights are missing');
like($complaint, qr/role front \(anon\) may not use 2 objects/, '- to anon, two functions');
like($complaint, qr/role services \(verifier\) may not use 1 objects/, '- to verifier, one of them');
like($complaint, qr/role "back ""end" \(app\) may not use 2 objects/, '- to app');
like($complaint, qr/role boss \(admin\) may not use 2 objects/, '- to admin');
unlike($complaint, qr/help|watch|mail/, '- and to nobody else');
like($complaint, qr/role services has rights on 1 objects that no level of its own gives/, 'and that a level has become smaller');

# A dump of just that: the rights of before, no others.
my $folder = PostgreSQL::Test::Utils::tempdir();
my ($stdout, $stderr) = run_command([ 'pg_dump', '-Fc', '-f', "$folder/updated", '-d', $node->connstr('postgres') ]);
is($stderr, '', 'pg_dump has nothing to say');
$node->safe_psql('postgres', 'CREATE DATABASE updated');
($stdout, $stderr) = run_command([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('updated'), "$folder/updated" ]);
is($stderr, '', 'nor has the restore');
is($node->safe_psql('updated', $rights), $before, 'an updated and restored database has every right, no others');
is($node->safe_psql('updated', $grants), $complaint, 'where doctor() says the same');

for my $database ('postgres', 'updated')
{
	my $renewed = $node->safe_psql($database, 'SELECT role, level, done FROM enclave.renew_grants()', extra_params => [ '-U', 'boss' ]);
	is($renewed, join("\n", map { "$_|$levels{$_}|t" } sort keys %levels), "$database: an admin renews what there was");
	is($node->safe_psql($database, $grants),
		'fail|role services has rights on 1 objects that no level of its own gives',
		"$database: all is there; what is too much stays, and is told");
	$node->safe_psql($database, 'REVOKE EXECUTE ON FUNCTION enclave.user_tokens(bigint) FROM services');
	is($node->safe_psql($database, $grants), 'ok|', "$database: and taken away by hand");
	is($node->safe_psql($database, "SELECT status FROM enclave.doctor() WHERE check_name = 'public_rights'"),
		'ok', "$database: nothing is everybody's");
	like($node->safe_psql($database, $rights), qr/^enclave\.can\(text\) front EXECUTE$/m, "$database: also what is new");
}
is($node->safe_psql('updated', $rights), $node->safe_psql('postgres', $rights), 'both databases have the same rights');

# Dump and restore: into a new database ...
my $granted = $node->safe_psql('postgres', $rights);
run_command([ 'pg_dump', '-f', "$folder/plain", '-d', $node->connstr('postgres') ]);
$node->safe_psql('postgres', 'CREATE DATABASE restored');
($stdout, $stderr) = run_command([ 'psql', '-X', '-q', '-o', "$folder/out", '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', "$folder/plain" ]);
is($stderr, '', 'a restore into a new database has nothing to say');
is($node->safe_psql('restored', $rights), $granted, 'and every right is there');
is($node->safe_psql('restored', $grants), 'ok|', 'as doctor() says');

# ... and into a new cluster that lacks two of the roles.
my $other = EnclaveTest::new_node('other', extension => 0, conf => "enclave.argon2_memory = '64kB'\n");
$other->safe_psql('postgres', $create_roles . 'DROP ROLE front; DROP ROLE "back ""end"; CREATE DATABASE restored');
($stdout, $stderr) = run_command([ 'psql', '-X', '-q', '-o', "$folder/out", '-d', $other->connstr('restored'), '-f', "$folder/plain" ]);
like($stderr, qr/role "front" does not exist/, 'a restore says which roles there are not');
is($other->safe_psql('restored', $rights), join("\n", grep { !/ (?:front|back "end) / } split /\n/, $granted),
	'the others have their rights');
is($other->safe_psql('restored', $grants),
	'fail|role "back ""end" (app) does not exist; role front (anon) does not exist', 'doctor() misses the roles');
is($other->safe_psql('restored', 'SELECT role, done FROM enclave.renew_grants() WHERE NOT done'),
	"back \"end|f\nfront|f", 'renew_grants() passes over them, and says so');
$other->safe_psql('restored', 'CREATE ROLE front; CREATE ROLE "back ""end"');
like($other->safe_psql('restored', $grants), qr/^fail\|role "back ""end" \(app\) has no USAGE on the schema; role "back ""end" \(app\) may not use \d+ objects; role front/,
	'made later they still have nothing, which doctor() says');
is($other->safe_psql('restored', 'SELECT count(*) FROM enclave.renew_grants() WHERE done'), 7, 'renew_grants() gives them all');
is($other->safe_psql('restored', $rights), $granted, 'every right that there was');
is($other->safe_psql('restored', $grants), 'ok|', 'and all is well');
$other->stop;

# ---------------------------------------------------------------------------
# The admin who wants more.
# ---------------------------------------------------------------------------

my $hostile = 'x"; ALTER ROLE boss SUPERUSER; --';
my $quoted = '"x""; ALTER ROLE boss SUPERUSER; --"';
$node->safe_psql('postgres', <<"EOQ");
CREATE ROLE keeper;
CREATE SCHEMA vault AUTHORIZATION keeper;
CREATE TABLE vault.gold (id integer, user_id bigint);
ALTER TABLE vault.gold OWNER TO keeper;
INSERT INTO vault.gold VALUES (1, 1);
GRANT CREATE ON SCHEMA public TO boss;
GRANT CREATE ON DATABASE postgres TO boss;
CREATE ROLE $quoted LOGIN;
SELECT enclave.grant_access(oid::regrole, 'admin') FROM pg_roles WHERE rolname LIKE 'x"%';
SELECT FROM enclave.import_user('ann\@example.com', enclave.hash_password('Wendeltreppe 7'), id => 1);
EOQ
my $gold = $node->safe_psql('postgres', "SELECT 'vault.gold'::regclass::oid");
my $granted_now = $node->safe_psql('postgres', $rights);
my $boss = EnclaveTest::session($node, 'postgres', '-U', 'boss');

# What must not have happened, whatever was tried.
sub still_nothing
{
	my ($name) = @_;

	is($node->safe_psql('postgres', <<'EOQ'), 'f|f|0|0|0', "$name: nothing gained");
SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication),
  bool_or(has_table_privilege(r.oid, 'vault.gold', 'SELECT, INSERT, UPDATE, DELETE') OR has_table_privilege(r.oid, 'enclave.users', 'SELECT, INSERT, UPDATE, DELETE')),
  (SELECT count(*) FROM pg_policy WHERE polrelid = 'vault.gold'::regclass),
  (SELECT count(*) FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.member WHERE o.rolname = 'boss'),
  (SELECT count(*) FROM pg_class WHERE oid = 'vault.gold'::regclass AND (relrowsecurity OR relhasindex))
FROM pg_roles r WHERE rolname = 'boss' OR rolname LIKE 'x"%'
EOQ
	return;
}

sub refused
{
	my ($name, $sql, $error) = @_;
	my $answer = EnclaveTest::answer($boss, $sql);

	EnclaveTest::answer($boss, 'ROLLBACK');
	like($answer, qr/^ERROR:  $error$/m, $name) or diag $answer;
	still_nothing($name);
	return;
}

refused('protect() on another\'s table', "SELECT enclave.protect(${gold}::oid::regclass)", '42501');
refused('protect() on the server\'s roles', "SELECT enclave.protect('pg_catalog.pg_authid', 'rolconnlimit')", '42501');
refused('protect() on the accounts', "SELECT enclave.protect('enclave.users'::regclass, 'id')", 'NC008');
refused('protect() on a view over another\'s table', q{CREATE VIEW public.v AS SELECT 1::bigint AS user_id; SELECT enclave.protect('public.v')}, 'NC008');
refused('protect() on a sequence', q{CREATE SEQUENCE public.s; SELECT enclave.protect('public.s', 'last_value')}, 'NC008');
refused('protect() on a child of another\'s', q{CREATE TABLE public.child (user_id bigint) INHERITS (vault.gold)}, '42501');
refused('a column name that goes on', q{CREATE TABLE public.t (user_id bigint); SELECT enclave.protect('public.t', 'user_id = 1); ALTER ROLE boss SUPERUSER; --')}, 'NC008');
refused('grant_access() to himself', q{SELECT enclave.grant_access('boss', 'admin')}, '42501');
refused('revoke_access() from another', q{SELECT enclave.revoke_access('front', 'anon')}, '42501');
refused('the memory of grants', q{INSERT INTO enclave.access_grants VALUES ('boss', 'app', now(), 'boss')}, '42501');
refused('a right handed on', q{GRANT EXECUTE ON FUNCTION enclave.impersonate(bigint, text) TO front WITH GRANT OPTION; SELECT 1 / 0}, '22012');
refused('apply_preset() on another\'s database', q{SELECT enclave.apply_preset('production')}, '42501');
refused('apply_preset() of a name that goes on', q{SELECT enclave.apply_preset('production''; ALTER ROLE boss SUPERUSER; --')}, 'NC010');
refused('an event trigger', q{CREATE FUNCTION public.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION public.e()}, '42501');
refused('the guard against a hasty DROP', q{ALTER EVENT TRIGGER enclave_guard_drop DISABLE}, '42501');
refused('DROP EXTENSION', 'DROP EXTENSION enclave CASCADE', '42501');
refused('impersonate() with a reason of two lines', q{SELECT enclave.impersonate(1, E'a\nLOG:  role "postgres" impersonates')}, 'NC008');
refused('impersonate() as if he were the user himself', q{BEGIN; SELECT enclave.impersonate(1, '%s%n'); SELECT enclave.logout_everywhere()}, 'NC009');
refused('seal_privileges()', 'SELECT enclave.seal_privileges()', '42501');
is($node->safe_psql('postgres', $rights), $granted_now, 'no right was given or taken');

# Objects of the names that our statements use, first in his path, and settings that
# change how names and strings are read.
EnclaveTest::answer($boss, <<'EOQ');
CREATE FUNCTION public.hijack() RETURNS text LANGUAGE plpgsql AS 'BEGIN ALTER ROLE boss SUPERUSER; RETURN ''hijacked''; END';
CREATE FUNCTION public.user_id() RETURNS bigint LANGUAGE sql AS 'SELECT length(public.hijack())::bigint';
CREATE FUNCTION public.yes(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijack() IS NOT NULL';
CREATE FUNCTION public.yes(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijack() IS NOT NULL';
CREATE FUNCTION public.yes(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT public.hijack() IS NOT NULL';
CREATE FUNCTION public.format(text, VARIADIC "any") RETURNS text LANGUAGE internal AS 'text_format';
CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.yes);
CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, FUNCTION = public.yes);
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.yes);
CREATE TEMPORARY TABLE access_grants AS SELECT 'boss'::name AS role, 'app'::text AS level;
CREATE TEMPORARY TABLE level_objects AS SELECT 'admin'::text AS level, 'TABLE'::text AS kind, 'enclave.users'::text AS object;
CREATE TEMPORARY TABLE pg_roles AS SELECT 'boss'::name AS rolname, 10::oid AS oid;
CREATE TEMPORARY TABLE pg_policy (polname name, polrelid oid);
SET search_path = pg_temp, public, pg_catalog;
SET standard_conforming_strings = off;
SET quote_all_identifiers = on;
SET row_security = off;
EOQ
is(EnclaveTest::answer($boss, 'SELECT pg_catalog.count(*) FROM enclave.renew_grants()'), 8, 'renew_grants() under a hostile path');
is(EnclaveTest::answer($boss, "SELECT status FROM enclave.doctor() WHERE check_name OPERATOR(pg_catalog.=) 'grants'"), 'ok', 'doctor() too');
is($node->safe_psql('postgres', $rights), $granted_now, 'gives what it should, and no more');
still_nothing('renew_grants() and doctor() under a hostile path');

# His own table, with names that would go on if they were not quoted, is protected
# as any: under his path, and when a superuser is asked to do it under that path.
my ($table, $column) = ('public."t""; ALTER ROLE boss SUPERUSER; --"', '"u"") OR (SELECT true); ALTER ROLE boss SUPERUSER; --"');
EnclaveTest::answer($boss, "CREATE TABLE $table ($column bigint); INSERT INTO $table VALUES (1), (2)");
my $column_name = $column =~ s/^"|"$//gr =~ s/""/"/gr;
is(EnclaveTest::answer($boss, "SELECT enclave.protect('$table', '$column_name')"), '', 'protect() on names to be quoted');
still_nothing('protect() on names to be quoted');
EnclaveTest::answer($boss, 'RESET row_security');
is(EnclaveTest::answer($boss, "SELECT pg_catalog.count(*) FROM $table"), 0, 'nobody owns a row');
is(EnclaveTest::answer($boss, "BEGIN; SELECT enclave.impersonate(1, 'to see'); SELECT pg_catalog.count(*) FROM $table; COMMIT"),
	"\n1", 'a user owns his');
$node->safe_psql('postgres', "SET search_path = public, pg_catalog; SELECT enclave.protect('$table', '$column_name')");
still_nothing('protect() by a superuser under a hostile path');
is($node->safe_psql('postgres', <<'EOQ'), "pg_catalog.=", 'the policy uses the operator and the function that it should');
SELECT DISTINCT o.oprnamespace::regnamespace || '.' || o.oprname
FROM pg_policy p JOIN pg_operator o ON o.oid = substring(p.polqual::text FROM ':opno (\d+)')::oid
JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
WHERE p.polname = 'enclave_owner' AND d.refclassid = 'pg_proc'::regclass AND d.refobjid = 'enclave.user_id()'::regprocedure
EOQ

# A function of his in an index, run by a superuser's maintenance.
EnclaveTest::answer($boss, <<'EOQ');
RESET search_path; RESET standard_conforming_strings;
CREATE TABLE public.trap (user_id bigint);
CREATE FUNCTION public.trap(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
INSERT INTO public.trap VALUES (1);
CREATE INDEX trap_idx ON public.trap (public.trap(user_id));
EOQ
for my $call ('ALTER ROLE boss SUPERUSER', q{PERFORM enclave.impersonate(1, 'trap')}, q{PERFORM enclave.grant_access('boss', 'app')},
	"PERFORM enclave.protect($gold)", q{PERFORM enclave.apply_preset('strict')}, q{PERFORM enclave.revoke_access('front', 'anon')})
{
	EnclaveTest::answer($boss, "CREATE OR REPLACE FUNCTION public.trap(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS \$\$ BEGIN $call; RETURN \$1; END \$\$");
	for my $maintenance ('REINDEX TABLE public.trap', 'ANALYZE public.trap', 'VACUUM FULL public.trap', 'CREATE INDEX ON public.trap (public.trap(user_id))')
	{
		isnt(EnclaveTest::refusal($node, $maintenance), 'none', "$call, in an index, by a superuser's $maintenance");
	}
	still_nothing($call);
}
EnclaveTest::answer($boss, 'DROP FUNCTION public.trap(bigint) CASCADE');
is($node->safe_psql('postgres', $rights), $granted_now, 'no right was given or taken');

# A database of his own, with a name that would go on.
$node->safe_psql('postgres', "CREATE DATABASE $quoted OWNER boss");
$node->safe_psql($hostile, q{CREATE EXTENSION enclave; SELECT enclave.grant_access('boss', 'admin')});
is(EnclaveTest::refusal($node, q{SELECT enclave.apply_preset('production')}, $hostile, '-U', 'boss'), '42501',
	'the owner of a database has no right to settings that are a superuser\'s');
is($node->safe_psql($hostile, q{SELECT count(*) > 20 FROM enclave.apply_preset('production')}), 't',
	'a superuser has, in a database of a name that goes on');
is($node->safe_psql($hostile, 'SELECT value FROM enclave.settings WHERE name = \'enclave.password_min_length\''), 15, '- and it is that database\'s');
still_nothing('apply_preset() in a database of a hostile name');
$boss->quit;

unlike(slurp_file($node->logfile), qr/PANIC|terminated by signal|TRAP/, 'the server has never crashed');
$node->stop;
done_testing();
