# Attack: a flood of logins, so that their hashes eat the server's memory.
# Promise: with the library preloaded no more are hashed at once than
# max_concurrent_hashes, whatever asks; the others wait, can be cancelled at once,
# and are told busy after hash_queue_timeout; who dies waiting or hashing leaves
# his place; the setting changes at a reload.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => $EnclaveTest::no_shim unless EnclaveTest::shim_library();

my $connections = 64;
my $memory_kb = 64 * 1024;
my $margin_kb = 64 * 1024;    # a megabyte a backend, for what is no hash
my $node = EnclaveTest::new_node('main', preload => 1, shim => 1, conf => <<'EOC');
enclave.argon2_memory = '64kB'
enclave.argon2_iterations = 1
enclave.max_concurrent_hashes = 2
enclave.hash_queue_timeout = '600s'
max_connections = 100
EOC
$node->safe_psql('postgres', "SELECT FROM enclave.signup('ann\@example.com', 'Wendeltreppe 7')");

my @sessions = map { EnclaveTest::session($node) } 1 .. $connections;
my @pids = map { EnclaveTest::answer($_, 'SELECT pg_backend_pid()') } @sessions;
my $right = "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')";
my $all = join ',', @pids;

sub value
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', $sql);
}

sub anonymous_memory
{
	my $sum = 0;
	$sum += EnclaveTest::process_status($_, 'RssAnon') // 0 for @pids;
	return $sum;
}

sub waiting
{
	return value("SELECT count(*) FROM pg_stat_activity WHERE pid IN ($all) AND wait_event_type = 'Extension'");
}

sub active
{
	return value("SELECT count(*) FROM pg_stat_activity WHERE pid IN ($all) AND state = 'active'");
}

sub set_places
{
	my ($places, %others) = @_;
	return EnclaveTest::configure($node, 'enclave.max_concurrent_hashes' => $places, %others);
}

# what a first login brings in is there
is(EnclaveTest::answer($_, $right), 'ok') for @sessions[0 .. 1];
EnclaveTest::answer($_, $right) for @sessions;
EnclaveTest::answer($_, "SET enclave.argon2_memory = '${memory_kb}kB'; SET enclave.max_failed_attempts = 1000") for @sessions;

# A decoy of 64 MB each, for sixty-four unknown addresses at once.
SKIP:
{
	skip 'no RssAnon in /proc here', 3 unless defined EnclaveTest::process_status($pids[0], 'RssAnon');
	my $before = anonymous_memory();
	EnclaveTest::send_query($sessions[$_], "SELECT status FROM enclave.login('x$_\@example.com', 'wrong')")
	  for 0 .. $#sessions;
	my $most = 0;
	EnclaveTest::until_true('all are answered', sub {
		for (1 .. 20)
		{
			my $now = anonymous_memory();
			$most = $now if $now > $most;
		}
		return active() == 0;
	});
	my %answers;
	$answers{ EnclaveTest::finish($_) }++ for @sessions;
	is(join(' ', %answers), "invalid_credentials $connections", 'all have had their turn');
	cmp_ok($most - $before, '<=', 2 * $memory_kb + $margin_kb, 'two of them filled memory at a time');
	cmp_ok($most - $before, '>=', $memory_kb / 2, 'and that was seen');
}
EnclaveTest::answer($_, 'RESET ALL') for @sessions;

# Every hash goes through it: two stand in the hash, the others wait, of every kind.
my $token = value("SELECT token FROM enclave.create_password_reset('ann\@example.com')");
my @kinds = (
	$right,
	"SELECT FROM enclave.signup('new\@example.com', 'Wendeltreppe 7')",
	"SELECT FROM enclave.request_signup('other\@example.com', 'Wendeltreppe 7')",
	"SELECT enclave.hash_password('Wendeltreppe 7')",
	"SELECT enclave.verify_password('Wendeltreppe 7', '\$argon2id\$v=19\$m=64,t=1,p=1\$c2FsdHNhbHRzYWx0c2FsdA\$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8')",
	"SELECT FROM enclave.set_password(1, 'Treppenwendel 8')",
	"SELECT status FROM enclave.change_password(1, 'Wendeltreppe 7', 'Treppenwendel 8')",
	"SELECT status FROM enclave.reset_password('$token', 'Treppenwendel 9')",
	"SELECT status FROM enclave.login_session('ann\@example.com', 'Wendeltreppe 7')");
EnclaveTest::forget_hashes($node);
EnclaveTest::close_gate($node);
EnclaveTest::send_query($sessions[$_], $right) for 0 .. 1;
EnclaveTest::until_true('two are in their hash', sub { EnclaveTest::hashes($node) == 2 });
EnclaveTest::send_query($sessions[ 2 + $_ ], $kinds[$_]) for 0 .. $#kinds;
EnclaveTest::until_true('the others wait', sub { waiting() == @kinds });
is(scalar EnclaveTest::hashes($node), 2, 'no other has begun, of whatever kind');

# Each of them goes at once when it is cancelled, or told to go; the others wait on.
value("SELECT pg_cancel_backend($pids[2 + $_])") for 1 .. $#kinds;
is(EnclaveTest::finish($sessions[ 2 + $_ ]), 'ERROR:  57014', "cancelled while waiting: $kinds[$_]") for 1 .. $#kinds;
is(waiting(), 1, 'the first one waits on');
EnclaveTest::send_query($sessions[3], $right);
EnclaveTest::until_true('another waits', sub { waiting() == 2 });
value("SELECT pg_terminate_backend($pids[3])");
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pids[3]");
is(waiting(), 1, 'terminated while waiting');
value("SELECT pg_terminate_backend($pids[1])");
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($sessions[$_]), 'ok', 'then those that are left come in') for 0, 2;
is(EnclaveTest::answer($sessions[4], $right), 'ok', 'and the places of the dead are free');

# The cancelled guesses were given back: four more may fail.
my $free = grep { $_ eq 'invalid_credentials' } map { EnclaveTest::answer($sessions[4], $right =~ s/Wendel/wrong/r) } 1 .. 6;
is($free, 5, 'who was cancelled while waiting has lost no attempt');
value("SELECT enclave.unlock('ann\@example.com')");

# One at a time: in the order of arrival.
set_places(1);
EnclaveTest::close_gate($node);
EnclaveTest::forget_hashes($node);
my @queue = @sessions[ 5 .. 14 ];
for my $number (0 .. $#queue)
{
	EnclaveTest::send_query($queue[$number], "SET enclave.argon2_iterations = @{[ $number + 1 ]}; SELECT enclave.hash_password('x')");
	EnclaveTest::until_true('it waits or hashes', sub { EnclaveTest::hashes($node) + waiting() == $number + 1 });
}
is(scalar EnclaveTest::hashes($node), 1, 'one hashes, nine wait');

# An interrupt that ends nobody costs nobody his place: the third is asked for something else meanwhile.
SKIP:
{
	skip 'no pg_log_backend_memory_contexts before 14', 1
	  unless value("SELECT to_regproc('pg_log_backend_memory_contexts') IS NOT NULL") eq 't';
	value("SELECT pg_log_backend_memory_contexts($pids[7])");
	EnclaveTest::until_true('he has served it', sub {
		return slurp_file($node->logfile) =~ /memory contexts of PID $pids[7]\b.*Grand total/s && waiting() == 9;
	});
	is(scalar EnclaveTest::hashes($node), 1, 'he waits on');
}
EnclaveTest::open_gate($node);
EnclaveTest::finish($_) for @queue;
is(join(' ', map { (split / /)[1] } EnclaveTest::hashes($node)), '1 2 3 4 5 6 7 8 9 10', 'they come in as they came');

# Who is told to go while he waits, and has much to do before he has gone, gets no place.
my ($first, $doomed, $next, $last) = @sessions[ 20 .. 23 ];
EnclaveTest::answer($doomed, 'CREATE TEMP TABLE kept ()');
my $holder = EnclaveTest::session($node);
EnclaveTest::answer($holder, 'BEGIN; LOCK TABLE ' . value("SELECT oid::regclass FROM pg_class WHERE relname = 'kept'"));
EnclaveTest::close_gate($node);
EnclaveTest::forget_hashes($node);
EnclaveTest::send_query($first, $right);
EnclaveTest::until_true('one is in his hash', sub { EnclaveTest::hashes($node) == 1 });
EnclaveTest::send_query($doomed, $right);
EnclaveTest::until_true('the doomed one waits', sub { waiting() == 1 });
EnclaveTest::send_query($next, $right);
EnclaveTest::until_true('another waits behind him', sub { waiting() == 2 });
value("SELECT pg_terminate_backend($pids[21])");
EnclaveTest::until_true('the doomed one is held up', sub {
	return value("SELECT count(*) FROM pg_stat_activity WHERE pid = $pids[21] AND wait_event_type = 'Lock'");
});
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($first), 'ok');
EnclaveTest::until_true('who was behind him comes in', sub { EnclaveTest::hashes($node) == 2 });
EnclaveTest::send_query($last, $right);
EnclaveTest::until_true('and who comes now', sub { EnclaveTest::hashes($node) == 3 });
EnclaveTest::answer($holder, 'ROLLBACK');
is(EnclaveTest::finish($_), 'ok') for $next, $last;

# Who is slow to wake up has his place all the same, and is in nobody's way.
set_places(2);
EnclaveTest::answer($_, 'RESET ALL') for @queue;
EnclaveTest::close_gate($node);
EnclaveTest::forget_hashes($node);
EnclaveTest::send_query($_, $right) for @queue[ 0 .. 1 ];
EnclaveTest::until_true('two are in their hash', sub { EnclaveTest::hashes($node) == 2 });
EnclaveTest::send_query($queue[2], $right);
EnclaveTest::until_true('the third waits', sub { waiting() == 1 });
kill 'STOP', $pids[7];
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($_), 'ok') for @queue[ 0 .. 1 ];
EnclaveTest::close_gate($node);
EnclaveTest::forget_hashes($node);
EnclaveTest::send_query($queue[3], $right);
EnclaveTest::until_true('the fourth is in its hash', sub { EnclaveTest::hashes($node) == 1 });
EnclaveTest::send_query($queue[4], $right);
EnclaveTest::until_true('the fifth waits, as the third seems to', sub { waiting() == 2 });
kill 'CONT', $pids[7];
EnclaveTest::until_true('the third is in its hash', sub { EnclaveTest::hashes($node) == 2 });
is(waiting(), 1, 'who slept has not lost his place');
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($_), 'ok') for @queue[ 2 .. 4 ];

# As many as the setting says after a reload.
set_places(4, 'enclave.hash_queue_timeout' => '20ms');
EnclaveTest::close_gate($node);
EnclaveTest::forget_hashes($node);
EnclaveTest::send_query($_, $right) for @queue[ 0 .. 3 ];
EnclaveTest::until_true('four are in their hash', sub { EnclaveTest::hashes($node) == 4 });
is(EnclaveTest::answer($queue[4], $right), 'busy', 'the fifth is told busy');
is(EnclaveTest::answer($queue[4], "SELECT enclave.verify_password('x', enclave.hash_password('x'))"), 'ERROR:  NC016',
	'or gets an error where there is no status');
EnclaveTest::open_gate($node);
is(EnclaveTest::finish($_), 'ok') for @queue[ 0 .. 3 ];

# A storm of hashes that are cancelled, killed, told busy and let in by changing limits leaves nobody in the gate,
# and what is counted as begun was.
my $begun_by_count = "SELECT value FROM enclave.stats WHERE name = 'hash:begun'";
my $begun = value($begun_by_count);
my @storm = 24 .. 43;
my $storm_pids = join ',', @pids[@storm];
EnclaveTest::forget_hashes($node);
value('CREATE TABLE storm AS SELECT 1');
EnclaveTest::send_query($sessions[$_], <<'EOC') for @storm;
DO $$
BEGIN
	LOOP
		BEGIN
			EXIT WHEN NOT EXISTS (SELECT FROM storm);
			PERFORM enclave.hash_password('x');
		EXCEPTION WHEN query_canceled OR OTHERS THEN
		END;
	END LOOP;
END $$
EOC
for my $round (1 .. 30)
{
	$node->append_conf('postgresql.conf',
		"enclave.max_concurrent_hashes = @{[ 1 + $round % 4 ]}\nenclave.hash_queue_timeout = @{[ 5 * ($round % 3) ]}");
	$node->reload;
	value("SELECT pg_cancel_backend(pid) FROM unnest(ARRAY[$storm_pids]) pid WHERE random() < 0.5");
	value("SELECT pg_terminate_backend($pids[ $storm[ $round / 3 ] ])") if $round % 3 == 0;
}
value('DELETE FROM storm');
EnclaveTest::until_true('the storm is over', sub { active() == 0 });
is(value($begun_by_count) - $begun, scalar EnclaveTest::hashes($node), 'who is counted as begun has hashed');
set_places(1, 'enclave.hash_queue_timeout' => 0);
is(value($right), 'ok', 'there is a place at once') for 1 .. 2;

eval { $_->quit } for @sessions;
$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:|SIGSEGV/, 'no backend has crashed');
done_testing();
