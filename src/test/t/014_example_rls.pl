# Promise: the worked example of the README does what it says, for a trusted back
# end and for end users' requests in PostgREST's shape, directly and through a
# pool in transaction mode: all read their own rows, and no others.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclavePool;
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $python = '/usr/bin/python3';
my $have = -x $python && system("$python -c 'import psycopg' 2>/dev/null") == 0;
plan skip_all => "no psycopg 3 for $python (Debian: python3-psycopg)" unless $have;

my $example = "$FindBin::RealBin/../../../examples/rls";
my $node = EnclaveTest::new_node('main', conf => "enclave.argon2_memory = '64kB'\n");

sub run_example
{
	my ($program, $name, $where, $expected) = @_;

	local $ENV{PYTHONIOENCODING} = 'UTF-8';
	local $ENV{PYTHONDONTWRITEBYTECODE} = 1;
	local @ENV{qw(PGHOST PGPORT PGDATABASE)} = $where =~ /^host=(\S+) port=(\d+) dbname=(\w+)$/
	  or die $where;
	my ($stdout, $stderr) = run_command([ $python, "$example/$program" ]);
	is($stderr, '', "$program $name: no complaint");
	is("$stdout\n", $expected, "$program $name: everybody reads his own");
	return;
}

sub run_all
{
	my ($database, $name, $where) = @_;

	$node->safe_psql($database, 'CREATE EXTENSION IF NOT EXISTS enclave');
	my ($stdout, $stderr) = run_command([
		'psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database), '-f', "$example/schema.sql" ]);
	is($stderr, '', "schema.sql $name: no complaint");
	run_example('backend.py', $name, $where, <<'EOE');
ann reads ['water the plants', 'call Bob']
bob reads ['call Ann']
nobody reads []
nobody writes
a wrong password: invalid_credentials
after the logout: token_invalid
EOE
	run_example('gateway.py', $name, $where, <<'EOE');
ann and bob: ok ok
a wrong password: invalid_credentials
ann reads (200, ['water the plants', 'call Bob'])
nobody reads (200, [])
bob reads (200, ['call Ann'])
a false token: (401, [])
another scheme: (401, [])
bob deletes all that he can: (200, [('call Ann',)])
ann still reads (200, ['water the plants', 'call Bob'])
app.user_id forged: (200, [])
request.jwt.claims forged: (200, [])
request.jwt.claim.sub forged: (200, [])
refused: (403, [])
refused: (403, [])
refused: (403, [])
EOE
	is($node->safe_psql($database, "SELECT string_agg(text, ', ' ORDER BY id) FROM app.notes"),
		'water the plants, call Bob', "$name: and that is what is there");
	return;
}

run_all('postgres', 'directly', 'host=' . $node->host . ' port=' . $node->port . ' dbname=postgres');

SKIP:
{
	skip $EnclavePool::missing, 1 unless EnclavePool::find();

	# roles are of the whole cluster, rows of a database
	$node->safe_psql('postgres', <<'EOQ');
DROP OWNED BY backend, web, authenticator;
DROP ROLE backend, web, authenticator;
CREATE DATABASE pooled;
EOQ
	my $pool = EnclavePool->new($node, users => [ 'backend', 'authenticator' ], size => 1);
	run_all('pooled', 'through PgBouncer', $pool->connstr('pooled'));
	$pool->stop;
}

$node->stop;
done_testing();
