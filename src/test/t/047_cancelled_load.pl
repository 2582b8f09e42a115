# Attack: after a flood and a restart, logins of a role whose statements are cut off
# before all that counts is loaded, so that nobody gets in; most of the flood at one
# account, from networks that it is known from, so that each failure has all the
# others, and all successes, to be compared with.
# Promise: whoever is cancelled while he loads goes on where he was, what was counted
# before the start counts, and loading takes no more memory for more of it.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', preload => 1, conf => <<'EOC');
enclave.argon2_memory = '8kB'
enclave.lockout_duration = '1h'
fsync = off
EOC

$node->safe_psql('postgres', <<'EOQ');
SELECT enclave.login('last@example.com', 'wrong', '192.0.2.1') FROM generate_series(1, 5);
EOQ
$node->poll_query_until('postgres', 'SELECT count(*) = 5 FROM enclave.login_attempts');
$node->safe_psql('postgres', <<'EOQ');
INSERT INTO enclave.login_attempts (account, network, user_id, success, attempted_at, pair_slot, account_slot)
SELECT sha256(i::text::bytea), '192.0.2.9', 0, false, now() - interval '6 min' + i * interval '1 us', 1, 1
FROM generate_series(1, 20000) i;
INSERT INTO enclave.login_attempts (account, network, user_id, success, attempted_at, pair_slot)
SELECT sha256('own@example.com'), cidr(inet '10.0.0.0' + i), 0, false, now() - interval '5 min' + i * interval '1 us', 1
FROM generate_series(1, 100000) i;
INSERT INTO enclave.login_attempts (account, network, user_id, success, attempted_at)
SELECT sha256('own@example.com'), cidr(inet '10.64.0.0' + i), 0, true, now() - interval '4 min' + i * interval '1 us'
FROM generate_series(1, 50000) i
EOQ
EnclaveTest::restart($node);

# In one session: it has made some way at every look.
my $session = EnclaveTest::session($node);
EnclaveTest::answer($session, "SET statement_timeout = '400ms'");
my $login = "SELECT status FROM enclave.login('last\@example.com', 'wrong', '192.0.2.1')";
EnclaveTest::until_true('a login that is cut off comes through in the end', sub {
	return EnclaveTest::answer($session, $login) !~ /57014/;
});
is($node->safe_psql('postgres', $login), 'too_many_attempts', 'and what was locked before the start is');

$session->quit;

# Once more, and not cut off: what it takes at the most against what is left of it.
EnclaveTest::restart($node);
$session = EnclaveTest::session($node);
my $pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');
my $most = 0;
EnclaveTest::send_query($session, "$login; SET application_name = 'loaded'");
EnclaveTest::until_true('all is loaded', sub {
	my $now = EnclaveTest::process_status($pid, 'RssAnon') // 0;
	$most = $now if $now > $most;
	return $node->safe_psql('postgres', "SELECT application_name FROM pg_stat_activity WHERE pid = $pid") eq 'loaded';
});
is(EnclaveTest::finish($session), 'too_many_attempts', 'loaded by one login');
SKIP:
{
	my $left = EnclaveTest::process_status($pid, 'RssAnon');
	skip 'no RssAnon in /proc here', 1 unless defined $left;
	cmp_ok($most - $left, '<', 1024, 'and it took less than a megabyte for a while');
}

$session->quit;
$node->stop;
done_testing();
