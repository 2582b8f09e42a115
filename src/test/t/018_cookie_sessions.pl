# Promise: a standby verifies sessions, as they were touched, filled and ended a
# moment before, and refuses by 25006 whatever would write; promoted, it goes on
# with them.  A crash loses nothing.  A session login costs one hash, known or
# unknown, and none when locked.  A touch leaves the indexes alone.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $shim = EnclaveTest::shim_library();
my $node = EnclaveTest::new_node('main', shim => $shim ne '', init => [ allows_streaming => 1 ],
	conf => "enclave.argon2_memory = '64kB'\nenclave.argon2_iterations = 1\n");

sub answer
{
	my ($where, $sql) = @_;
	return $where->safe_psql('postgres', $sql);
}

sub verified
{
	my ($where, $token) = @_;
	return answer($where, "SELECT data FROM enclave.verify_session('$token')");
}

answer($node, "SELECT FROM enclave.signup('ann\@example.com', 'Wendeltreppe 7')");
my $id = answer($node, "SELECT id FROM enclave.find_user('ann\@example.com')");
my %session = map { $_ => answer($node, "SELECT token FROM enclave.create_session($id)") } qw(live ended all);

# A standby.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
is(verified($standby, $session{live}), '{}', 'a standby verifies a session');
answer($node, "SELECT enclave.set_session_data('$session{live}', '[1]')");
answer($node, "UPDATE enclave.sessions SET created_at = created_at - interval '1 hour', expires_at = clock_timestamp() + interval '1 min'");
answer($node, "SELECT expires_at FROM enclave.touch_session('$session{live}')");
answer($node, "SELECT ended FROM enclave.end_session('$session{ended}')");
$node->wait_for_catchup($standby);
is(answer($standby, "SELECT data, expires_at - clock_timestamp() > '1:50' FROM enclave.verify_session('$session{live}')"),
	'[1]|t', 'with its new data and end');
is(verified($standby, $session{ended}), '', 'and not the one that was ended');
is(answer($standby, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT data FROM enclave.verify_session('$session{live}'); COMMIT"),
	'[1]', 'in a REPEATABLE READ transaction too');
is(answer($standby, "BEGIN; SELECT enclave.authenticate('$session{live}') = $id, enclave.session_id() IS NOT NULL; COMMIT"),
	't|t', 'where it authenticates');
is(answer($standby, "SELECT count(*) FROM enclave.user_sessions($id)"), 2, 'and is listed');
for my $call (
	"enclave.login_session('ann\@example.com', 'Wendeltreppe 7')",
	"enclave.login_session('nobody\@example.com', 'wrong')",
	"enclave.create_session($id)",
	"enclave.touch_session('$session{live}')",
	"enclave.set_session_data('$session{live}', '{}')",
	"enclave.end_session('$session{live}')",
	"enclave.end_user_sessions($id)")
{
	my ($function) = $call =~ /(\w+)\(/;
	is(EnclaveTest::refusal($standby, "SELECT $call"), '25006', "$function is refused there");
}

# A crash of the primary.
$node->stop('immediate');
EnclaveTest::start($node);
is(verified($node, $session{live}), '[1]', 'after a crash: the session');
is(verified($node, $session{ended}), '', 'and the end of the other');
is(answer($node, "SELECT enclave.end_all($id, '$session{live}')"), 1, 'all but one are ended');
$node->wait_for_catchup($standby);
is(verified($standby, $session{live}), '[1]', 'the standby keeps the one');
is(verified($standby, $session{all}), '', 'and ends the other');

# A touch moves the mark where it lies.
answer($node, "SELECT enclave.touch_session('$session{live}')") for 1 .. 20;
EnclaveTest::until_true('the statistics have come', sub {
	answer($node, "SELECT n_tup_upd >= 20 FROM pg_stat_user_tables WHERE relid = 'enclave.session_marks'::regclass") eq 't' });
is(answer($node, "SELECT n_tup_upd - n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'enclave.session_marks'::regclass"),
	0, 'touches leave the indexes alone');
is(answer($node, "SELECT coalesce(sum(n_tup_upd), 0) FROM pg_stat_user_tables WHERE relid = 'enclave.sessions'::regclass AND n_tup_upd > 10"),
	0, 'and the sessions themselves');

# One hash for each attempt.
SKIP:
{
	skip $EnclaveTest::no_shim, 4 unless $shim;
	for my $case ([ 'ann@example.com', 'wrong', 1 ], [ 'nobody@example.com', 'wrong', 1 ],
		[ 'ann@example.com', 'Wendeltreppe 7', 1 ])
	{
		my ($email, $password, $hashes) = @$case;
		EnclaveTest::forget_hashes($node);
		answer($node, "SELECT FROM enclave.login_session('$email', '$password', replaces => 'x')");
		is(scalar EnclaveTest::hashes($node), $hashes, "$email with '$password': one hash");
	}
	answer($node, "SELECT FROM enclave.login_session('ann\@example.com', 'wrong $_')") for 1 .. 5;
	EnclaveTest::forget_hashes($node);
	is(answer($node, "SELECT status FROM enclave.login_session('ann\@example.com', 'Wendeltreppe 7')")
		  . ' ' . scalar EnclaveTest::hashes($node), 'too_many_attempts 0', 'locked: none');
}

# The standby takes over.
$node->wait_for_catchup($standby);
$node->stop;
$standby->promote;
is(answer($standby, "SELECT set_cookie LIKE '__Host-enclave_session=ess%' FROM enclave.touch_session('$session{live}')"),
	't', 'promoted, it goes on with the session');
is(answer($standby, "SELECT v.session_id > (SELECT max(id) FROM enclave.sessions WHERE id <> v.session_id)"
		  . " FROM enclave.create_session($id) s, enclave.verify_session(s.token) v"), 't', 'and makes new ones');
$standby->stop;
done_testing();
