# Attack: many guesses at once, so that each sees the counter of before.
# Promise: no more than the limit are ever hashed against the account's own
# hash, in autocommit and in open transactions; the others are refused without
# hashing and without waiting; and the counts outlive the server.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use Test::More;

plan skip_all => $EnclaveTest::no_shim unless EnclaveTest::shim_library();

my $node = EnclaveTest::new_node('main', shim => 1, conf => "enclave.argon2_memory = '64kB'\n");

# The account's own hash has a cost that nothing else has.
my $own = '1024 3 1 1 2';
my %email = map { $_ => "$_\@example.com" } qw(gated free open two);
$node->safe_psql('postgres',
	"SET enclave.argon2_memory = '1MB'; SET enclave.argon2_iterations = 3;"
	  . join ' ', map { "SELECT FROM enclave.signup('$_', 'Wendeltreppe 7');" } values %email);

my @sessions = map { EnclaveTest::session($node) } 1 .. 8;

sub guesses
{
	my ($email, $count) = @_;
	return join "\n", map { "SELECT status FROM enclave.login('$email', 'wrong $_');" } 1 .. $count;
}

sub tally
{
	my %count;
	$count{$_}++ for map { split /\n/ } @_;
	return join ' ', map { "$_=$count{$_}" } sort keys %count;
}

# Forty guesses over eight connections; hashing is held up, so that all are in
# flight at once.  Five sessions come to the hash, the three others come to
# their end meanwhile.
EnclaveTest::forget_hashes($node);
EnclaveTest::close_gate($node);
EnclaveTest::send_query($_, guesses($email{gated}, 5)) for @sessions;
EnclaveTest::until_true('five sessions hash and three are done', sub {
	$node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity"
		  . " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state = 'idle'") == 3
	  && EnclaveTest::hashes($node) == 5;
});
is(tally(EnclaveTest::hashes($node)), "$own=5", 'five are hashed while all are in flight');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"),
	0, 'nobody waits for a lock');
EnclaveTest::open_gate($node);
is(tally(map { EnclaveTest::finish($_) } @sessions),
	'invalid_credentials=5 too_many_attempts=35', 'forty guesses, five answered');
is(tally(EnclaveTest::hashes($node)), "$own=5", 'and no more were hashed');

# Two hundred, as fast as they come.
EnclaveTest::forget_hashes($node);
EnclaveTest::send_query($_, guesses($email{free}, 25)) for @sessions;
is(tally(map { EnclaveTest::finish($_) } @sessions),
	'invalid_credentials=5 too_many_attempts=195', 'two hundred guesses, five answered');
is(tally(EnclaveTest::hashes($node)), "$own=5", 'five hashed');

# In open transactions that none of them ends.
EnclaveTest::forget_hashes($node);
EnclaveTest::answer($_, 'BEGIN') for @sessions;
EnclaveTest::send_query($_, guesses($email{open}, 5)) for @sessions;
is(tally(map { EnclaveTest::finish($_) } @sessions),
	'invalid_credentials=5 too_many_attempts=35', 'in open transactions: five answered, nobody waited');
is(tally(EnclaveTest::hashes($node)), "$own=5", 'five hashed');
is($node->safe_psql('postgres', "SELECT status FROM enclave.login('$email{open}', 'Wendeltreppe 7', '192.0.2.9')"),
	'ok', 'the owner comes in from a network of his own meanwhile');
EnclaveTest::answer($_, 'COMMIT') for @sessions;
is($node->safe_psql('postgres', "SELECT status FROM enclave.login('$email{open}', 'Wendeltreppe 7')"),
	'too_many_attempts', 'and the commits keep the count');

# What was counted outlives a restart.
EnclaveTest::answer($sessions[0], guesses($email{two}, 3));
$_->quit for @sessions;
EnclaveTest::restart($node);
EnclaveTest::forget_hashes($node);
is($node->safe_psql('postgres', guesses($email{gated}, 1)), 'too_many_attempts',
	'after a restart: still locked');
is(tally(EnclaveTest::hashes($node)), '', 'nothing hashed');
is(tally($node->safe_psql('postgres', guesses($email{two}, 4))),
	'invalid_credentials=2 too_many_attempts=2', 'three before and two after make five');
is(tally(EnclaveTest::hashes($node)), "$own=2", 'two hashed');

$node->stop;
done_testing();
