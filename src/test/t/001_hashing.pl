# Promise: hashes are Argon2id as everybody computes it, in both directions,
# with any script; one thread does the work whatever the lanes say; and the
# memory goes back to the system.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $have_tool = eval { run_command([ 'argon2', '-h' ]); 1 };
my $shim = EnclaveTest::shim_library();
my $node = EnclaveTest::new_node('main', shim => !!$shim);

# bytes, as UTF-8
my %passwords = (
	ascii => q{it's "a" plain $one\\},
	umlauts => 'Grüße aus Köln',
	han => '漢字の合言葉です',
	emoji => 'naïve 🔑🚪 door');

# psql's own quoting; the value comes through a file, so through no shell
sub tool_hash
{
	my ($password, $salt, $memory, $iterations, $lanes) = @_;
	my ($output, $errors);

	IPC::Run::run([ 'argon2', $salt, '-id', '-k', $memory, '-t', $iterations,
			'-p', $lanes, '-l', 32, '-e' ],
		'<', \$password, '>', \$output, '2>', \$errors)
	  or die "argon2: $errors";
	chomp $output;
	return $output;
}

sub quote
{
	my ($value) = @_;
	return "'" . ($value =~ s/'/''/gr) . "'";
}

# The salt of a PHC string, as bytes.
sub phc_salt
{
	my ($base64) = $_[0] =~ /^\$argon2id\$v=19\$[^\$]*\$([^\$]*)\$/;
	require MIME::Base64;
	return MIME::Base64::decode_base64($base64);
}

SKIP:
{
	skip 'no argon2 command-line tool (argon2)', 32 unless $have_tool;

	for my $cost ([ 19456, 2, 1 ], [ 65536, 3, 4 ])
	{
		my ($memory, $iterations, $lanes) = @$cost;
		my $settings = "SET enclave.argon2_memory = $memory;"
		  . " SET enclave.argon2_iterations = $iterations;"
		  . " SET enclave.argon2_parallelism = $lanes;";

		for my $name (sort keys %passwords)
		{
			my $password = $passwords{$name};
			my $quoted = quote($password);
			my $theirs = tool_hash($password, 'saltfrom' . $name, @$cost);

			like($theirs, qr/^\$argon2id\$v=19\$m=$memory,t=$iterations,p=$lanes\$/,
				"the tool hashes $name at @$cost");
			is($node->safe_psql('postgres',
					"SELECT enclave.verify_password($quoted, '$theirs'),"
					  . " enclave.verify_password($quoted || ' ', '$theirs')"),
				't|f', "its hash of $name verifies here, and of nothing else");

			# Here and there with one salt; one that no C string can hold is
			# one in sixteen, then another is drawn.
			my ($ours, $salt);
			do
			{
				$ours = $node->safe_psql('postgres',
					"$settings SELECT enclave.hash_password($quoted)");
				$salt = phc_salt($ours);
			} while ($salt =~ /\0/ || $salt =~ /^-h/);
			is($ours, tool_hash($password, $salt, @$cost),
				"our hash of $name is the tool's with the same salt");
		}

		# An account that comes with such a hash.
		my $email = "import$lanes\@example.com";
		my $hash = tool_hash($passwords{han}, 'saltofimport', @$cost);
		my $quoted = quote($passwords{han});
		$node->safe_psql('postgres', "SELECT FROM enclave.import_user('$email', '$hash')");
		is($node->safe_psql('postgres',
				"SELECT status FROM enclave.login('$email', 'not it')"),
			'invalid_credentials', "imported at @$cost: a wrong password");
		is($node->safe_psql('postgres', "SELECT status FROM enclave.login('$email', $quoted)"),
			'ok', "imported at @$cost: the right one");
		like($node->safe_psql('postgres',
				"SELECT password_hash FROM enclave.users WHERE email = '$email'"),
			qr/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
			'its hash is of the present cost after the login');
		is($node->safe_psql('postgres', "SELECT status FROM enclave.login('$email', $quoted)"),
			'ok', 'and it still lets in');
	}
}

# One thread: a second one would run the server's signal handlers.
SKIP:
{
	skip $EnclaveTest::no_shim, 3 unless $shim;
	my $session = EnclaveTest::session($node);
	my $pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');
	skip 'no /proc here', 3 unless defined EnclaveTest::process_status($pid, 'Threads');

	EnclaveTest::answer($session,
		"SET enclave.argon2_memory = '128MB'; SET enclave.argon2_iterations = 4;"
		  . " SET enclave.argon2_parallelism = 4");
	EnclaveTest::forget_hashes($node);

	# Sampled between the beginning, which the shim tells, and the end, which
	# the row in t would not be visible before.
	my ($samples, $most) = (0, 0);
	for my $round (1 .. 20)
	{
		last if $samples >= 3;
		EnclaveTest::forget_hashes($node);
		EnclaveTest::send_query($session, "SELECT length(enclave.hash_password('four lanes'))");
		EnclaveTest::until_true('the hash has begun', sub { EnclaveTest::hashes($node) });
		while (1)
		{
			my $threads = EnclaveTest::process_status($pid, 'Threads');
			$session->{run}->pump_nb;
			last if $session->{stdout} ne '';
			$samples++;
			$most = $threads if $threads > $most;
			usleep(2_000);
		}
		EnclaveTest::finish($session);
	}
	cmp_ok($samples, '>=', 3, 'the backend was looked at during a hash of four lanes');
	is($most, 1, 'and had one thread each time');
	is(join(';', (EnclaveTest::hashes($node))[0], EnclaveTest::threads($node)),
		'131072 4 4 1 2;0', 'the library was told one thread, and made none');
	$session->quit;
}

# Memory: with malloc a backend would keep 19 MiB and more after its first logins.
SKIP:
{
	my $session = EnclaveTest::session($node);
	my $pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');
	skip 'no RssAnon in /proc here', 3
	  unless defined EnclaveTest::process_status($pid, 'RssAnon');

	# in another backend, so that the first login is this one's first hash
	$node->safe_psql('postgres', "SELECT FROM enclave.signup('memory\@example.com', 'Wendeltreppe 7')");
	my $login = "SELECT status FROM enclave.login('memory\@example.com', 'Wendeltreppe 7')";
	my @statuses = EnclaveTest::answer($session, $login);
	my $first = EnclaveTest::process_status($pid, 'RssAnon');
	push @statuses, EnclaveTest::answer($session, $login) for 2 .. 50;
	my $last = EnclaveTest::process_status($pid, 'RssAnon');

	is(scalar(grep { $_ eq 'ok' } @statuses), 50, 'fifty logins of one backend at 19 MiB');
	cmp_ok($last - $first, '<', 1024,
		"RssAnon grew by less than 1 MiB from the first to the last ($first to $last kB)");
	cmp_ok($last, '<', 19456, 'and is less than the memory of one hash');
	$session->quit;
}

$node->stop;
done_testing();
