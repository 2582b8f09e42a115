# Promise: without preload, a password that a driver binds and whose type it
# leaves to the server shows as [REDACTED] in the server's log.  Stated limits,
# pinned here so that this test is known to be able to fail: a literal in the
# statement's text shows, whatever its type; and so does a token bound as text.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $python = '/usr/bin/python3';
my $have = -x $python && system("$python -c 'import psycopg' 2>/dev/null") == 0;
plan skip_all => "no psycopg 3 for $python (Debian: python3-psycopg)" unless $have;

my $node = EnclaveTest::new_node('main', conf => <<'EOC');
log_statement = 'all'
log_min_duration_statement = 0
log_min_error_statement = 'error'
enclave.argon2_memory = '64kB'
EOC

my $canary = 'Kanarienvogel 4711';
my $literal = 'Zaunkönig 4712';
my $script = PostgreSQL::Test::Utils::tempdir() . '/client.py';
append_to_file($script, <<'EOP');
import sys
import psycopg

canary, literal = sys.argv[1:3]

def run(sql, arguments, **how):
    try:
        return connection.execute(sql, arguments, **how).fetchone()
    except psycopg.ProgrammingError as error:
        if error.sqlstate is None:      # a statement without rows
            return None
        return ('error ' + error.sqlstate,)
    except psycopg.Error as error:
        return ('error ' + error.sqlstate,)

with psycopg.connect('dbname=postgres', autocommit=True) as connection:
    answers = [
        run('SELECT email FROM enclave.signup(%s, %s)', ('bound@example.com', canary)),
        run('SELECT status FROM enclave.login(%s, %s)', ('bound@example.com', canary + '!')),
        # once as it is, then as a statement prepared in the server
        run('SELECT status FROM enclave.login(%s, %s)', ('bound@example.com', canary)),
        run('SELECT status FROM enclave.login(%s, %s)', ('bound@example.com', canary), prepare=True),
        run('SELECT status FROM enclave.login(%s, %s)', ('bound@example.com', canary), prepare=True),
        run('SELECT status FROM enclave.login(email => %s, password => %s, user_agent => %s)',
            ('bound@example.com', canary, 'agent')),
        run('SELECT length(enclave.hash_password(%s)) > 60', (canary,)),
        run('SELECT count(*) FROM enclave.check_password(%s)', (canary,)),
        # errors: before and while the statement runs
        run('SELECT status FROM enclave.log_in(%s, %s)', ('bound@example.com', canary)),
        run('SELECT status FROM enclave.signup(%s, %s)', ('bound@example.com', canary)),
        run('SELECT 1 / 0 FROM enclave.login(%s, %s)', ('bound@example.com', canary)),
        run('SELECT enclave.signup(%s, %s)', ('bound@example.com', canary)),
        run('SELECT enclave.signup(%s, %s)', ('other@example.com', canary[:4])),
    ]
    # the slow-query line of an execution is empty where log_statement has shown it
    run("SET log_statement = 'none'", None)
    answers.append(run('SELECT status FROM enclave.login(%s, %s)', ('bound@example.com', canary)))
    run("SET log_statement = 'all'", None)
    token = run('SELECT token FROM enclave.login(%s, %s)', ('bound@example.com', canary))[0]
    # the caveat: a literal
    answers.append(run("SELECT status FROM enclave.login('bound@example.com', '" + literal + "')", None))
    print('\n'.join(str(answer[0]) for answer in answers))
    print(token)
EOP

my ($stdout, $stderr);
{
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	($stdout, $stderr) = run_command([ $python, $script, $canary, $literal ]);
}
my @answers = split /\n/, $stdout;
my $token = pop @answers;
is_deeply(\@answers,
	[ 'bound@example.com', 'invalid_credentials', ('ok') x 4, 'True', '0',
		'error 42883', 'error 42703', 'error 22012', 'error NC006', 'error NC008', 'ok', 'invalid_credentials' ],
	'the driver was answered as it should be')
  or diag $stderr;
like($token, qr/^eat_\w{38}$/, 'and got a token');

$node->stop;
my $log = slurp_file($node->logfile);
my @shown = $log =~ /\$2 = '\[REDACTED\]'/g;

cmp_ok(scalar @shown, '>=', 6, 'bound passwords show as [REDACTED] (' . @shown . ' times)');
like($log, qr/[Pp]arameters: \$1 = 'bound\@example.com', \$2 = '\[REDACTED\]'/,
	'beside what is no secret');
like($log, qr/duration: .*execute .*enclave\.login.*\n.*DETAIL:  [Pp]arameters: .*\[REDACTED\]/,
	'in slow-query lines too');
unlike($log, qr/Kanarienvogel/, 'the canary is nowhere in the log');
unlike($log, qr/\Q$token\E/, 'nor is the token that a login returned');
is(index($log, substr($token, 8, 24)), -1, 'nor a part of it');
isnt(index($log, $literal), -1, 'a literal is there: this test can fail');

done_testing();
