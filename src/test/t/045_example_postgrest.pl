# Promise: the example for PostgREST does what it says: node's library "jose"
# verifies our JWTs by the published keys, the pre-request function knows who asks,
# and a logout holds at once though the JWT has not expired.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $example = "$FindBin::RealBin/../../../examples/postgrest";
my $folder = PostgreSQL::Test::Utils::tempdir();

sub run_in_folder
{
	my (@command) = @_;
	my ($output, $errors) = ('', '');
	my $good = eval {
		IPC::Run::run(\@command, '<', \'', '>', \$output, '2>', \$errors, init => sub { chdir $folder or die });
	};
	return ($good, $output, $errors);
}

my ($installed) = run_in_folder('npm', 'install', '--silent', '--no-audit', '--no-fund', '--fetch-retries=1',
	'--fetch-timeout=20000', "--cache=$folder/npm", '--prefix', $folder, 'jose@6', 'pg@8');
plan skip_all => 'no node with the packages "jose" and "pg" (npm install jose pg)' unless $installed;
append_to_file("$folder/gateway.mjs", slurp_file("$example/gateway.mjs"));

my $node = EnclaveTest::new_node('main', preload => 1, conf => "enclave.argon2_memory = '64kB'\n");
my (undef, $stderr) = run_command([ 'psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d',
	$node->connstr('postgres'), '-f', "$example/schema.sql" ]);
is($stderr, '', 'schema.sql: no complaint');
$node->safe_psql('postgres', <<'EOQ');
SELECT FROM enclave.signup('ann@example.com', 'correct horse battery staple');
SELECT FROM enclave.signup('bob@example.com', 'seven green bottles falling');
EOQ

local @ENV{qw(PGHOST PGPORT PGDATABASE)} = ($node->host, $node->port, 'postgres');
my (undef, $output, $errors) = run_in_folder('node', 'gateway.mjs');
is($errors, '', 'gateway.mjs: no complaint');
is($output, <<'EOE', 'gateway.mjs: everybody reads his own, until he logs out');
ann and bob: ok ok
a wrong password: invalid_credentials
ann writes: 200
ann reads: 200 ["water the plants"]
bob reads: 200 []
a visitor reads: 403 []
a token that was touched: 401 []
refreshed: ok 200 ["water the plants"]
the same again: true
logged out: true
ann reads: 401 []
and with the token before: 401 []
refreshed: token_invalid
bob still reads: 200 []
EOE

$node->stop('fast');
done_testing();
