# Promise: a hash cannot be interrupted, so one that asks for too much, stored,
# imported or configured, is refused before any memory is taken (NC015, NC013).
# Not by a clock: the shim has seen no computation, and the backend's peak of
# virtual memory has not moved.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use Test::More;

plan skip_all => $EnclaveTest::no_shim unless EnclaveTest::shim_library();

my $node = EnclaveTest::new_node('main', shim => 1, conf => "enclave.argon2_memory = '64kB'\n");
my $rest = 'c2FsdHNhbHRzYWx0c2FsdA$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

# name => parameters
my @greedy = (
	[ 'm = 4 GiB' => 'm=4194304,t=1,p=1' ],
	[ 'm = 4 TiB' => 'm=4294967295,t=1,p=1' ],
	[ 'm beyond 32 bits' => 'm=4294967360,t=1,p=1' ],
	[ 't = 2^31' => 'm=64,t=2147483648,p=1' ],
	[ 't beyond 32 bits' => 'm=64,t=4294967297,p=1' ],
	[ 'p = 2^24' => 'm=64,t=1,p=16777216' ],
	[ 'p = 2^24 with the memory for it' => 'm=134217728,t=1,p=16777216' ],
	[ 'm and t allowed, not together' => 'm=1048576,t=64,p=1' ]);

$node->safe_psql('postgres', "SELECT FROM enclave.signup('victim\@example.com', 'Wendeltreppe 7')");

my $session = EnclaveTest::session($node);
my $pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');
# everything that a first call brings in is there
EnclaveTest::answer($session, "SELECT FROM enclave.login('victim\@example.com', 'Wendeltreppe 7')");
EnclaveTest::answer($session, "SELECT enclave.verify_password('a', enclave.hash_password('a'))");
my $peak = EnclaveTest::process_status($pid, 'VmPeak');
EnclaveTest::forget_hashes($node);

for my $case (@greedy)
{
	my ($name, $parameters) = @$case;
	my $hash = "\$argon2id\$v=19\$$parameters\$$rest";

	for my $call (
		"enclave.import_user('greedy\@example.com', '$hash')",
		"enclave.verify_password('Wendeltreppe 7', '$hash')",
		"enclave.needs_rehash('$hash')")
	{
		my ($function) = $call =~ /^enclave\.(\w+)/;
		is(EnclaveTest::answer($session, "SELECT $call"), 'ERROR:  NC015', "$name: $function");
	}

	# put there behind the extension's back
	EnclaveTest::answer($session, "UPDATE enclave.users SET password_hash = '$hash'");
	is(EnclaveTest::answer($session,
			"SELECT status FROM enclave.login('victim\@example.com', 'Wendeltreppe 7')"),
		'ERROR:  NC015', "$name: login, stored");
}
is(scalar EnclaveTest::hashes($node), 0, 'nothing of all this was computed');

my $message = '';
$node->psql('postgres',
	"SELECT enclave.verify_password('Wendeltreppe 7', '\$argon2id\$v=19\$m=4194304,t=1,p=1\$$rest')",
	stderr => \$message);
like($message, qr/password hash is not supported/, 'the message says what');
unlike($message =~ s/^(?:LINE|QUERY|STATEMENT).*//gmr, qr/AAECAwQFBgcICQoL|c2FsdHNhbHRz|Wendeltreppe/,
	'and neither hash, salt nor password');

# The administrator's own limit, and his own settings.
is(EnclaveTest::answer($session, "SET enclave.max_hash_memory = '32MB';"
		  . " SELECT enclave.verify_password('a', '\$argon2id\$v=19\$m=65536,t=1,p=1\$$rest')"),
	'ERROR:  NC015', 'above max_hash_memory');
for my $settings ("SET enclave.argon2_memory = '33MB'",
	"SET enclave.argon2_memory = 16; SET enclave.argon2_parallelism = 4")
{
	is(EnclaveTest::answer($session, "$settings; SELECT enclave.hash_password('a')"),
		'ERROR:  NC013', "$settings: no new hash");
	is(EnclaveTest::answer($session, "SELECT status FROM enclave.login('x\@example.com', 'a')"),
		'ERROR:  NC013', "$settings: no decoy");
}
EnclaveTest::answer($session, 'RESET ALL');
is(scalar EnclaveTest::hashes($node), 0, 'nothing of this was computed either');

SKIP:
{
	skip 'no VmPeak in /proc here', 1 unless defined $peak;
	cmp_ok(EnclaveTest::process_status($pid, 'VmPeak') - $peak, '<', 64 * 1024,
		'and the backend has asked for no memory');
}

# The counter counts: one within the limits.
is(EnclaveTest::answer($session,
		"SELECT enclave.verify_password('a', '\$argon2id\$v=19\$m=64,t=1,p=2\$$rest')"),
	'f', 'a modest hash is computed');
is(join(';', EnclaveTest::hashes($node)), '64 1 2 1 2', 'and seen');

$session->quit;
$node->stop;
done_testing();
