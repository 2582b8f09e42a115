# Promise: the library does the same preloaded and not; a living session
# survives DROP and CREATE EXTENSION; databases are apart; a standby verifies
# tokens and refuses logins, and takes over; a crash loses nothing committed.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Cluster;
use Test::More;

my $node = EnclaveTest::new_node('main',
	init => [ allows_streaming => 1 ],
	conf => "enclave.argon2_memory = '64kB'\n");

my $signup = "SELECT email FROM enclave.signup('ann\@example.com', 'Wendeltreppe 7')";
my $login = "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')";
my $token = "SELECT token FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')";
my $wrong = "SELECT status FROM enclave.login('ann\@example.com', 'wrong', '192.0.2.1')";

sub verified
{
	my ($where, $text) = @_;
	return $where->safe_psql('postgres', "SELECT count(*) FROM enclave.verify_token('$text')");
}

# With and without preload, and with the setting of the file in force.
$node->safe_psql('postgres', $signup);
for my $preload ('', 'enclave')
{
	$node->append_conf('postgresql.conf', "shared_preload_libraries = '$preload'");
	EnclaveTest::restart($node);
	my $name = $preload ? 'preloaded' : 'not preloaded';
	is($node->safe_psql('postgres', 'SHOW shared_preload_libraries'), $preload, "$name:");
	my $text = $node->safe_psql('postgres', $token);
	is(verified($node, $text), 1, '- a login makes a token');
	is($node->safe_psql('postgres', "SELECT enclave.logout('$text')"), 't', '- a logout ends it');
	is(verified($node, $text), 0, '- for good');
	is($node->safe_psql('postgres',
			"SELECT value FROM enclave.settings WHERE name = 'enclave.argon2_memory'"),
		'64kB', '- the settings of the file hold');
}
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
EnclaveTest::restart($node);

# DROP and CREATE EXTENSION under a session that has used everything.
my $session = EnclaveTest::session($node);
is(EnclaveTest::answer($session, "$login; SELECT count(*) FROM enclave.users"),
	"ok\n1", 'a session that has used the extension');
is(EnclaveTest::refusal($node, 'DROP EXTENSION enclave'), '2BP01', 'users are not dropped without CASCADE');
my $old = $node->safe_psql('postgres', $token);
is(EnclaveTest::answer($session, "SELECT count(*) FROM enclave.verify_token('$old')"), 1, 'a token verifies');
$node->safe_psql('postgres', 'DROP EXTENSION enclave CASCADE');
is(EnclaveTest::answer($session, $login), 'ERROR:  42883', 'without the extension: no such function');
$node->safe_psql('postgres', 'CREATE EXTENSION enclave');
is(EnclaveTest::answer($session, "SELECT count(*) FROM enclave.verify_token('$old')"), 0,
	'created again: empty');
is(EnclaveTest::answer($session, "$signup; $login; $wrong;"),
	"ann\@example.com\nok\ninvalid_credentials", 'and the session works with it');
my $new = EnclaveTest::answer($session, $token);
is(EnclaveTest::answer($session, "SELECT count(*) FROM enclave.verify_token('$new')"), 1, 'as before');
# in the session itself, in one transaction
is(EnclaveTest::answer($session, <<EOQ), "ok\nann\@example.com\nok\nok\n1", 'again, by itself, and rolled back');
BEGIN; $login; DROP EXTENSION enclave CASCADE; CREATE EXTENSION enclave; $signup; $login; ROLLBACK;
$login; SELECT count(*) FROM enclave.verify_token('$new');
EOQ
is($node->safe_psql('postgres',
		"SELECT count(*) FROM enclave.login_attempts WHERE NOT success"), 1, 'nothing is lost');
$session->quit;

# Two databases: accounts, tokens and limits are apart.
$node->safe_psql('postgres', 'CREATE DATABASE second');
$node->safe_psql('second', "CREATE EXTENSION enclave; $signup");
$session = EnclaveTest::session($node);
EnclaveTest::answer($session, join ';', 'BEGIN', ($wrong) x 5);
is(EnclaveTest::answer($session, $wrong), 'too_many_attempts', 'locked in one database, in an open transaction');
is($node->safe_psql('second', $wrong), 'invalid_credentials', 'and not in the other');
EnclaveTest::answer($session, 'ROLLBACK');
$session->quit;
is($node->safe_psql('second', "SELECT count(*) FROM enclave.verify_token('$new')"), 0,
	'a token of the one is none of the other');
$node->safe_psql('postgres', 'DROP DATABASE second');

# A standby.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
my $live = $node->safe_psql('postgres', $token);
my $revoked = $node->safe_psql('postgres', $token);
$node->wait_for_catchup($standby);
is(verified($standby, $live), 1, 'a standby verifies a token made a moment ago');
is($standby->safe_psql('postgres', "SELECT enclave.token_can('$live', 'x'), (enclave.health() ->> 'in_recovery')::boolean"),
	't|t', 'and says that it is one');
is($standby->safe_psql('postgres',
		"BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM enclave.verify_token('$revoked'); COMMIT"),
	1, 'in a REPEATABLE READ transaction too');
$node->safe_psql('postgres', "SELECT enclave.logout('$revoked')");
$node->wait_for_catchup($standby);
is(verified($standby, $revoked), 0, 'and refuses it once the revocation has arrived');
for my $call (
	"enclave.login('ann\@example.com', 'Wendeltreppe 7')",
	"enclave.login('ann\@example.com', 'wrong')",
	"enclave.login('nobody\@example.com', 'wrong')",
	"enclave.signup('new\@example.com', 'Wendeltreppe 7')",
	"enclave.refresh('$live')",
	"enclave.logout('$live')",
	'enclave.end_all(1)',
	'enclave.prune_now()')
{
	my ($function) = $call =~ /(\w+)\(/;
	is(EnclaveTest::refusal($standby, "SELECT $call"), '25006', "$function is refused there");
}
is(EnclaveTest::refusal($node, "BEGIN READ ONLY; SELECT enclave.login('ann\@example.com', 'wrong')"),
	'25006', 'as in a transaction that may not write');
is($node->safe_psql('postgres',
		"BEGIN READ ONLY; SELECT count(*) FROM enclave.verify_token('$live');"
		  . ' SELECT pg_current_xact_id_if_assigned() IS NULL; COMMIT'),
	"1\nt", 'where tokens are verified without a transaction id');

# A crash of the primary: what was committed is there.
$node->safe_psql('postgres', $wrong) for 1 .. 3;
$node->stop('immediate');
EnclaveTest::start($node);
is(verified($node, $live), 1, 'after a crash: the token');
is($node->safe_psql('postgres', $login), 'ok', 'the user');
is(join(' ', map { $node->safe_psql('postgres', $wrong) } 1 .. 2),
	'invalid_credentials too_many_attempts', 'and the failures, one before and three since');

# The standby takes over.
$node->wait_for_catchup($standby);
$node->stop;
$standby->promote;
is(verified($standby, $live), 1, 'after a promotion: the token');
is($standby->safe_psql('postgres', $login), 'ok', 'a login');
is($standby->safe_psql('postgres', $wrong), 'too_many_attempts', 'and the lock');
cmp_ok($standby->safe_psql('postgres', "SELECT id FROM enclave.signup('new\@example.com', 'Wendeltreppe 7')"),
	'>', 1, 'and the sequence goes on');

$standby->stop;
done_testing();
