# Promise: the policy that protect() writes asks who is asking once a query, not
# once a row, lets the planner go parallel, is right in every worker, and uses
# the owner column's index: over a million rows.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use Test::More;

my ($version) = `pg_config --version` =~ /(\d+)/;
my $node = EnclaveTest::new_node('main', conf => <<'EOC');
max_worker_processes = 8
max_parallel_workers = 8
jit = off
EOC

# One owner of half the rows, ten thousand of 50 each; nobody's rows too.
$node->safe_psql('postgres', <<'EOQ');
CREATE ROLE web LOGIN;
SELECT enclave.grant_access('web', 'anon');
CREATE TABLE clients AS
    SELECT n.name, a.id AS user_id, t.token
    FROM (VALUES ('big'), ('small'), ('none')) n (name), enclave.create_user(n.name || '@example.com') a,
         enclave.create_token(a.id, 'test') t;
CREATE TABLE notes (id bigint, owner bigint, text text);
INSERT INTO notes
    SELECT i, CASE WHEN i % 2 = 0 THEN (SELECT user_id FROM clients WHERE name = 'big')
                   WHEN i % 20000 = 1 THEN (SELECT user_id FROM clients WHERE name = 'small')
                   WHEN i % 20000 = 3 THEN NULL
                   ELSE 1000000 + i % 20000 END, 'note ' || i
    FROM generate_series(1, 1000000) i;
SELECT enclave.protect('notes', 'owner');
VACUUM ANALYZE notes;
GRANT SELECT ON clients, notes TO web;
EOQ

my $parallel = 'SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0;'
  . ' SET LOCAL max_parallel_workers_per_gather = 4;';
# The planner thinks of an owner of the average number of rows, for whom it would
# take the index.
my $scan = "$parallel SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off;";
my $serial = 'SET LOCAL max_parallel_workers_per_gather = 0;';

# What a query says to a user, as the role web.
sub ask
{
	my ($name, $settings, $query) = @_;
	my $authenticate =
	  $name eq 'nobody' ? '' : "SELECT enclave.authenticate(token) FROM clients WHERE name = '$name' \\g /dev/null\n";

	return $node->safe_psql('postgres', "BEGIN; $settings $authenticate $query; COMMIT;",
		extra_params => [ '-U', 'web' ]);
}

sub explained
{
	my ($name, $settings, $query) = @_;

	return ask($name, $settings, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $query");
}

my $all = 'SELECT count(*), count(DISTINCT owner), sum(id) FROM notes';
my $rows = 'SELECT count(*) FROM notes';
my %expected;
for my $name (qw(big small none))
{
	$expected{$name} = $node->safe_psql('postgres',
		"SET row_security = off; $all WHERE owner = (SELECT user_id FROM clients WHERE name = '$name')");
}
$expected{nobody} = $expected{none};
is($expected{none}, '0|0|', 'there is a user without rows');
like($expected{big}, qr/^500000\|1\|/, 'and one with half of a million');
like($expected{small}, qr/^50\|1\|/, 'and one with fifty');

# The identity is an InitPlan above the scan, evaluated once, in the leader.
my $plan = explained('big', $serial, $rows);
like($plan, qr/^ *InitPlan 1.*\n *->  Result \(actual rows=1(?:\.00)? loops=1\)$/m, 'serial: one evaluation of the identity');
unlike($plan, qr/user_id\(\)/, 'serial: no function in the filter');
unlike($plan, qr/Gather/, 'serial: it is');

my $lengths = 'SELECT sum(length(text)) FROM notes';
$plan = explained('big', $scan, $lengths);
like($plan, qr/Gather.*Workers Launched: [1-9].*Parallel Seq Scan on notes/s, 'parallel: the planner goes, and workers come');
like($plan, qr/^ *InitPlan 1.*\n *->  Result \(actual rows=1(?:\.00)? loops=1\)$/m, 'parallel: one evaluation of the identity, for all workers');
unlike($plan, qr/user_id\(\)/, 'parallel: no function in the filter');

# Right, whoever executes: the leader with workers, workers alone, the leader alone.
for my $name (qw(big small none nobody))
{
	for my $how (
		[ 'serial' => $serial ],
		[ 'parallel' => $parallel ],
		[ 'parallel scan' => $scan ],
		[ 'workers alone' => "$scan SET LOCAL parallel_leader_participation = off;" ],
		[ 'every plan parallel' => "SET LOCAL " . ($version >= 16 ? 'debug_parallel_query' : 'force_parallel_mode') . ' = on;' ])
	{
		my ($what, $settings) = @$how;

		is(ask($name, $settings, $all), $expected{$name}, "$name, $what: his rows and no others");
	}
}

# One user after another in one transaction: the plan is not of the first one.
is($node->safe_psql('postgres', <<"EOQ", extra_params => [ '-U', 'web' ]),
BEGIN; $parallel
PREPARE mine AS $all;
SELECT enclave.authenticate(token) FROM clients WHERE name = 'big' \\g /dev/null
EXECUTE mine;
SELECT enclave.authenticate(token) FROM clients WHERE name = 'small' \\g /dev/null
EXECUTE mine;
SELECT enclave.clear_identity() \\g /dev/null
EXECUTE mine;
COMMIT;
EOQ
	join("\n", @expected{qw(big small none)}), 'a prepared statement reads who is asking anew each time');

# An owner of few rows finds them by the index that protect() made.
$plan = explained('small', $serial, 'SELECT id FROM notes');
like($plan, qr/Index Cond: \(owner = \$0\)|Index Cond: \(owner = \(InitPlan 1\)\.col1\)/, 'the index is used for a selective owner');
unlike($plan, qr/Seq Scan/, 'and no other scan');
unlike($plan, qr/Rows Removed/, 'no row of another is looked at');

# Would it be seen?  A policy with the bare function is asked once a row and
# forbids parallel plans.
$node->safe_psql('postgres', 'ALTER POLICY enclave_owner ON notes USING (owner OPERATOR(pg_catalog.=) enclave.user_id())');
$plan = explained('big', $scan, $lengths);
like($plan, qr/Filter: \(owner = enclave\.user_id\(\)\)/, 'a policy with the bare function: evaluated for each row');
unlike($plan, qr/Gather/, '- and not parallel');

$node->stop;
done_testing();
