# Promise (security.md 13): what was counted is on disk a moment later, whatever
# became of the caller's transaction: after kill -9 of a backend, of the worker,
# and after pg_ctl stop -m immediate the account is still locked, and each failure
# is in login_attempts and audit_logs, once.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', preload => 1, conf => <<'EOC');
enclave.argon2_memory = '64kB'
enclave.lockout_duration = '1h'
restart_after_crash = on
EOC
$node->safe_psql('postgres', "SELECT id FROM enclave.signup('$_\@example.com', 'Wendeltreppe 7')")
  for qw(ann bob cid);

sub guess
{
	my ($name, $password) = @_;
	return "SELECT status FROM enclave.login('$name\@example.com', '$password', '192.0.2.1', 'tester')";
}

# Failures on record, with the lock among them.
my $recorded = <<'EOQ';
SELECT (SELECT count(*) FROM enclave.login_attempts a WHERE a.user_id = u.id AND NOT success),
  count(*) FILTER (WHERE event = 'auth.login.failed'), count(*) FILTER (WHERE event = 'auth.login.locked')
FROM enclave.users u LEFT JOIN enclave.audit_logs l ON l.user_id = u.id
WHERE u.email = '%s@example.com' GROUP BY u.id
EOQ

sub is_recorded
{
	my ($name) = @_;
	return $node->poll_query_until('postgres', sprintf($recorded, $name), '5|4|1');
}

# Each loses four failures to its own transaction and one to nothing.
sub lock_out
{
	my ($name) = @_;
	my $wrong = guess($name, 'wrong');

	$node->safe_psql('postgres', "BEGIN; $wrong; ROLLBACK; BEGIN; SAVEPOINT s; $wrong; ROLLBACK TO s; COMMIT");
	$node->psql('postgres', "BEGIN; $wrong; SELECT 1 / 0; COMMIT");
	$node->psql('postgres', "DO \$\$BEGIN PERFORM enclave.login('$name\@example.com', 'wrong', '192.0.2.1', 'tester'); RAISE 'no'; END\$\$");
	$node->safe_psql('postgres', $wrong);
	ok(is_recorded($name), "$name: five failures are on record, and one lock");
	is($node->safe_psql('postgres', guess($name, 'Wendeltreppe 7')), 'too_many_attempts', "$name is locked");
	return;
}

sub still_locked
{
	my ($name, $when) = @_;
	is($node->safe_psql('postgres', guess($name, 'Wendeltreppe 7')), 'too_many_attempts', "$name is locked $when");
	is($node->safe_psql('postgres', sprintf($recorded, $name)), '5|4|1', "and its failures are on record once $when");
	return;
}

sub killed
{
	my ($what, $pid) = @_;
	my $offset = -s $node->logfile;

	kill 'KILL', $pid or die "$what: no process $pid";
	EnclaveTest::until_true("the server has recovered from the death of $what",
		sub { slurp_file($node->logfile, $offset) =~ /database system is ready to accept connections/ });
	return;
}

# a backend
my $session = EnclaveTest::session($node);
my $pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');
lock_out('ann');
killed('a backend', $pid);
still_locked('ann', 'after kill -9 of a backend');
eval { $session->quit };

# the server
lock_out('bob');
$node->stop('immediate');
EnclaveTest::start($node);
still_locked($_, 'after a stop in a hurry') for qw(ann bob);

# the worker
lock_out('cid');
# which stays while it waits for a table
my $holder = EnclaveTest::session($node);
EnclaveTest::answer($holder, 'BEGIN; LOCK TABLE enclave.audit_logs IN ACCESS EXCLUSIVE MODE');
$node->safe_psql('postgres', guess('nobody', 'wrong'));
EnclaveTest::until_true('the worker waits', sub {
	$pid = $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = 'enclave worker' AND wait_event_type = 'Lock'");
	return $pid ne '';
});
killed('the worker', $pid);
eval { $holder->quit };
still_locked($_, 'after kill -9 of the worker') for qw(ann bob cid);

# A row is what the caller would have written himself.
is($node->safe_psql('postgres', <<'EOQ'), 'postgres|192.0.2.1|tester|{"reason": "invalid_credentials"}|t', 'role, address, user agent and time are those of the attempt');
SELECT DISTINCT l.role, l.ip, l.user_agent, l.metadata,
  EXISTS (SELECT FROM enclave.login_attempts a WHERE a.user_id = l.user_id AND a.attempted_at = l.at)
FROM enclave.audit_logs l WHERE event = 'auth.login.failed' AND user_id <> 0
EOQ
is($node->safe_psql('postgres', "SELECT DISTINCT metadata FROM enclave.audit_logs WHERE event = 'auth.login.locked'"),
	'{"scope": "pair", "mailed": true}', 'a lock tells which, and that its owner is told');
is($node->safe_psql('postgres', "SELECT string_agg(recipient, ' ' ORDER BY recipient) FROM enclave.take_mail() WHERE kind = 'account_locked'"),
	'ann@example.com bob@example.com cid@example.com', 'and he is');

# The same limits hold by the rows, for a server that has no shared memory.
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
EnclaveTest::restart($node);
still_locked($_, 'without preload') for qw(ann bob cid);

$node->stop;
unlike(slurp_file($node->logfile), qr/PANIC|TRAP:|SIGSEGV|dropped|lost/, 'nothing has crashed or was lost');

done_testing();
