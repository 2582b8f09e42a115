# Promise: the background worker stands in nobody's way and takes no failure for
# another's: databases have workers of their own, are renamed, copied and dropped
# while a worker is there, and an extension that is dropped and created again
# knows nothing of what was counted for the former one.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', preload => 1, conf => <<'EOC');
enclave.argon2_memory = '64kB'
enclave.network_max_attempts = 10000
EOC
my $lock = 'BEGIN; LOCK TABLE enclave.audit_logs IN ACCESS EXCLUSIVE MODE';

sub guess
{
	my ($name) = @_;
	return "SELECT status FROM enclave.login('$name\@example.com', 'wrong', '192.0.2.1')";
}

sub recorded
{
	my ($database, $count) = @_;
	return $node->poll_query_until($database, <<EOQ, $count ? "$count|$count" : '0|0');
SELECT (SELECT count(*) FROM enclave.login_attempts),
  count(*) FROM enclave.audit_logs WHERE event IN ('auth.login.failed', 'auth.login.locked')
EOQ
}

sub workers
{
	my ($database) = @_;
	return $node->safe_psql('postgres',
		"SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'enclave worker' AND datname = '$database'");
}

sub logged
{
	my ($offset, $what) = @_;
	return EnclaveTest::until_true("the log says $what", sub { slurp_file($node->logfile, $offset) =~ $what });
}

# Two databases, the same address.
$node->safe_psql('postgres', 'CREATE DATABASE second');
$node->safe_psql('second', 'CREATE EXTENSION enclave');
$node->safe_psql('postgres', guess('ann')) for 1 .. 5;
$node->safe_psql('second', guess('ann')) for 1 .. 2;
ok(recorded('postgres', 5) && recorded('second', 2), 'failures of two databases are each in their own');
is($node->safe_psql('postgres', guess('ann')), 'too_many_attempts', 'so is the lock');
is($node->safe_psql('second', guess('ann')), 'invalid_credentials', 'of which the other knows nothing');
ok(recorded('second', 3), 'three');

# Renamed, copied: at once if the worker has gone, after two seconds if not.
my $holder = EnclaveTest::session($node, 'second');
EnclaveTest::answer($holder, $lock);
$node->safe_psql('second', guess('bob'));
ok(EnclaveTest::until_true('a worker is there', sub { workers('second') == 1 }), 'a worker is in the database');
$holder->quit;
ok(EnclaveTest::until_true('it can be renamed',
		sub { $node->psql('postgres', 'ALTER DATABASE second RENAME TO third') == 0 }), 'that is renamed once it has gone');
is($node->safe_psql('third', guess('bob')), 'invalid_credentials', 'a failure under the new name');
ok(recorded('third', 5), 'is written');
$node->safe_psql('third', guess('cid'));
ok(recorded('third', 6), 'and another one');
is($node->psql('postgres', 'CREATE DATABASE copy TEMPLATE third'), 0, 'a copy waits for the worker to go');
is($node->safe_psql('copy', "SELECT count(*) FROM enclave.login_attempts"), 6, 'and has all that it has written');
$node->safe_psql('copy', guess('dan'));
ok(recorded('copy', 7) && recorded('third', 6), 'from then on it has a worker of its own');

# Dropped: with a worker that has nothing to do, and with one that has.
$node->safe_psql('copy', guess('eve'));
is($node->psql('postgres', 'DROP DATABASE copy'), 0, 'a database is dropped once its worker has gone');
$holder = EnclaveTest::session($node, 'third');
EnclaveTest::answer($holder, $lock);
$node->safe_psql('third', guess('ann'));
EnclaveTest::until_true('the worker is there', sub { workers('third') == 1 });
is($node->psql('postgres', 'DROP DATABASE third WITH (FORCE)'), 0, 'or by force, while its worker waits for a lock');
eval { $holder->quit };
$node->safe_psql('postgres', guess('eve'));
ok(recorded('postgres', 6), 'and nothing else is');

# What nobody can connect to, as when it is half dropped.
$node->safe_psql('postgres', 'CREATE DATABASE broken');
$node->safe_psql('broken', 'CREATE EXTENSION enclave');
$holder = EnclaveTest::session($node, 'broken');
$node->safe_psql('postgres', "UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'broken'");
my $start = -s $node->logfile;
EnclaveTest::answer($holder, guess('ann'));
ok(logged($start, qr/entries dropped for database \d+, to which no background worker can connect: 1/), 'what is left for a database to which nobody can connect is dropped, and said');
$holder->quit;
$node->safe_psql('postgres', guess('eve'));
ok(recorded('postgres', 7), 'and nothing else is');

# Dropped and created again, with failures on their way, and the same in one transaction.
for my $how ('CASCADE', 'CASCADE; CREATE EXTENSION enclave')
{
	my $before = $node->safe_psql('postgres', 'SELECT count(*) FROM enclave.login_attempts');
	my $offset = -s $node->logfile;
	$holder = EnclaveTest::session($node);
	# the worker gives way: it waits for a second at most, and we are not to be taken
	# for those who make it a deadlock
	EnclaveTest::answer($holder, "SET deadlock_timeout = '1h'; $lock");
	$node->safe_psql('postgres', guess('ann') . '; ' . guess('fay'));
	EnclaveTest::answer($holder, "DROP EXTENSION enclave $how; COMMIT");
	$holder->quit;
	ok(logged($offset, qr/entries dropped with the extension that they were for: \d/), "DROP EXTENSION enclave $how: what was on its way is dropped, and said");
	$node->safe_psql('postgres', 'CREATE EXTENSION IF NOT EXISTS enclave');
	is($node->safe_psql('postgres', 'SELECT count(*) FROM enclave.login_attempts'), 0, 'the new one is empty');
	is(join(' ', map { $node->safe_psql('postgres', guess('ann')) } 1 .. 6),
		'invalid_credentials ' x 5 . 'too_many_attempts', 'and counts from the beginning');
	ok(recorded('postgres', 5), 'and writes it');
}

# Nothing of it in the transaction of a worker that is not ours.
$node->safe_psql('postgres', 'CREATE TABLE plain (i integer); INSERT INTO plain SELECT generate_series(1, 100000)');
is($node->safe_psql('postgres', <<'EOQ'), '100000', 'parallel workers have the library, and no part in it');
SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
SELECT count(*) FROM plain;
EOQ
is($node->safe_psql('postgres', 'VACUUM (PARALLEL 2) plain; SELECT 1'), '1', 'so has a vacuum');

$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:|SIGSEGV/, 'no process has crashed');

done_testing();
