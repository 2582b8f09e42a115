# Promise: a JWT of ours, and one of a trusted issuer, is verified and authenticates
# in READ ONLY and SERIALIZABLE transactions and on a hot standby as on the primary,
# writing nothing; it is out as soon as its end has come there.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = EnclaveTest::new_node('primary', init => [ allows_streaming => 1 ], preload => 1,
	conf => "enclave.argon2_memory = '64kB'\nautovacuum = off\n");

sub sql
{
	my ($node, $query) = @_;
	return $node->safe_psql('postgres', $query);
}

my $ann = sql($primary, "SELECT id FROM enclave.signup('ann\@example.com', 'Wendeltreppe 7')");
my $ben = sql($primary, "SELECT id FROM enclave.signup('ben\@example.com', 'Wendeltreppe 8')");

# Another provider: a key of ours that is not ours any more.
sql($primary, "SELECT enclave.create_signing_key('ES256')");
my $jwks = sql($primary, 'SELECT enclave.jwks()');
my %token;
$token{'of an issuer'} = sql($primary, "SET enclave.jwt_issuer = 'https://idp.example'; SET enclave.jwt_audience = 'app'; SELECT token FROM enclave.issue_jwt($ben)");
sql($primary, <<"EOQ");
DELETE FROM enclave.key_store;
SELECT enclave.trust_issuer('https://idp.example', '$jwks', 'app', '{ES256}'), enclave.link_identity($ann, 'https://idp.example', '$ben');
SELECT enclave.create_signing_key('EdDSA'), enclave.create_signing_key('HS256');
EOQ
sub login
{
	my ($email, $password) = @_;
	return split /\|/, sql($primary, "SELECT token, refresh_token FROM enclave.login_jwt('$email\@example.com', '$password')");
}
($token{'of a login'}, my $refresh) = login('ann', 'Wendeltreppe 7');
($token{'of an ended login'}, my $ended) = login('ann', 'Wendeltreppe 7');
$token{'of no login'} = sql($primary, "SELECT token FROM enclave.issue_jwt($ann, '{\"abilities\": [\"posts:read\"]}')");
$token{'of no login, ended'} = sql($primary, "SELECT token FROM enclave.issue_jwt($ben)");
$token{'touched'} = $token{'of a login'};
substr($token{'touched'}, -12, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90\-_/;
sql($primary, "SELECT enclave.logout('$ended'), enclave.end_all($ben)");

$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

# What a server answers to a token; last, what it left written.
sub answers
{
	my ($node, $token, $mode) = @_;
	return sql($node, <<"EOQ");
BEGIN $mode;
SELECT enclave.verify_jwt('$token') ->> 'sub';
SELECT coalesce(enclave.authenticate('$token')::text, 'refused'), enclave.auth_method(), enclave.abilities(), enclave.session_id() IS NOT NULL, enclave.auth_time() IS NOT NULL, enclave.claims() ->> 'sub', enclave.can('posts:read'), enclave.can('posts:write');
SELECT coalesce(pg_current_xact_id_if_assigned()::text, 'nothing');
COMMIT;
EOQ
}
my %expected = (
	'of a login' => "$ann\n$ann|jwt|{*}|t|t|$ann|t|t\nnothing",
	'of an ended login' => "$ann\nrefused|||f|f||f|f\nnothing",
	'of no login' => "$ann\n$ann|jwt|{posts:read}|f|f|$ann|t|f\nnothing",
	'of no login, ended' => "$ben\nrefused|||f|f||f|f\nnothing",
	'of an issuer' => "\n$ann|issuer|{}|f|f|$ben|f|f\nnothing",
	'touched' => "\nrefused|||f|f||f|f\nnothing");
for my $name (sort keys %expected)
{
	is(answers($primary, $token{$name}, ''), $expected{$name}, "on the primary, one $name");
	is(answers($primary, $token{$name}, 'READ ONLY'), $expected{$name}, "in a READ ONLY transaction, one $name");
	is(answers($primary, $token{$name}, 'ISOLATION LEVEL SERIALIZABLE'), $expected{$name}, "in a SERIALIZABLE transaction, one $name");
	is(answers($standby, $token{$name}, 'ISOLATION LEVEL REPEATABLE READ'), $expected{$name}, "on the standby, one $name");
}

# What writes says so, there.
for my $call ("enclave.login_jwt('ann\@example.com', 'Wendeltreppe 7')", "enclave.refresh_jwt('$refresh')", "enclave.logout('$refresh')",
	"enclave.issue_jwt($ann)", "enclave.trust_issuer('x', '{}', 'x', '{ES256}')", "enclave.link_identity($ann, 'x', 'x')")
{
	my (undef, undef, $errors) = $standby->psql('postgres', "\\set VERBOSITY sqlstate\nSELECT $call");
	like($errors, qr/ERROR:  25006/, 'the standby refuses ' . ($call =~ /(\w+)\(/)[0]);
}

# An end, in a transaction whose snapshot is older.
my $session = EnclaveTest::session($standby);
EnclaveTest::answer($session, 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;');
is(EnclaveTest::answer($session, "SELECT enclave.authenticate('$token{'of a login'}');"), $ann, 'in before the end');
sql($primary, "SELECT enclave.end_all($ann)");
$primary->wait_for_catchup($standby);
for my $name ('of a login', 'of no login', 'of an issuer')
{
	is(EnclaveTest::answer($session, "SELECT coalesce(enclave.authenticate('$token{$name}')::text, 'out');"), 'out', "out after the end has come to the standby, one $name");
}
EnclaveTest::answer($session, 'ROLLBACK;');
$session->quit;

# Reuse, which stands in the primary's memory first and is on the standby once it is written.
my ($jwt, @refresh) = login('ann', 'Wendeltreppe 7');
push @refresh, sql($primary, "SELECT refresh_token FROM enclave.refresh_jwt('$refresh[-1]')") for 1 .. 3;
$primary->wait_for_catchup($standby);
like(answers($standby, $jwt, 'READ ONLY'), qr/^$ann\n$ann\|jwt/, 'in on the standby');
sql($primary, "BEGIN; SELECT enclave.refresh_jwt('$refresh[0]'); ROLLBACK;");
ok($standby->poll_query_until('postgres', "SELECT enclave.authenticate('$jwt') IS NULL"), 'out on the standby after reuse');

# A standby that is promoted has them all.
($jwt, my $go_on) = login('ann', 'Wendeltreppe 7');
$primary->wait_for_catchup($standby);
$primary->stop('fast');
$standby->promote;
ok($standby->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()'), 'promoted');
is(sql($standby, "SELECT status FROM enclave.refresh_jwt('$go_on')"), 'ok', 'a login goes on after the promotion');
is(sql($standby, "SELECT status FROM enclave.refresh_jwt('$refresh[-1]')"), 'token_invalid', 'and one that was ended does not');

$standby->stop('fast');
done_testing();
