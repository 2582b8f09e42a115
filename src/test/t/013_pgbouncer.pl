# Attack: behind PgBouncer in transaction mode 50 users share 5 connections with
# clients that never authenticate and with clients that leave behind whatever
# they can: broken transactions, cursors, savepoints, settings, prepared
# statements, temporary tables of the same names.  Promise: nobody ever reads a
# row of another user, and who does not authenticate reads none.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclavePool;
use EnclaveTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => $EnclavePool::missing unless EnclavePool::find();

my ($users, $strangers, $notes) = (50, 10, 20);

my $node = EnclaveTest::new_node('main', conf => <<'EOC');
enclave.argon2_memory = '64kB'
max_connections = 50
EOC
my $pool = EnclavePool->new($node, users => ['web'], size => 5);
my $folder = PostgreSQL::Test::Utils::tempdir();

# Clients 1 to 50 have an account each, and so have the rogues after them.
$node->safe_psql('postgres', <<"EOQ");
CREATE ROLE web LOGIN;
SELECT enclave.grant_access('web', 'anon');
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO web;

CREATE TABLE app.clients AS
    SELECT n, a.id AS user_id, t.token
    FROM generate_series(1, $users + 10) n, enclave.create_user('user' || n || '\@example.com') a,
         enclave.create_token(a.id, 'test') t;
CREATE TABLE app.notes AS
    SELECT c.user_id AS owner, 'note ' || i AS text FROM app.clients c, generate_series(1, $notes) i;
SELECT enclave.protect('app.notes', 'owner');

-- the same under a policy that believes a setting: what this test has to catch
CREATE TABLE app.gullible AS TABLE app.notes;
ALTER TABLE app.gullible ENABLE ROW LEVEL SECURITY;
CREATE POLICY setting ON app.gullible
    USING (owner = nullif(current_setting('app.user_id', true), '')::bigint);

CREATE TABLE app.visits (pid integer, owner bigint);
CREATE TABLE app.violations (client integer, what text, count bigint);
GRANT SELECT ON app.clients, app.notes, app.gullible TO web;
GRANT INSERT ON app.visits, app.violations TO web;
EOQ

sub script
{
	my ($name, $text) = @_;

	append_to_file("$folder/$name", $text);
	return "$folder/$name";
}

# Every client looks before, within and after its transaction.  An honest one
# ends it cleanly, every third time by a rollback; a stranger shows no token.
# What was seen is written down when no rollback can take it back.
sub client_script
{
	my ($name, $table, $authenticate) = @_;

	return script($name, <<"EOS");
\\set stranger :client_id >= $users
\\set client :client_id + 1
\\set commit random(1, 3) > 1
SELECT user_id AS mine, token FROM app.clients WHERE n = :client \\gset
SELECT count(*) AS before FROM $table \\gset
BEGIN;
SELECT count(*) AS early FROM $table \\gset
\\if not :stranger
    $authenticate
    INSERT INTO app.visits VALUES (pg_backend_pid(), :mine);
\\endif
SELECT count(*) AS rows, count(*) FILTER (WHERE owner = :mine) AS own FROM $table \\gset
\\if :commit
    COMMIT;
\\else
    ROLLBACK;
\\endif
SELECT count(*) AS after FROM $table \\gset
\\set before :before + :early
\\set others :rows - :own
\\if :before > 0
    INSERT INTO app.violations VALUES (:client, 'before', :before);
\\endif
\\if :stranger and :rows > 0
    INSERT INTO app.violations VALUES (:client, 'stranger', :rows);
\\endif
\\if not :stranger and (:rows <> $notes or :own <> $notes)
    INSERT INTO app.violations VALUES (:client, 'user', :others);
\\endif
\\if :after > 0
    INSERT INTO app.violations VALUES (:client, 'after', :after);
\\endif
EOS
}

sub run_clients
{
	my ($name, $script, $transactions) = @_;
	my $clients = $users + $strangers;

	$node->safe_psql('postgres', 'TRUNCATE app.visits, app.violations');
	my ($stdout, $stderr) = run_command([
		'pgbench', '-n', '-M', 'extended', '-c', $clients, '-j', 2, '-t', $transactions, '-f', $script,
		$pool->connstr('postgres') . ' user=web' ]);
	my $done = $clients * $transactions;
	like($stdout, qr{^number of transactions actually processed: \Q$done/$done\E$}m,
		"$name: every client did its $transactions transactions")
	  or diag $stderr;
	return;
}

sub violations
{
	return $node->safe_psql('postgres', 'SELECT what, count(*), sum(count) FROM app.violations GROUP BY 1 ORDER BY 1');
}

# Would it be seen?  Strangers inherit what others set, and read on.
run_clients('a policy over a setting',
	client_script('gullible', 'app.gullible', "SELECT set_config('app.user_id', (:mine)::text, false) \\gset"), 20);
like(violations(), qr/^stranger\|\d+\|\d+$/m, 'a policy over a setting leaks through the pool, and it shows');
like(violations(), qr/^before\|/m, 'also to the next client before it says who it is');
$node->safe_psql('postgres', 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $$web$$');
$node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = $$web$$');

# What a rogue does, as the user it is; then, as nobody, what it can see.  Errors
# do not stop it, and some rogues go away in the middle of a transaction.
my $authenticate = q{SELECT enclave.authenticate(:'token') = :mine AS me};
my $cursor = q{SELECT 'LEAK of ' || owner FROM app.notes};
my %rogues = (
	'an aborted transaction' => "BEGIN; $authenticate; SELECT 1 / 0; SELECT count(*) FROM app.notes; COMMIT;",
	'a connection lost in an aborted transaction' => "BEGIN; $authenticate; SELECT 1 / 0; \\q",
	'a connection lost in a transaction' => "BEGIN; $authenticate; \\q",
	'a holdable cursor' => "BEGIN; $authenticate; DECLARE held CURSOR WITH HOLD FOR $cursor; COMMIT; FETCH ALL FROM held;",
	'a holdable cursor, the identity cleared' =>
	  "BEGIN; $authenticate; DECLARE held CURSOR WITH HOLD FOR $cursor; FETCH held \\g /dev/null\n"
	  . 'SELECT enclave.clear_identity(); COMMIT; FETCH ALL FROM held;',
	'a holdable cursor of a savepoint' =>
	  "BEGIN; DECLARE held CURSOR WITH HOLD FOR $cursor; SAVEPOINT a; $authenticate; ROLLBACK TO a; COMMIT;"
	  . ' FETCH ALL FROM held; CLOSE held;',
	'savepoints' => "BEGIN; SAVEPOINT a; $authenticate; SAVEPOINT b; SELECT enclave.clear_identity(); ROLLBACK TO b;"
	  . " RELEASE a; SAVEPOINT c; SELECT enclave.authenticate('not a token, but long enough'); SELECT 1 / 0; ROLLBACK TO c; COMMIT AND CHAIN;"
	  . " $cursor; ROLLBACK;",
	'a statement without a block' => "$authenticate; $cursor;",
	'a procedure that commits' => "DO \$\$ BEGIN PERFORM enclave.authenticate(token) FROM app.clients WHERE n = 7; COMMIT;"
	  . " IF EXISTS (SELECT FROM app.notes) THEN RAISE 'LEAK'; END IF; END \$\$;",
	'a prepared statement' => "BEGIN; $authenticate; PREPARE mine AS $cursor; EXECUTE mine \\g /dev/null\nCOMMIT; EXECUTE mine; DEALLOCATE mine;",
	'settings, a path, tables and functions of the same names' => <<"EOQ");
SET enclave.user_id = 1; SET app.user_id = 1; SET SESSION AUTHORIZATION DEFAULT; SET ROLE web;
CREATE TEMPORARY TABLE IF NOT EXISTS notes AS SELECT -1::bigint AS owner;
CREATE TEMPORARY TABLE IF NOT EXISTS access_tokens AS SELECT user_id AS id, token AS digest FROM app.clients;
CREATE OR REPLACE FUNCTION pg_temp.user_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
SET search_path = pg_temp, app, enclave, pg_catalog;
$cursor;
EOQ

# Each goes on until it is told to stop, in one connection after another.
sub start_rogue
{
	my ($number, $body) = @_;
	my $output = "$folder/rogue$number";
	my $n = $users + 1 + $number % 10;
	my $script = script("rogue$number.sql", <<"EOS");
\\set QUIET on
\\pset tuples_only on
SELECT user_id AS mine, token FROM app.clients WHERE n = $n \\gset
$cursor;
$body
$cursor;
EOS
	my $loop = 'while kill -0 $PPID && [ ! -e "$0/stop" ]; do psql -X -q -d "$1" -f "$2" >>"$3" 2>>"$3.errors"; echo done >>"$3"; done';
	my $process = IPC::Run::start([ 'sh', '-c', $loop, $folder, $pool->connstr('postgres') . ' user=web', $script, $output ]);

	EnclaveTest::until_true("rogue $number has begun", sub { -s $output });
	return { process => $process, output => $output };
}

sub rounds
{
	my ($rogue) = @_;

	return scalar(() = slurp_file($rogue->{output}) =~ /^done$/mg);
}

my $number = 0;
my %started = map { $_ => start_rogue($number++, $rogues{$_}) } sort keys %rogues;
run_clients('among rogues', client_script('honest', 'app.notes', 'SELECT enclave.authenticate(:token) AS me \gset'), 30);
EnclaveTest::until_true("a rogue has begun anew: $_", sub { rounds($started{$_}) > 1 }) for sort keys %started;
append_to_file("$folder/stop", '');
$_->{process}->finish for values %started;

is(violations(), '', 'no row of another user was read, and none without a user');
my ($shared, $connections) = split /\|/, $node->safe_psql('postgres',
	'SELECT max(owners), count(*) FROM (SELECT pid, count(DISTINCT owner) AS owners FROM app.visits GROUP BY pid) v');
cmp_ok($shared, '>', 1, 'users did share connections');
cmp_ok($connections, '>=', 5, 'and there were five or more of them, one after another');
for my $name (sort keys %started)
{
	my $output = slurp_file($started{$name}{output});

	cmp_ok(rounds($started{$name}), '>', 1, "$name: again and again");
	unlike($output . slurp_file("$started{$name}{output}.errors"), qr/LEAK/, "$name: leaves nothing to read");
}

# The rogues did what their names say.
like(slurp_file("$started{'an aborted transaction'}{output}.errors"), qr/current transaction is aborted/, 'transactions were aborted');
like(slurp_file("$started{'a holdable cursor'}{output}.errors"), qr/cannot commit an authenticated transaction/,
	'holdable cursors were refused');
like(slurp_file("$started{'a prepared statement'}{output}"), qr/^ t$/m, 'rogues were somebody');

$pool->stop;
$node->stop;
done_testing();
