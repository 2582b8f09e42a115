# Promise: with the library preloaded a canary password and a canary token are
# not in the server's log, as literals or bound, whatever is logged and by which
# process, while the client is told what it always was (security.md 18).  With
# redact_log off the same statements show them: so this test can fail.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my ($version) = `pg_config --version` =~ /(\d+)/;
my $python = '/usr/bin/python3';
my $driver = -x $python && system("$python -c 'import psycopg' 2>/dev/null") == 0;
my $explain = -e (split /\n/, `pg_config --pkglibdir`)[0] . '/auto_explain.so';
my $formats = 'stderr,csvlog' . ($version >= 15 ? ',jsonlog' : '');

my $node = EnclaveTest::new_node('main',
	init => [ allows_streaming => 1 ],
	extension => 0,
	conf => <<"EOC");
shared_preload_libraries = 'enclave@{[ $explain ? ',auto_explain' : '' ]}'
logging_collector = on
log_destination = '$formats'
log_rotation_size = 0
log_statement = 'none'
restart_after_crash = off
enclave.argon2_memory = '64kB'
EOC
$node->safe_psql('postgres', 'CREATE EXTENSION enclave');
$node->safe_psql('postgres', 'CREATE TABLE numbers AS SELECT generate_series(0, 9) AS n');
$node->safe_psql('postgres', <<'EOQ');
CREATE FUNCTION wrapper(password text) RETURNS text LANGUAGE plpgsql
    AS $$BEGIN RETURN (SELECT enclave.login('a@b.c', password, password::inet)); END$$;
EOQ

# What shows a literal, each alone: [name, the session's settings, whether it
# shows a bound value too].
my @settings = (
	[ 'log_statement', '-c log_statement=all', 1 ],
	[ 'log_min_duration_statement', '-c log_min_duration_statement=0', 1 ],
	[ 'log_duration', '-c log_duration=on -c log_statement=all', 1 ],
	[ 'log_min_error_statement', '-c log_min_error_statement=error', 0 ],
	[ 'log_parameter_max_length_on_error', '-c log_parameter_max_length_on_error=-1', 1 ],
	[ 'debug_print_parse', '-c debug_print_parse=on', 0 ],
	[ 'debug_print_rewritten, not pretty', '-c debug_print_rewritten=on -c debug_pretty_print=off', 0 ],
	[ 'debug_print_plan', '-c debug_print_plan=on', 1 ],
	[ 'log_min_messages', '-c log_min_messages=debug5 -c log_min_error_statement=debug5', 0 ],
);
push @settings,
  map { [ "auto_explain, $_", "-c auto_explain.log_min_duration=0 -c auto_explain.log_nested_statements=on -c auto_explain.log_format=$_", 0 ] }
  qw(text json xml yaml)
  if $explain;

my $folder = PostgreSQL::Test::Utils::tempdir();
my $bound = "$folder/bound.py";
append_to_file($bound, <<'EOP');
import sys
import psycopg

def play(connection, email, password, token):
    def run(sql, arguments, **how):
        try:
            return connection.execute(sql, arguments, **how).fetchone()
        except psycopg.Error as error:
            return (error.sqlstate,)

    answers = []
    for mark in '%s', '%b', '%t':
        for prepare in False, True:
            answers.append(run(f'SELECT status FROM enclave.login({mark}, {mark})', (email, password), prepare=prepare))
            answers.append(run(f'SELECT count(*) FROM enclave.verify_token({mark})', (token,), prepare=prepare))
        answers.append(run(f'SELECT 1 / (length(enclave.hash_password({mark})) - length(enclave.hash_password({mark})))', (password, password)))
        answers.append(run(f'SELECT count(*) FROM enclave.verify_token({mark}) HAVING 1 / count(*) > 0', (token + 'x',)))
        answers.append(run(f'SELECT login FROM enclave.log_in({mark}, {mark})', (email, password)))
    print(' '.join(str(answer[0]) for answer in answers))

for line in sys.stdin:
    options, *canary = line.rstrip('\n').split('\t')
    with psycopg.connect('dbname=postgres', autocommit=True, options=options) as connection:
        play(connection, *canary)
EOP
my $bench = "$folder/bound.sql";
append_to_file($bench, <<'EOP');
SELECT status FROM enclave.login(:email, :password);
SELECT count(*) FROM enclave.verify_token(:token);
EOP

# Run a client in sessions with these settings.
sub run_with
{
	my ($options, @command) = @_;
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGOPTIONS} = $options;
	return run_command(\@command);
}

# All that psql is told, and in which order it was told what.
sub literals
{
	my ($options, $email, $password, $token) = @_;
	my $file = "$folder/literals.sql";

	unlink $file;
	append_to_file($file, <<"EOS");
SELECT status FROM enclave.login('$email', '$password');
SELECT status FROM "enclave"."login"(password => \$\$$password\$\$, email => '$email');
SELECT status FROM U&"\\0065nclave".U&"l!006fgin" UESCAPE '!' ('$email', E'\\x41$password');
SELECT count(*) FROM enclave.verify_token('$token');
PREPARE p(text, text) AS SELECT status FROM enclave.login(\$1, \$2);
EXECUTE p('$email', '$password');
DO \$\$BEGIN PERFORM enclave.login('$email', '$password'); END\$\$;
DO \$\$BEGIN EXECUTE 'SELECT encl' || 'ave.login(''$email'', ''$password'')'; END\$\$;
SET search_path = enclave;
SELECT status FROM login /* it's */ ('$email', '$password');
RESET search_path;
SELECT 1 AS one \\; SELECT status FROM enclave.login('$email', '$password') /* $password */;
SELECT 1 / 0 FROM enclave.login('$email', '$password');
SELECT enclave.login('$email', '$password'::int::text);
SELECT enclave.login('$email', "$password");
SELECT enclave.login('$email' '$password');
SELECT enclave.login('$email', E'it\\'s $password') FROM;
SELECT enclave.verify_token('$token' '$token');
SELECT octet_length('$token'), 1 / 0;
SELECT count(1 / n) FROM numbers WHERE 'enclave $password' <> 'x';
EOS
	my ($stdout, $stderr) = run_with($options, 'psql', '-XAtq', '-v', 'VERBOSITY=sqlstate', '-d', 'postgres',
		'-f', $file, '-c', "SELECT enclave.login('$email', '$password", '-c', "EXECUTE q('$password')");
	return join ' ', split(/\n/, $stdout), $stderr =~ /ERROR:  (\w+)/g;
}

# The same under each setting, each with a password of its own, so that it can
# be told which has shown it.
sub play
{
	my ($run) = @_;
	my $parallel = $version >= 16 ? 'debug_parallel_query' : 'force_parallel_mode';
	# of statements that came as one, psql before 15 shows the last answer only
	my $two = $version >= 15 ? '1 ok' : 'ok';
	my (@canaries, $prepare, $script);

	for my $i (0 .. $#settings)
	{
		my %canary = (literal => "Zaunkoenig-$run$i-Pfeift", bound => "Nachtigall-$run$i-Singt");

		$prepare .= "SELECT FROM enclave.signup('$_-$run-$i\@example.com', '$canary{$_}');\n"
		  . "SELECT token FROM enclave.login('$_-$run-$i\@example.com', '$canary{$_}');\n"
		  for 'literal', 'bound';
		push @canaries, \%canary;
	}
	my @tokens = grep { $_ ne '' } split /\n/, $node->safe_psql('postgres', $prepare);
	@$_{ 'literal token', 'bound token' } = splice(@tokens, 0, 2) for @canaries;

	for my $i (0 .. $#settings)
	{
		my ($name, $options, $bound_shows) = @{ $settings[$i] };
		my $canary = $canaries[$i];
		my $email = "bound-$run-$i\@example.com";

		is(literals("$options -c $parallel=on", "literal-$run-$i\@example.com", @$canary{ 'literal', 'literal token' }),
			"ok ok invalid_credentials 1 ok ok $two 22012 22P02 42703 42601 42601 42601 22012 22012 42601 26000",
			"$run: $name: psql is answered as it should be");
		$script .= join("\t", $options, $email, @$canary{ 'bound', 'bound token' }) . "\n";
		next unless $bound_shows;
		my (undef, $stderr) = run_with($options, 'pgbench', '-n', '-t', '2', '-M', 'prepared', '-f', $bench,
			'-D', "email=$email", '-D', "password=$canary->{bound}", '-D', "token=$canary->{'bound token'}", 'postgres');
		unlike($stderr, qr/error/i, "$run: $name: and pgbench") or diag $stderr;
	}
  SKIP:
	{
		skip "no psycopg 3 for $python (Debian: python3-psycopg)", 1 unless $driver;
		local $ENV{PGHOST} = $node->host;
		local $ENV{PGPORT} = $node->port;
		my ($stdout, $stderr) = ('', '');
		IPC::Run::run([ $python, $bound ], '<', \$script, '>', \$stdout, '2>', \$stderr);
		is($stdout, (join(' ', ('ok 1 ok 1 22012 22012 42883') x 3) . "\n") x @settings, "$run: and so is a driver")
		  or diag $stderr;
	}
	return @canaries;
}

# All that was logged, in each format, on one line: trees of nodes are wrapped.
sub logs
{
	return map {
		my $end = $_;
		($end => join('', map { slurp_file($_) } glob $node->data_dir . "/log/*.$end") =~ s/(\\[nt]|\s)+/ /gr)
	} ('log', split(/,/, $formats =~ s/stderr,|log//gr));
}

# How often a secret is there, by its characters or, of a tree of nodes, by its bytes.
sub shown
{
	my ($log, $secret) = @_;
	my $bytes = join ' ', unpack 'C*', $secret;

	return scalar(() = $log =~ /\Q$secret\E/g) + scalar(() = $log =~ /\Q$bytes\E/g);
}

# Ways in that are no plain query, and what the client is told by them.
sub detours
{
	my ($word) = @_;
	my (undef, $stderr) = run_with('-c log_statement=all', 'psql', '-XAtq', '-d', 'postgres', '-c', <<"EOQ");
DO \$\$BEGIN RAISE NOTICE 'enclave says "$word-Notice"'; END\$\$;
SELECT enclave.login('a\@b.c', 'x', '$word-Error');
EOQ

	like($stderr, qr/NOTICE:  enclave says "$word-Notice"/, "$word: a client gets its notices whole");
	like($stderr, qr/ERROR:  invalid input syntax for type inet: "$word-Error"\nLINE 2: .*'$word-Error'/,
		"$word: and its errors, with the place");
	run_with('-c log_statement=all', 'psql', '-XAtq', '-d', 'dbname=postgres replication=database',
		'-c', "SELECT length(enclave.hash_password('$word-Walsender'))");
	run_with('-c log_min_error_statement=error', 'psql', '-XAtq', '-d', 'postgres',
		'-c', "SELECT wrapper('$word-Wrapper')");
	return;
}

sub redact
{
	my ($value) = @_;

	$node->append_conf('postgresql.conf', "enclave.redact_log = $value");
	$node->reload;
	$node->poll_query_until('postgres', 'SHOW enclave.redact_log', $value) or die 'the setting does not come';
	return;
}

my @hidden = play('on');
detours('Kuckuck');
redact('off');
my @shown = play('off');
detours('Uhu');
redact('on');

# A crash, of which the postmaster tells what was running.
my $victim = EnclaveTest::session($node);
my $pid = EnclaveTest::answer($victim, 'SELECT pg_backend_pid()');
EnclaveTest::send_query($victim, "SELECT enclave.hash_token('Kuckuck-Crash'), pg_sleep(600)");
EnclaveTest::until_true('the victim sleeps', sub {
	$node->safe_psql('postgres', "SELECT wait_event FROM pg_stat_activity WHERE pid = $pid") eq 'PgSleep' });
kill 'KILL', $pid;
EnclaveTest::until_true('the postmaster has told', sub { my %log = logs(); $log{log} =~ /Failed process was running/ });
EnclaveTest::until_true('the server is down', sub { !-e $node->data_dir . '/postmaster.pid' });
eval { $victim->{run}->finish };
# lets the node know that it is down
$node->stop('immediate', fail_ok => 1);

my %log = logs();
for my $format (sort keys %log)
{
	cmp_ok(length $log{$format}, '>', 10_000, "$format: there is a log");
	for my $i (0 .. $#settings)
	{
		my ($name, undef, $bound_shows) = @{ $settings[$i] };
		for my $kind (sort keys %{ $hidden[$i] })
		{
			is(shown($log{$format}, $hidden[$i]{$kind}), 0, "$format: $name: $kind is not shown");
			is(index($log{$format}, substr($hidden[$i]{$kind}, 8, 20)), -1, "$format: $name: nor a part of it")
			  if $kind =~ /token/;
		}
		cmp_ok(shown($log{$format}, $shown[$i]{literal}), '>', 0, "$format: $name: with redact_log off the literal is");
		# what pgbench binds is an enclave.secret, which never shows itself
		cmp_ok(shown($log{$format}, $shown[$i]{bound}), '>', 0, "$format: $name: and what is bound")
		  if $bound_shows && $driver;
	}
	for my $place (qw(Notice Error Walsender Wrapper))
	{
		is(index($log{$format}, "Kuckuck-$place"), -1, "$format: nothing is shown by way of: $place");
		isnt(index($log{$format}, "Uhu-$place"), -1, "$format: with redact_log off it is");
	}
	is(index($log{$format}, 'Kuckuck-Crash'), -1, "$format: nor by a crash");
	ok($log{$format} =~ /enclave\.login\('\[REDACTED\]', '\[REDACTED\]'\)/, "$format: the call is");
	ok($log{$format} !~ /PANIC|TRAP|terminated by signal (?!9)/, "$format: and nothing went wrong");
}
ok($log{log} =~ /DETAIL: Failed process was running: SELECT enclave\.hash_token\(\[REDACTED\]/,
	'what was running at the crash is told without its secret');
ok($log{log} =~ /ERROR: invalid input syntax for type inet: \[REDACTED\]/, 'and so is an error');
ok($log{log} =~ /[Pp]arameters: \$1 = '\[REDACTED\]'/, 'and what was bound');

done_testing();
