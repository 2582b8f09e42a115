# Attack: two hundred wrong guesses at one account over twenty connections, in each of
# the ways in which a caller can take back what his transaction wrote, or die.
# Promise: with the library preloaded no more than the limit are ever hashed
# against the account's own hash; then its network is refused even the right
# password, and another is not; the lock leaves one audit row, the failures theirs;
# what is refused writes nothing; a right or unhashed attempt costs nothing; and
# an unlock holds from its commit on.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => $EnclaveTest::no_shim unless EnclaveTest::shim_library();

my $connections = 20;
my $limit = 5;
my $node = EnclaveTest::new_node('main', preload => 1, shim => 1, conf => <<'EOC');
enclave.argon2_memory = '64kB'
enclave.max_concurrent_hashes = 20
enclave.hash_queue_timeout = '60s'
enclave.lockout_duration = '1h'
max_connections = 60
max_prepared_transactions = 2
# it writes, and this is about who does not
autovacuum = off
EOC

# The account's own hash has a cost that nothing else has.
my $own = '1024 3 1 1 2';
my @names = qw(autocommit rollback savepoint caught cancel terminate killed crash right mixed many midway two busy prepared);
my %email = map { $_ => "$_\@example.com" } @names;
$node->safe_psql('postgres',
	"SET enclave.argon2_memory = '1MB'; SET enclave.argon2_iterations = 3;"
	  . join ' ', map { "SELECT FROM enclave.signup('$_', 'Wendeltreppe 7');" } values %email);

my @sessions;

sub connect_all
{
	@sessions = map { EnclaveTest::session($node) } 1 .. $connections;
	return;
}

sub quit_all
{
	$_->quit for @sessions;
	@sessions = ();
	return;
}

sub login
{
	my ($name, $password, $ip) = @_;
	return "SELECT status FROM enclave.login('$email{$name}', '$password', '" . ($ip // '192.0.2.1') . "')";
}

sub value
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', $sql);
}

sub own_hashes
{
	return scalar grep { $_ eq $own } EnclaveTest::hashes($node);
}

# What the worker has written, once it has written it.
sub rows_are
{
	my ($name, $failures, $locked, $what) = @_;
	my $user = value("SELECT id FROM enclave.find_user('$email{$name}')");
	my $counts = "SELECT (SELECT count(*) FROM enclave.login_attempts WHERE user_id = $user AND NOT success)"
	  . " || ' ' || count(*) FILTER (WHERE event = 'auth.login.failed')"
	  . " || ' ' || count(*) FILTER (WHERE event = 'auth.login.locked')"
	  . " FROM enclave.audit_logs WHERE user_id = $user";

	my $expected = join ' ', $failures, $failures - $locked, $locked;
	$node->poll_query_until('postgres', "SELECT ($counts) = '$expected'");
	return is(value($counts), $expected, "$name: $what");
}

sub is_locked
{
	my ($name) = @_;

	cmp_ok(own_hashes(), '<=', $limit, "$name: at most $limit were hashed against the own hash");
	is(own_hashes(), $limit, "$name: and not fewer");
	is(value(login($name, 'Wendeltreppe 7')), 'too_many_attempts', "$name: the right password is refused");
	is(value(login($name, 'Wendeltreppe 7', '198.51.100.7')), 'ok', "$name: from another network it is accepted");
	rows_are($name, $limit, 1, 'failures and lock are written down, once');
	return;
}

# Ten guesses on each of twenty connections, each wrapped by the caller.
connect_all();
my %wrapped = (
	autocommit => sub { "$_[0];" },
	rollback => sub { "BEGIN; $_[0]; ROLLBACK;" },
	savepoint => sub { "BEGIN; SAVEPOINT s; $_[0]; ROLLBACK TO s; COMMIT;" },
	caught => sub { my $sql = $_[0] =~ s/^SELECT status/PERFORM/r;
		return "DO \$\$ BEGIN $sql; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END \$\$;" });
for my $name (sort keys %wrapped)
{
	EnclaveTest::forget_hashes($node);
	for my $session (@sessions)
	{
		EnclaveTest::send_query($session, join "\n", map { $wrapped{$name}->(login($name, "wrong $_")) } 1 .. 10);
	}
	EnclaveTest::finish($_) for @sessions;
	is_locked($name);
}

# Refusals write nothing: no WAL, no transaction id.
$node->safe_psql('postgres', 'CHECKPOINT');
my $state = q{SELECT pg_current_wal_insert_lsn(), pg_snapshot_xmax(pg_current_snapshot()), }
  . q{(SELECT count(*) FROM enclave.audit_logs), (SELECT count(*) FROM enclave.login_attempts)};
my $before = value($state);
EnclaveTest::send_query($_, join "\n", map { login('autocommit', "wrong $_") . ';' } 1 .. 50) for @sessions;
my @answers = map { split /\n/, EnclaveTest::finish($_) } @sessions;
is(scalar(grep { $_ eq 'too_many_attempts' } @answers), 1000, 'a thousand guesses at a locked account are refused');
is(value($state), $before, 'and write nothing, no WAL either');

# Ten rounds of twenty guesses at once, each ended in the middle of its hash.
my @pids = map { EnclaveTest::answer($_, 'SELECT pg_backend_pid()') } @sessions;
EnclaveTest::forget_hashes($node);
for my $round (1 .. 10)
{
	EnclaveTest::close_gate($node);
	EnclaveTest::send_query($_, login('cancel', "wrong $round")) for @sessions;
	my $pids = join ',', @pids;
	EnclaveTest::until_true('the hashes have begun and the others are refused', sub {
		own_hashes() == $limit && value("SELECT count(*) FROM pg_stat_activity WHERE pid IN ($pids) AND state = 'active'")
		  == ($round == 1 ? $limit : 0);
	});
	value("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid IN ($pids) AND state = 'active'");
	EnclaveTest::open_gate($node);
	my @ends = map { EnclaveTest::finish($_) } @sessions;
	is(scalar(grep { $_ eq 'ERROR:  57014' } @ends), $limit, 'cancelled while hashing') if $round == 1;
}
is_locked('cancel');

for my $name (qw(terminate killed))
{
	EnclaveTest::forget_hashes($node);
	EnclaveTest::close_gate($node);
	EnclaveTest::send_query($_, login($name, 'wrong')) for @sessions;
	EnclaveTest::until_true('the hashes have begun', sub { own_hashes() == $limit });
	if ($name eq 'terminate')
	{
		value('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
			  . " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
	}
	else
	{
		$_->{run}->kill_kill for @sessions;
	}
	EnclaveTest::open_gate($node);
	$node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM pg_stat_activity'
		  . " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
	eval { $_->quit } for @sessions;
	connect_all();
	is(scalar(grep { $_ eq 'too_many_attempts' } map { EnclaveTest::answer($_, login($name, 'wrong')) } @sessions),
		$connections, "$name: twenty more are refused");
	is_locked($name);
}

# Right passwords, however many from one network, lock nobody.
EnclaveTest::forget_hashes($node);
EnclaveTest::send_query($_, join "\n", map { login('right', 'Wendeltreppe 7') . ';' } 1 .. 10) for @sessions;
@answers = map { split /\n/, EnclaveTest::finish($_) } @sessions;
is(scalar(grep { $_ eq 'ok' } @answers), 200 - grep({ $_ eq 'too_many_attempts' } @answers),
	'right passwords at once are let in, or told to come again');
is(join(' ', map { value(login('right', 'Wendeltreppe 7')) } 1 .. 10), join(' ', ('ok') x 10), 'and hold no place');
value(login('mixed', 'Wendeltreppe 7')) for 1 .. 3;
value(login('mixed', 'wrong')) for 1 .. 4;
is(value(login('mixed', 'Wendeltreppe 7')), 'ok', 'a right one after four wrong ones');
is(join(' ', map { value(login('mixed', 'wrong')) } 1 .. 6),
	join(' ', ('invalid_credentials') x 5, 'too_many_attempts'), 'and the pair starts anew');
is(join(' ', map { value(login('right', 'Wendeltreppe 7', '192.0.2.99')) } 1 .. 100), join(' ', ('ok') x 100),
	'a hundred right logins from one network, and more allowed');
is(value(login('two', 'Wendeltreppe 7', '192.0.2.99')), 'ok', 'to another account too');

# A rolled back success has cleared the pair all the same: the password was right.
value(login('two', 'wrong')) for 1 .. 4;
is(value('BEGIN; ' . login('two', 'Wendeltreppe 7') . '; ROLLBACK'), 'ok', 'a right password, rolled back');
is(join(' ', map { value(login('two', 'wrong')) } 1 .. 6),
	join(' ', ('invalid_credentials') x 5, 'too_many_attempts'), 'has cleared the pair');

# From everywhere: ten times as many for an account, but for a network that it is known from.
my $two_each = 'SET enclave.max_failed_attempts = 2; ';
is(value(login('many', 'Wendeltreppe 7', '203.0.113.77')), 'ok', 'a network that an account is known from');
is(join(' ', map { value($two_each . login('many', 'wrong', "198.51.100.$_")) } 1 .. 21),
	join(' ', ('invalid_credentials') x 20, 'too_many_attempts'), 'from many networks ten times the limit');
is(value($two_each . login('many', 'Wendeltreppe 7', '198.51.100.99')), 'too_many_attempts', 'then strangers are refused the right password');
is(value($two_each . login('many', 'Wendeltreppe 7', '203.0.113.77')), 'ok', 'and its owner is not');
rows_are('many', 20, 1, 'the lock is written down');

# What is under way keeps its place when others are cleared.
EnclaveTest::close_gate($node);
EnclaveTest::forget_hashes($node);
EnclaveTest::send_query($sessions[0], login('midway', 'wrong'));
EnclaveTest::until_true('a guess is in its hash', sub { own_hashes() == 1 });
value("SELECT enclave.unlock('$email{midway}')");
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($sessions[0]), 'invalid_credentials', 'unlocked while a guess is hashed');
is(join(' ', map { value(login('midway', 'wrong')) } 1 .. 5), join(' ', ('invalid_credentials') x 4, 'too_many_attempts'),
	'which counts all the same');

# An unlock holds from its commit on; rolled back, by a savepoint too, it never was.
for my $case (
	[ 'BEGIN; %s; ROLLBACK' => 'too_many_attempts' ],
	[ 'BEGIN; SAVEPOINT s; %s; ROLLBACK TO s; COMMIT' => 'too_many_attempts' ],
	[ 'BEGIN; SAVEPOINT s; SAVEPOINT t; %s; RELEASE t; ROLLBACK TO s; COMMIT' => 'too_many_attempts' ],
	[ q{BEGIN; %s; PREPARE TRANSACTION 'p'; ROLLBACK PREPARED 'p'} => 'too_many_attempts' ],
	[ 'BEGIN; SAVEPOINT s; SAVEPOINT t; %s; RELEASE t; RELEASE s; COMMIT' => 'ok' ],
	[ '%s' => 'ok' ])
{
	my ($transaction, $then) = @$case;
	value(sprintf $transaction, "SELECT enclave.unlock('$email{two}')");
	is(value(login('two', 'Wendeltreppe 7')), $then, "unlock in $transaction");
	value(login('two', 'wrong')) for 1 .. 5;
}
ok($node->poll_query_until('postgres', "SELECT kind FROM enclave.locked_accounts WHERE user_id = (SELECT id FROM enclave.find_user('$email{two}'))", 'pair'),
	'locked_accounts shows it, once it is written');
value("SET enclave.network_max_attempts = 7; SELECT enclave.login(i || '\@example.com', 'x', '203.0.113.9') FROM generate_series(1, 8) i");
is(value("SET enclave.network_max_attempts = 7; " . login('mixed', 'Wendeltreppe 7', '203.0.113.9')), 'too_many_attempts',
	'a locked network');
value("SELECT enclave.unlock_network('203.0.113.9')");
is(value("SET enclave.network_max_attempts = 7; " . login('mixed', 'Wendeltreppe 7', '203.0.113.9')), 'ok', 'unlocked');

# Busy: a guess that found no place costs nobody an attempt.
EnclaveTest::configure($node, 'enclave.hash_queue_timeout' => '50ms', 'enclave.max_concurrent_hashes' => 1);
EnclaveTest::close_gate($node);
EnclaveTest::forget_hashes($node);
EnclaveTest::send_query($sessions[0], login('busy', 'wrong'));
EnclaveTest::until_true('the only place is taken', sub { own_hashes() == 1 });
is(join(' ', map { EnclaveTest::answer($sessions[$_], login('busy', 'wrong')) } 1 .. 10), join(' ', ('busy') x 10),
	'ten guesses are told busy');
is(EnclaveTest::answer($sessions[1], "SELECT enclave.hash_password('Wendeltreppe 7')"), 'ERROR:  NC016',
	'where there is no status it is an error');
is(EnclaveTest::answer($sessions[1], "SELECT FROM enclave.signup('new\@example.com', 'Wendeltreppe 7')"), 'ERROR:  NC016',
	'a sign-up too');
my $id = value("SELECT id FROM enclave.find_user('$email{right}')");
is(EnclaveTest::answer($sessions[1], "SELECT status FROM enclave.change_password($id, 'Wendeltreppe 7', 'Treppenwendel 8')"),
	'busy', 'change_password has a status');
my $token = value("SELECT token FROM enclave.create_password_reset('$email{right}')");
is(EnclaveTest::answer($sessions[1], "SELECT status FROM enclave.reset_password('$token', 'Treppenwendel 8')"),
	'busy', 'reset_password too');
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($sessions[0]), 'invalid_credentials', 'the one in its place was hashed');
is(join(' ', map { value(login('busy', 'wrong')) } 1 .. 5), join(' ', ('invalid_credentials') x 4, 'too_many_attempts'),
	'and it alone counts');
is(value("SELECT status FROM enclave.reset_password('$token', 'Treppenwendel 8')"), 'ok', 'the token was not used up');
rows_are('busy', 5, 1, 'busy ones are not written down');

# The counts outlive the server, a crash too, and a success does not come back as failures.
quit_all();
value(login('prepared', 'wrong')) for 1 .. 3;
rows_are('prepared', 3, 0, 'three failures');
EnclaveTest::restart($node);
is(value(login('cancel', 'Wendeltreppe 7')), 'too_many_attempts', 'after a restart: still locked');
is(value(login('two', 'Wendeltreppe 7', '192.0.2.99')), 'ok', 'what was cleared stays cleared');
is(join(' ', map { value(login('prepared', 'wrong')) } 1 .. 3), 'invalid_credentials invalid_credentials too_many_attempts',
	'three before and two after make five');
rows_are('prepared', 5, 1, 'five failures');
$node->stop('immediate');
EnclaveTest::start($node);
is(value(login('prepared', 'Wendeltreppe 7')), 'too_many_attempts', 'after a crash: still locked');

# In rows, on the same server: the worker's rows count there too.
$node->append_conf('postgresql.conf', 'enclave.attempt_slots = -1');
EnclaveTest::restart($node);
is(value(login('prepared', 'Wendeltreppe 7')), 'too_many_attempts', 'counted in rows: still locked');
is(value(login('mixed', 'Wendeltreppe 7', '198.51.100.7')), 'ok', 'and others are not');

$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:|SIGSEGV/, 'no backend has crashed');
done_testing();
