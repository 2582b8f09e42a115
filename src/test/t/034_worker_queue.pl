# Promise: nothing that befalls the background worker blocks a login or loses a
# failure that found room: a lock on its tables, SIGTERM, a handler that hangs, no
# slot for it, a shutdown.  What finds no room is counted, and said in the log.  A
# database whose worker is stuck leaves room for the others.
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
max_worker_processes = 2
max_parallel_workers = 0
max_logical_replication_workers = 0
EOC
$node->safe_psql('postgres', 'CREATE DATABASE second');
$node->safe_psql('postgres', 'CREATE DATABASE third');
$node->safe_psql($_, 'CREATE EXTENSION enclave') for qw(second third);

# Wrong guesses, each at an address of its own.
my $number = 0;

sub guesses
{
	my ($count) = @_;
	my $first = $number + 1;

	$number += $count;
	return "SELECT DISTINCT status FROM generate_series($first, $number) i,"
	  . " LATERAL enclave.login('nobody' || i || '\@example.com', 'wrong')";
}

sub recorded
{
	my ($database, $count) = @_;
	return $node->poll_query_until($database,
		"SELECT count(*), count(DISTINCT account) FROM enclave.login_attempts", "$count|$count")
	  && $node->safe_psql($database, "SELECT count(*) FROM enclave.audit_logs WHERE event = 'auth.login.failed'") == $count;
}

sub workers
{
	my ($database) = @_;
	return "SELECT pid FROM pg_stat_activity WHERE backend_type = 'enclave worker' AND datname = '$database'";
}

sub logged
{
	my ($offset, $what) = @_;
	return EnclaveTest::until_true("the log says $what", sub { slurp_file($node->logfile, $offset) =~ $what });
}

# A table that the worker needs.
my $holder = EnclaveTest::session($node);
my $offset = -s $node->logfile;

sub hold
{
	EnclaveTest::answer($holder, 'BEGIN; LOCK TABLE enclave.audit_logs IN ACCESS EXCLUSIVE MODE');
	return;
}
hold();
is($node->safe_psql('postgres', guesses(1)), 'invalid_credentials', 'a login does not wait for the worker, which waits for a lock');
ok(logged($offset, qr/could not write and will try again: canceling statement due to lock timeout/), 'which it says');
is($node->safe_psql('postgres', guesses(100)), 'invalid_credentials', 'nor do the next hundred');
is($node->safe_psql('second', guesses(1)), 'invalid_credentials', 'nor one in another database');
ok(recorded('second', 1), 'which is written');
EnclaveTest::answer($holder, 'ROLLBACK');
ok(recorded('postgres', 101), 'and all of them are, when the lock is gone');

# the same, and the worker is told to go
hold();
$node->safe_psql('postgres', guesses(1));
my $pid = '';
EnclaveTest::until_true('the worker waits',
	sub { ($pid = $node->safe_psql('postgres', workers('postgres') . " AND wait_event_type = 'Lock'")) ne '' });
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid"), 'a worker that waits for a lock goes when it is told to');
$node->safe_psql('postgres', guesses(3));
EnclaveTest::answer($holder, 'ROLLBACK');
ok(recorded('postgres', 105), 'and its successor writes what it has left');

# More than the half of the places, of which none is taken yet.
$offset = -s $node->logfile;
$node->poll_query_until('postgres', "SELECT value = 0 FROM enclave.stats WHERE name = 'worker:waiting'");
hold();
is($node->safe_psql('postgres', guesses(600)), 'invalid_credentials', 'six hundred guesses while the worker waits');
ok(logged($offset, qr/queue of the background worker is full, entries lost: 1$/m), 'are too many, which is said');
is($node->safe_psql('second', guesses(100)), 'invalid_credentials', 'but in the other database there is room');
ok(recorded('second', 101), 'and a worker');
EnclaveTest::answer($holder, 'ROLLBACK');
ok(recorded('postgres', 105 + 512), 'what found room is written');
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'enclave worker'"), 'the idle workers go');
my $lost = 0;
$lost += $_ for slurp_file($node->logfile, $offset) =~ /worker is full, entries lost: (\d+)/g;
is($lost, 88, 'and the log has named as many as were lost');

# No slot for a worker: two places, and two workers that are held back.
my $second = EnclaveTest::session($node, 'second');
hold();
EnclaveTest::answer($second, 'BEGIN; LOCK TABLE enclave.audit_logs IN ACCESS EXCLUSIVE MODE');
$node->safe_psql($_, guesses(1)) for qw(postgres second);
EnclaveTest::until_true('two workers are there',
	sub { $node->safe_psql('postgres', workers('postgres')) ne '' && $node->safe_psql('postgres', workers('second')) ne '' });
is($node->safe_psql('third', guesses(2)), 'invalid_credentials', 'a login in a database for whose worker there is no slot');
ok(logged(0, qr/no free slot for the background worker of database \d+\n.*\n.*HINT:  Raise max_worker_processes/), 'which is said');
ok(recorded('third', 2), 'and written, though nobody logs in any more: they take turns');
EnclaveTest::answer($_, 'ROLLBACK') for $holder, $second;
ok(recorded('postgres', 105 + 512 + 1) && recorded('second', 102), 'as is all else');
$second->quit;

# Handlers: called once for an event, by the worker.
$node->safe_psql('postgres', <<'EOQ');
CREATE TABLE seen (event jsonb, by text, who name);
CREATE FUNCTION see(event jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO public.seen SELECT event, backend_type, current_user FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()
$$;
CREATE FUNCTION fail(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
CREATE FUNCTION hang(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF event ->> 'user_agent' = 'hang' THEN PERFORM pg_sleep(3600); END IF;
END $$;
SELECT enclave.on_event('auth.login.failed', 'public.see(jsonb)'), enclave.on_event('auth.*', 'public.fail(jsonb)');
ALTER DATABASE postgres SET enclave.notify_events = 'auth.login.failed';
EOQ
my $listener = EnclaveTest::session($node);
EnclaveTest::answer($listener, 'LISTEN enclave_events');
$offset = -s $node->logfile;
$node->safe_psql('postgres', 'BEGIN; ' . guesses(2) . '; ROLLBACK');
ok(recorded('postgres', 620), 'two failures that the caller rolls back');
is($node->safe_psql('postgres', "SELECT count(DISTINCT event ->> 'id'), count(*), min(event ->> 'event'), min(by), min(who) FROM seen"),
	'2|2|auth.login.failed|enclave worker|postgres', 'are told to a handler once each, by the worker, as who registered it');
ok(logged($offset, qr/WARNING:  event handler \d+ failed: no room/), 'one that fails is in the log');
my $heard = '';
ok(EnclaveTest::until_true('listeners hear of it', sub {
	($heard .= EnclaveTest::answer($listener, 'SELECT 1')) =~ /"enclave_events" with payload "auth\.login\.failed \d+"/;
}), 'and listeners hear of it');
$listener->quit;
$node->safe_psql('postgres', "SELECT enclave.on_event('auth.login.failed', 'public.hang(jsonb)')");
# the second of a batch: the first one is not written twice, nor lost
my $hang = "SELECT status FROM enclave.login('hang\@example.com', 'wrong', NULL, 'hang')";
hold();
$node->safe_psql('postgres', guesses(1) . "; $hang");
EnclaveTest::answer($holder, 'ROLLBACK');
EnclaveTest::until_true('the worker hangs',
	sub { $node->safe_psql('postgres', workers('postgres') . " AND wait_event = 'PgSleep'") ne '' });
$node->safe_psql('postgres', "SELECT pg_cancel_backend(pid) FROM (" . workers('postgres') . ') w');
ok(recorded('postgres', 622), 'a handler that hangs, and is cancelled');
ok(logged($offset, qr/calls no event handlers any more/), 'which is said');
ok($node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM (' . workers('postgres') . ') w'), 'the worker goes');
$holder->quit;
# another account than before, for each is counted once
$node->safe_psql('postgres', $hang =~ s/hang/pending/r);
EnclaveTest::until_true('the worker hangs again',
	sub { $node->safe_psql('postgres', workers('postgres') . " AND wait_event = 'PgSleep'") ne '' });
EnclaveTest::restart($node);
pass('and a shutdown goes through the handler of the next one');
$node->safe_psql('postgres', 'DELETE FROM enclave.event_handlers');
is($node->safe_psql('postgres', 'SELECT count(*) FROM enclave.login_attempts'), '622', 'which could not write');

# A shutdown waits for the worker to write what it has; but not for an entry that takes
# a second, nor for ten seconds in all, as on a machine that stalls: then once more.
# A handler keeps the worker from being done before that.
$node->safe_psql('postgres', <<'EOQ');
CREATE FUNCTION linger(event jsonb) RETURNS void LANGUAGE sql AS 'SELECT pg_catalog.pg_sleep(0.005)';
SELECT enclave.on_event('auth.login.failed', 'public.linger(jsonb)');
EOQ
my ($count, $written) = (622, 0);
EnclaveTest::until_true('nothing stalls while the server is shut down', sub {
	$node->safe_psql('postgres', guesses(200));
	my ($start, $now) = (-s $node->logfile, time);
	$node->stop('fast');
	my $stalled = time - $now >= 10 || slurp_file($node->logfile, $start) =~ /FATAL:  terminating background worker/;
	EnclaveTest::start($node);
	$written = $node->safe_psql('postgres', 'SELECT count(*) FROM enclave.login_attempts') - $count;
	$count += $written;
	return $written == 200 || !$stalled;
});
is($written, 200, 'a shutdown after two hundred guesses loses none');
$node->safe_psql('postgres', 'DELETE FROM enclave.event_handlers');

# The worker's own settings are not what the database has for others.
$node->safe_psql('postgres', <<'EOQ');
ALTER DATABASE postgres SET default_transaction_read_only = on;
ALTER DATABASE postgres SET search_path = public;
ALTER DATABASE postgres SET default_transaction_isolation = 'serializable';
EOQ
$node->safe_psql('postgres', 'SET default_transaction_read_only = off; ' . guesses(1));
ok($node->poll_query_until('postgres', "SELECT count(*) = $count + 1 FROM enclave.login_attempts"), 'a database whose settings forbid to write');
if ($node->safe_psql('postgres', "SELECT count(*) FROM pg_settings WHERE name = 'transaction_timeout'") eq '1')
{
	$node->safe_psql('postgres', <<'EOQ');
SET default_transaction_read_only = off;
ALTER DATABASE postgres RESET ALL;
CREATE FUNCTION take_a_second(event jsonb) RETURNS void LANGUAGE sql AS 'SELECT pg_catalog.pg_sleep(1)';
SELECT enclave.on_event('auth.login.failed', 'public.take_a_second(jsonb)');
ALTER DATABASE postgres SET transaction_timeout = '500ms';
EOQ
	# which is for the worker, not for us
	local $ENV{PGOPTIONS} = '-c transaction_timeout=0';
	ok($node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM (' . workers('postgres') . ') w'), 'the worker goes');
	$node->safe_psql('postgres', guesses(1));
	ok($node->poll_query_until('postgres', "SELECT count(*) = $count + 2 FROM enclave.login_attempts"),
		'and one that gives transactions less time than a handler takes');
}

$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:|SIGSEGV/, 'no process has crashed');

done_testing();
