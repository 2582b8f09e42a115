# Attack: the table of attempts is filled by strangers, from networks of theirs, to its
# last odd place.
# Promise: who finds one place of the several that he needs is told busy, and nothing
# else happens; and in a full table what counts for a short time only gives way when
# that is over, whatever fills the rest.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', preload => 1, conf => <<'EOC');
enclave.argon2_memory = '8kB'
enclave.argon2_iterations = 1
enclave.attempt_slots = 2000
enclave.lockout_duration = '1h'
EOC

# How many of some attempts were counted, at addresses that nobody has used.
sub counted
{
	my ($name, $count, $network, $lasting) = @_;
	return $node->safe_psql('postgres', "SET enclave.lockout_duration = '$lasting';"
		  . " SELECT count(*) FILTER (WHERE status <> 'busy') FROM generate_series(1, $count) i,"
		  . " LATERAL enclave.login('$name-' || i || '\@example.net', 'wrong', $network)");
}

# Three marks each, the network's in another partition: odd numbers everywhere.
cmp_ok(counted('long', 6000, "inet '10.0.0.0' + i", '1h'), '<', 6000, 'strangers fill the table');
counted('more', 6000, 'NULL', '1h');
is(counted('late', 6000, "inet '10.1.0.0' + i", '1h'), 0, 'to the end');

# An unlocked account's places are taken again, once; another's for a second, at
# whose end they are there for others.  (One in 64 strangers needs those.)
$node->safe_psql('postgres', "SELECT enclave.unlock('long-1\@example.net')");
is(counted('once', 2000, 'NULL', '1h'), 1, 'a stranger has the places that an unlock has freed');
$node->safe_psql('postgres', "SELECT enclave.unlock('long-2\@example.net')");
cmp_ok(counted('short', 2000, 'NULL', '1s'), '>', 0, 'and another for a short time');
my $over = $node->safe_psql('postgres', "SELECT clock_timestamp() + '1s'");
$node->poll_query_until('postgres', "SELECT clock_timestamp() > '$over'");
cmp_ok(counted('next', 2000, 'NULL', '1s'), '>', 0, 'and when his attempt counts no longer others have them');

$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:/, 'no backend has crashed');
done_testing();
