# Promise: whatever ends a login, a cancel, a terminated backend, a timeout, a
# rollback, a prepared transaction, leaves no lock, no memory and a server that
# goes on.  Without preload such a guess is given back: the known limit, which
# the names of these tests say.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => $EnclaveTest::no_shim unless EnclaveTest::shim_library();

my $node = EnclaveTest::new_node('main', shim => 1, conf => <<'EOC');
enclave.argon2_memory = '64kB'
max_prepared_transactions = 4
EOC
$node->safe_psql('postgres', "SELECT FROM enclave.signup('ann\@example.com', 'Wendeltreppe 7')");
my $wrong = "SELECT status FROM enclave.login('ann\@example.com', 'wrong')";
my $right = "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')";
my $started = $node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()');

sub slots
{
	return $node->safe_psql('postgres', "SELECT count(*) FROM pg_locks WHERE locktype = 'userlock'");
}

sub free_attempts
{
	my $answers = $node->safe_psql('postgres', "BEGIN; $wrong; $wrong; $wrong; $wrong; $wrong; $wrong; ROLLBACK");
	return scalar(my @free = $answers =~ /invalid_credentials/g);
}

sub ready
{
	my ($name) = @_;

	is(slots(), 0, "$name: no lock is left");
	is(free_attempts(), 5, "$name: the guess is given back (known limit without preload)");
	is($node->safe_psql('postgres', $right), 'ok', "$name: the next login works");
	is($node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()'), $started, "$name: the server has not crashed");
	return;
}

# A login that has taken its places and stands before its hash.
sub hold_login
{
	my ($session, $sql) = @_;

	EnclaveTest::forget_hashes($node);
	EnclaveTest::close_gate($node);
	EnclaveTest::send_query($session, $sql);
	EnclaveTest::until_true('the hash has begun', sub { EnclaveTest::hashes($node) == 1 });
	cmp_ok(slots(), '>=', 1, 'a guess in flight holds its places');
	return;
}

my $session = EnclaveTest::session($node);
my $pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');

hold_login($session, $wrong);
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($session), 'ERROR:  57014', 'cancelled while hashing');
ready('cancel');
is(EnclaveTest::answer($session, $right), 'ok', 'and the session goes on');

# the right password, cancelled, opens nothing
hold_login($session, $right);
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
EnclaveTest::open_gate($node);
my $tokens = $node->safe_psql('postgres', 'SELECT count(*) FROM enclave.access_tokens');
is(EnclaveTest::finish($session), 'ERROR:  57014', 'the right password, cancelled');
is($node->safe_psql('postgres', 'SELECT count(*) FROM enclave.access_tokens'), $tokens, 'makes no token');
ready('cancel of the right one');

# A machine that stalls may use up the time before the hash; then there is more of it.
my $milliseconds = 25;
EnclaveTest::until_true('a hash has begun in time', sub {
	$milliseconds *= 2;
	EnclaveTest::forget_hashes($node);
	EnclaveTest::close_gate($node);
	EnclaveTest::send_query($session, "BEGIN; SET LOCAL statement_timeout = $milliseconds; $wrong");
	EnclaveTest::until_true('the hash has begun, or it is too late', sub {
		EnclaveTest::hashes($node) || $node->safe_psql('postgres', "SELECT state ~ 'aborted' FROM pg_stat_activity WHERE pid = $pid") eq 't'
	});
	return 1 if EnclaveTest::hashes($node);
	EnclaveTest::answer($session, 'ROLLBACK');
	return 0;
});
my $over = $node->safe_psql('postgres', "SELECT clock_timestamp() + interval '1 ms' * $milliseconds");
$node->poll_query_until('postgres', "SELECT clock_timestamp() > '$over'");
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($session), 'ERROR:  57014', 'a statement timeout while hashing');
EnclaveTest::answer($session, 'ROLLBACK');
ready('timeout');

# In a subtransaction that catches the cancel: what it took is given back, and
# the transaction goes on.
hold_login($session, <<"EOQ");
DO \$\$ BEGIN
  PERFORM enclave.login('ann\@example.com', 'wrong');
EXCEPTION WHEN query_canceled THEN NULL;
END \$\$
EOQ
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($session), '', 'cancelled and caught');
ready('caught cancel');

# In the middle of a hash that takes its time and its memory.
SKIP:
{
	my $before = EnclaveTest::process_status($pid, 'VmSize');
	skip 'no VmSize in /proc here', 3 unless defined $before;

	EnclaveTest::answer($session, "SET enclave.argon2_memory = '256MB'; SET enclave.argon2_iterations = 8");
	EnclaveTest::send_query($session, "SELECT status FROM enclave.login('nobody\@example.com', 'wrong')");
	# stopped there, so that the cancel comes before the end however long it takes
	EnclaveTest::until_true('the memory is in use',
		sub { EnclaveTest::process_status($pid, 'RssAnon') > 128 * 1024 && kill('STOP', $pid) });
	$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
	kill 'CONT', $pid;
	is(EnclaveTest::finish($session), 'ERROR:  57014', 'cancelled in the middle of a hash of 256 MB');
	cmp_ok(EnclaveTest::process_status($pid, 'VmSize') - $before, '<', 16 * 1024, 'its mapping is gone');
	cmp_ok(EnclaveTest::process_status($pid, 'RssAnon'), '<', 64 * 1024, 'and its memory');
	EnclaveTest::answer($session, 'RESET ALL');
	ready('cancel of a large hash');
}

# The backend is told to go, or loses its client.
hold_login($session, $wrong);
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
EnclaveTest::open_gate($node);
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid");
eval { $session->quit };
ready('terminate');

$session = EnclaveTest::session($node);
$pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');
EnclaveTest::answer($session, 'BEGIN');
hold_login($session, $wrong);
$session->{run}->kill_kill;
EnclaveTest::open_gate($node);
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid");
ready('lost connection in a transaction');

# The caller's own end of the transaction.
$session = EnclaveTest::session($node);
is(EnclaveTest::answer($session, "BEGIN; $wrong; $wrong; ROLLBACK"), "invalid_credentials\ninvalid_credentials",
	'two wrong guesses, rolled back');
ready('rollback');

# Two-phase commit keeps the places, over a restart too.
is(EnclaveTest::answer($session, join ';', 'BEGIN', ($wrong) x 3, "PREPARE TRANSACTION 'guesses'"),
	join("\n", ('invalid_credentials') x 3), 'three wrong guesses, prepared');
is(free_attempts(), 2, 'they are held while the transaction is prepared');
$session->quit;
EnclaveTest::restart($node);
is(free_attempts(), 2, 'after a restart too');
$node->stop('immediate');
EnclaveTest::start($node);
is(free_attempts(), 2, 'and after a crash');
$node->safe_psql('postgres', "ROLLBACK PREPARED 'guesses'");
is(free_attempts(), 5, 'ROLLBACK PREPARED gives them back (known limit without preload)');
is(slots(), 0, 'and leaves no lock');
$node->safe_psql('postgres', "BEGIN; $wrong; $wrong; $wrong; PREPARE TRANSACTION 'guesses'");
$node->safe_psql('postgres', "COMMIT PREPARED 'guesses'");
is(free_attempts(), 2, 'COMMIT PREPARED counts them');
is(slots(), 0, 'and leaves no lock');

# a right login, prepared: its token is there when it is committed
my $token = $node->safe_psql('postgres',
	"BEGIN; SELECT token FROM enclave.login('ann\@example.com', 'Wendeltreppe 7', '192.0.2.1'); PREPARE TRANSACTION 'login'");
is($node->safe_psql('postgres', "SELECT count(*) FROM enclave.verify_token('$token')"), 0, 'a prepared login opens nothing');
is($node->safe_psql('postgres', "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7', '192.0.2.1')"),
	'ok', 'and holds nobody up');
$node->safe_psql('postgres', "COMMIT PREPARED 'login'");
is($node->safe_psql('postgres', "SELECT count(*) FROM enclave.verify_token('$token')"), 1, 'until it is committed');

$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:|SIGSEGV/, 'no backend has crashed');

done_testing();
