# Attack: telling who has an account by what a login answers or computes.
# Promise: unknown, password-less and disabled accounts, a wrong password, an
# over-long one, none and a malformed address run exactly one hash of the
# present cost each, and return the same row.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use Test::More;

plan skip_all => $EnclaveTest::no_shim unless EnclaveTest::shim_library();

my $node = EnclaveTest::new_node('main', shim => 1, conf => <<'EOC');
enclave.argon2_memory = '1MB'
enclave.argon2_iterations = 3
enclave.argon2_parallelism = 2
EOC
my $present = '1024 3 2 1 2';

$node->safe_psql('postgres', <<'EOQ');
SELECT FROM enclave.signup('ann@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.signup('disabled@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.signup('unverified@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.signup('locked@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.create_user('linkonly@example.com');
UPDATE enclave.users SET disabled_at = now() WHERE email LIKE 'disabled@%';
EOQ

my $session = EnclaveTest::session($node);
EnclaveTest::answer($session, '\pset null (null)');

# the whole row, and what was computed for it
sub probe
{
	my ($arguments) = @_;

	EnclaveTest::forget_hashes($node);
	my $row = EnclaveTest::answer($session, "SELECT * FROM enclave.login($arguments)");
	return ($row, join ';', EnclaveTest::hashes($node));
}

my $refused = 'invalid_credentials' . '|(null)' x 7;
my $long = "repeat('x', 100000)";
my @alike = (
	[ 'a wrong password' => q{'ann@example.com', 'not it'} ],
	[ 'an unknown address' => q{'nobody@example.com', 'not it'} ],
	[ 'an account without a password' => q{'linkonly@example.com', 'not it'} ],
	[ 'a disabled account' => q{'disabled@example.com', 'not it'} ],
	[ 'an over-long password, known' => qq{'ann\@example.com', $long} ],
	[ 'an over-long password, unknown' => qq{'nobody\@example.com', $long} ],
	[ 'an over-long password that begins with the right one' => qq{'ann\@example.com', 'Wendeltreppe 7' || $long} ],
	[ 'no password, known' => q{'ann@example.com', NULL} ],
	[ 'no password, unknown' => q{'nobody@example.com', NULL} ],
	[ 'no password, none stored' => q{'linkonly@example.com', NULL} ],
	[ 'an empty password' => q{'ann@example.com', ''} ],
	[ 'an empty password, none stored' => q{'linkonly@example.com', ''} ],
	[ 'a malformed address' => q{'not an address', 'Wendeltreppe 7'} ],
	[ 'an over-long address' => qq{$long || '\@example.com', 'Wendeltreppe 7'} ],
	[ 'no address' => q{NULL, 'Wendeltreppe 7'} ],
	[ 'an empty address' => q{'', 'Wendeltreppe 7'} ],
	[ 'nothing at all' => 'NULL, NULL' ]);
for my $case (@alike)
{
	my ($name, $arguments) = @$case;
	my ($row, $computed) = probe($arguments);

	is($row, $refused, "$name: the row of a refusal");
	is($computed, $present, "$name: one hash of the present cost");
	EnclaveTest::answer($session, 'DELETE FROM enclave.login_attempts');
}

# Disabled and unverified are told to who knows the password, for one hash too.
my ($row, $computed) = probe(q{'disabled@example.com', 'Wendeltreppe 7'});
is($row, 'account_disabled' . '|(null)' x 7, 'a disabled account, with its password');
is($computed, $present, 'one hash');
EnclaveTest::answer($session, 'SET enclave.require_verified_email = on');
($row, $computed) = probe(q{'unverified@example.com', 'Wendeltreppe 7'});
is($row, 'email_not_verified' . '|(null)' x 7, 'an unverified account, with its password');
is($computed, $present, 'one hash');
($row, $computed) = probe(q{'unverified@example.com', 'not it'});
is($row, $refused, 'an unverified account, without');
is($computed, $present, 'one hash');
EnclaveTest::answer($session, 'RESET enclave.require_verified_email');

($row, $computed) = probe(q{'ann@example.com', 'Wendeltreppe 7'});
like($row, qr/^ok\|\d+\|eat_/, 'the right password');
is($computed, $present, 'one hash');

# A lock is told for known and unknown alike, for no hash.
for my $email ('locked@example.com', 'unknown@example.com', 'not an address', 'linkonly@example.com')
{
	my $start = time;
	probe("'$email', 'not it'") for 1 .. 5;
	($row, $computed) = probe("'$email', 'Wendeltreppe 7'");
	my $passed = time - $start + 1;
	my ($minutes, $seconds) = $row =~ /^too_many_attempts(?:\|\(null\)){3}\|00:(\d\d):(\d\d(?:\.\d+)?)(?:\|\(null\)){3}$/;
	ok(defined $minutes, "$email is locked") or diag($row);
	my $left = 60 * ($minutes // 0) + ($seconds // 0);
	ok(900 - $passed <= $left && $left <= 900, "and says for how long: $left seconds of 900, after $passed at most");
	is($computed, '', 'nothing is hashed');
}

# Where nothing can be counted nothing is hashed.
for my $email ('ann@example.com', 'nobody@example.com')
{
	EnclaveTest::forget_hashes($node);
	is(EnclaveTest::answer($session, "BEGIN READ ONLY; SELECT status FROM enclave.login('$email', 'not it'); ROLLBACK"),
		'ERROR:  25006', "$email in a read-only transaction");
	is(scalar EnclaveTest::hashes($node), 0, 'nothing is hashed');
}

# The outdated hash of a known account costs what it costs, once; then it is
# renewed.  (It cannot be told from the present cost by what is returned.)
EnclaveTest::answer($session, 'DELETE FROM enclave.login_attempts');
EnclaveTest::answer($session, q{SET enclave.argon2_iterations = 4});
($row, $computed) = probe(q{'ann@example.com', 'Wendeltreppe 7'});
is($computed, "$present;1024 4 2 1 2", 'a login renews an outdated hash');
($row, $computed) = probe(q{'ann@example.com', 'Wendeltreppe 7'});
is($computed, '1024 4 2 1 2', 'once');

$session->quit;
$node->stop;
done_testing();
