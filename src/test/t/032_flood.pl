# Attack: a million addresses of the attacker's choice, so that the counters of a
# locked account are pushed out of memory, or memory grows.
# Promise: the table keeps its size; what counts is never evicted: when nothing may
# go the answer is busy, which nobody else's lock depends on; expired counts make
# room again; quotas have a table of their own, and count in rows when it is full.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $addresses = 1_000_000;
my $slots = 2000;
my $node = EnclaveTest::new_node('main', preload => 1, conf => <<"EOC");
enclave.argon2_memory = '8kB'
enclave.argon2_iterations = 1
enclave.attempt_slots = $slots
enclave.lockout_duration = '1h'
fsync = off
EOC

sub value
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', $sql);
}

my $right = "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')";
my $size = "SELECT sum(allocated_size), count(*) FROM pg_shmem_allocations WHERE name LIKE 'Enclave%'";
value("SELECT FROM enclave.signup('ann\@example.com', 'Wendeltreppe 7')");
value("SELECT FROM enclave.signup('bob\@example.com', 'Wendeltreppe 7')");
value("SELECT enclave.login('ann\@example.com', 'wrong') FROM generate_series(1, 5)");
is(value($right), 'too_many_attempts', 'an account is locked');
my $before = value($size);
cmp_ok($before, '>', 0, 'the memory is there');

# Two sessions, each with half of them, whose counts last two seconds: so the table
# fills, and empties, many times over.
my @sessions = map { EnclaveTest::session($node) } 1 .. 2;
my @pids = map { EnclaveTest::answer($_, "SET enclave.lockout_duration = '2s'; SELECT pg_backend_pid()") } @sessions;
my $half = $addresses / 2;
EnclaveTest::send_query($sessions[$_], <<"EOQ") for 0 .. 1;
SELECT status, count(*) > $slots / 2, count(*) < $half FROM generate_series(1, $half) i,
LATERAL enclave.login('$_-' || i || '\@example.net', 'wrong') GROUP BY status ORDER BY status
EOQ
my ($most, $locked, $looks) = (0, 0, 0);
# long, for a machine that has other work
local $PostgreSQL::Test::Utils::timeout_default = 5 * $PostgreSQL::Test::Utils::timeout_default;
EnclaveTest::until_true('the flood is over', sub {
	for my $pid (@pids)
	{
		my $now = EnclaveTest::process_status($pid, 'RssAnon') // 0;
		$most = $now if $now > $most;
	}
	$looks++;
	$locked++ if value($right) eq 'too_many_attempts';
	return value("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid IN (" . join(',', @pids) . ") AND state = 'active'") eq 't';
});
is(EnclaveTest::finish($_), "busy|t|t\ninvalid_credentials|t|t", 'some were hashed, the others busy, none refused or lost')
  for @sessions;
cmp_ok($locked, '==', $looks, "the account was locked throughout ($looks looks)");
is(value($right), 'too_many_attempts', 'and still is');
is(value($size), $before, 'memory has kept its size');
cmp_ok($most, '<', 128 * 1024, 'and so have the backends');

# What counts for long is never evicted, not even by what others lose by it.
EnclaveTest::answer($sessions[0], "SET enclave.lockout_duration = '1h'");
my $over = value("SELECT clock_timestamp() + '2s'");
my $round = 0;
EnclaveTest::until_true('the table is full of long ones', sub {
	# asked first: what is over in the middle of a round may leave places behind it
	my $late = value("SELECT clock_timestamp() > '$over'") eq 't';
	$round++;
	my $hashed = EnclaveTest::answer($sessions[0], "SELECT count(*) FILTER (WHERE status <> 'busy') FROM generate_series(1, 3 * $slots) i,"
		  . " LATERAL enclave.login('long-$round-' || i || '\@example.net', 'wrong')");
	return $hashed eq '0' && $late;
});
is(value($right), 'too_many_attempts', 'full of long ones: the account is locked');
my $bob = value("SELECT string_agg(DISTINCT status, ' ') FROM generate_series(1, 3) i, LATERAL enclave.login('bob\@example.com', 'Wendeltreppe 7', inet '192.0.2.0' + i)");
is($bob, 'busy', 'and who is not counted yet is told busy, the right password too');
is(value("SELECT string_agg(DISTINCT status, ' ') FROM generate_series(1, 6) i, LATERAL enclave.login('long-1-1\@example.net', 'wrong' || i)"),
	'busy', 'counted or not: nothing is hashed that cannot be counted');

# After a restart what counts is read again.  More than there is room for: then nobody
# can say who is locked, and nobody is let in, without reading it for each of them.
value("INSERT INTO enclave.login_attempts (attempted_at, success, account, pair_slot, account_slot)"
	  . " SELECT clock_timestamp(), false, sha256(i::text::bytea), 1, 1 FROM generate_series(1, 3 * $slots) i");
EnclaveTest::restart($node);
is(value("SELECT string_agg(DISTINCT status, ' ') FROM generate_series(1, 10000) i, LATERAL enclave.login('bob\@example.com', i::text)"),
	'busy', 'with more to count than there is room for everybody is told busy');

# two marks each, and a little more room than for 3 * $slots of them
# Asking costs no hash, so it must not cost others their login, nor their quota.
value('TRUNCATE enclave.login_attempts');
EnclaveTest::restart($node);
value("SELECT FROM enclave.unlock('ann\@example.com')");
value("SELECT count(*) FROM generate_series(1, 4 * $slots) i, LATERAL (SELECT enclave.forgot_password('ask-' || i || '\@example.net')) f");
cmp_ok(value("SELECT value FROM enclave.stats WHERE name = 'quotas:full'"), '>', 0, 'the quotas\' table is full');
is(value("SELECT string_agg(DISTINCT status, ' ') FROM generate_series(1, 50) i, LATERAL enclave.login('bob\@example.com', 'Wendeltreppe 7', inet '192.0.2.0' + i)"),
	'ok', 'and logins go on');
my $asks = "DO \$\$ BEGIN FOR i IN 1 .. 6 LOOP PERFORM enclave.create_magic_link('bob\@example.com'); END LOOP; END \$\$";
is(EnclaveTest::refusal($node, $asks), 'NC002', 'with its table full a quota still ends');
$asks =~ s/1 \.\. 6/1 .. 5/;
is(EnclaveTest::refusal($node, $asks), 'none', 'and not before');

eval { $_->quit } for @sessions;
$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:|SIGSEGV/, 'no backend has crashed');
done_testing();
