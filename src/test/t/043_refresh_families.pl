# Promise: ten who refresh at once with one token all get the same successor; a
# client that lost the answer goes on, an hour later too, while nobody has used it;
# once somebody has, its predecessor after the grace, or any older token, ends the
# family, and that stays ended though the caller rolls back, is cut off, or the
# server crashes after it was written, and though many end at once, which ends nobody
# else.  With the library preloaded his transaction writes nothing.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $settings = "enclave.argon2_memory = '64kB'\nenclave.refresh_grace = '30min'\n";
my $node = EnclaveTest::new_node('preloaded', preload => 1, conf => $settings);
my $plain = EnclaveTest::new_node('plain', conf => $settings);

sub sql
{
	my ($node, $query) = @_;
	return $node->safe_psql('postgres', $query);
}

# A login and so many refreshes: all its refresh tokens, and its session's id.
sub family
{
	my ($node, $refreshes) = @_;
	my @tokens = sql($node, q(SELECT refresh_token FROM enclave.login_jwt('ann@example.com', 'Wendeltreppe 7')));
	push @tokens, sql($node, "SELECT refresh_token FROM enclave.refresh_jwt('$tokens[-1]')") for 1 .. $refreshes;
	my $id = sql($node, 'SELECT max(id) FROM enclave.refresh_families');
	return ($id, @tokens);
}

sub status
{
	my ($node, $token) = @_;
	return sql($node, "SELECT status FROM enclave.refresh_jwt('$token')");
}

# Time passes for a family.
sub age
{
	my ($node, $id, $by) = @_;
	sql($node, <<"EOQ");
UPDATE enclave.sessions SET created_at = created_at - interval '$by', expires_at = expires_at - interval '$by', ends_at = ends_at - interval '$by' WHERE id = $id;
UPDATE enclave.refresh_families SET rotated_at = rotated_at - interval '$by', former_rotated_at = former_rotated_at - interval '$by', ends_at = ends_at - interval '$by' WHERE id = $id;
EOQ
	return;
}

my $recorded = "SELECT count(*) FROM enclave.audit_logs WHERE event = 'auth.token.reuse_detected' AND session_id = ";

for my $where ($node, $plain)
{
	my $name = $where->name;
	sql($where, q(SELECT FROM enclave.signup('ann@example.com', 'Wendeltreppe 7'); SELECT enclave.create_signing_key(); CREATE TABLE got (token text)));

	# Ten at once.
	my ($id, $first) = family($where, 0);
	my $script = PostgreSQL::Test::Utils::tempdir() . '/refresh.sql';
	append_to_file($script, "INSERT INTO got SELECT refresh_token FROM enclave.refresh_jwt('$first') WHERE status = 'ok';\n");
	$where->command_ok([ 'pgbench', '-n', '-c', '10', '-j', '2', '-t', '3', '-f', $script, 'postgres' ], "$name: ten refresh at once, three times each");
	is(sql($where, 'SELECT count(*), count(DISTINCT token) FROM got'), '30|1', "$name: all get the same successor");
	is(sql($where, "SELECT generation FROM enclave.refresh_families WHERE id = $id"), 1, "$name: by one change of the row");

	# The answer was lost.
	my ($lost, $before) = family($where, 0);
	my $successor = sql($where, "SELECT refresh_token FROM enclave.refresh_jwt('$before')");
	age($where, $lost, '1 hour');
	is(sql($where, "SELECT refresh_token FROM enclave.refresh_jwt('$before')"), $successor, "$name: an hour later the same successor, which nobody has used");
	is(status($where, $successor), 'ok', "$name: and it is good");
	is(status($where, $before), 'token_invalid', "$name: once it was used, its predecessor after the grace is not");
	is(status($where, $successor), 'token_invalid', "$name: and has ended the family");
	ok($where->poll_query_until('postgres', "SELECT ($recorded $lost) = 1"), "$name: which is on record");

	# Within the grace.
	my ($slow, $one, $two) = family($where, 2);
	is(sql($where, "SELECT refresh_token FROM enclave.refresh_jwt('$one')"), $two, "$name: within the grace a used token's predecessor yields it once more");
	is(status($where, $two), 'ok', "$name: and ends nothing");

	# Any older one.
	my ($old, @tokens) = family($where, 3);
	is(status($where, $tokens[0]), 'token_invalid', "$name: any older token is refused");
	is(join(' ', map { status($where, $_) } @tokens), join(' ', ('token_invalid') x 4), "$name: and has ended the family");
	ok($where->poll_query_until('postgres', "SELECT ($recorded $old) = 1"), "$name: which is on record, once");
}

# The caller rolls back, in every way there is.
sub roll_back
{
	my ($node, $how, $token) = @_;
	my $call = "SELECT 'answer ' || status || ' ' || coalesce(pg_current_xact_id_if_assigned()::text, 'nothing') FROM enclave.refresh_jwt('$token')";
	my %statements = (
		'ROLLBACK' => "BEGIN; $call; ROLLBACK;",
		'ROLLBACK TO' => "BEGIN; SAVEPOINT s; $call; ROLLBACK TO s; COMMIT;",
		'an error' => "DO \$\$ BEGIN PERFORM enclave.refresh_jwt('$token'); PERFORM 1 / 0; END \$\$;",
		'a lost connection' => "BEGIN; $call; SELECT pg_terminate_backend(pg_backend_pid());");
	my ($result, $output, $errors) = $node->psql('postgres', $statements{$how}, on_error_stop => 0);
	return $output =~ /^(answer .*)$/m ? $1 : '';
}
for my $how ('ROLLBACK', 'ROLLBACK TO', 'an error', 'a lost connection')
{
	my ($id, @tokens) = family($node, 3);
	my $jwt = sql($node, "SELECT token FROM enclave.refresh_jwt('$tokens[3]')");
	my $answer = roll_back($node, $how, $tokens[0]);
	like($answer, qr/^(answer token_invalid nothing|)$/, "after $how: the caller's transaction wrote nothing");
	is(status($node, $tokens[3]), 'token_invalid', "after $how: the family is ended at once");
	is(sql($node, "BEGIN; SELECT coalesce(enclave.authenticate('$jwt')::text, 'nobody'); COMMIT;"), 'nobody', "after $how: its JWT authenticates nobody");
	ok($node->poll_query_until('postgres', "SELECT ($recorded $id) = 1 AND EXISTS (SELECT FROM enclave.session_marks WHERE session_id = $id AND ended)"), "after $how: the worker has written it");
	is(status($node, $tokens[3]), 'token_invalid', "after $how: and it is ended still");
}
my ($id, @tokens) = family($plain, 3);
like(roll_back($plain, 'ROLLBACK', $tokens[0]), qr/^answer token_invalid \d+$/, 'without the library preloaded the end is a row of the caller\'s transaction');
is(status($plain, $tokens[3]), 'ok', 'and goes with it');

# While nobody can write it: one holds the table, the end stands in memory alone.
($id, @tokens) = family($node, 3);
my $holder = EnclaveTest::session($node);
EnclaveTest::answer($holder, 'BEGIN; LOCK TABLE enclave.session_marks IN SHARE MODE;');
roll_back($node, 'ROLLBACK', $tokens[0]);
is(sql($node, "SELECT count(*) FROM enclave.session_marks WHERE session_id = $id AND ended"), 0, 'nothing is written');
is(status($node, $tokens[3]), 'token_invalid', 'and the family is ended all the same');
EnclaveTest::answer($holder, 'ROLLBACK;');
$holder->quit;
ok($node->poll_query_until('postgres', "SELECT ($recorded $id) = 1"), 'it is written as soon as it can be');

# Several at once.
my @many = map { [ family($node, 3) ] } 1 .. 3;
roll_back($node, 'ROLLBACK', $_->[1]) for @many;
is(join(' ', map { status($node, $_->[4]) } @many), join(' ', ('token_invalid') x @many), 'several families are ended at once');
my (undef, $innocent) = family($node, 0);
is(status($node, $innocent), 'ok', 'and no other');

# One user ends so many of his own that there is no place for them: all are ended, and
# next to nobody else is (of 1000 there were 30 when a bit was for one in 65536).
sql($node, <<'EOQ');
SET enclave.argon2_iterations = 1;
CREATE TABLE own AS SELECT l.refresh_token AS oldest FROM generate_series(1, 4000) i, enclave.login_jwt('ann@example.com' || left(i::text, 0), 'Wendeltreppe 7') l;
ALTER TABLE own ADD newest text;
UPDATE own SET newest = (SELECT refresh_token FROM enclave.refresh_jwt(oldest));
UPDATE own SET newest = (SELECT refresh_token FROM enclave.refresh_jwt(newest));
CREATE TABLE others AS SELECT l.refresh_token AS newest FROM generate_series(1, 1000) i, enclave.login_jwt('ann@example.com' || left(i::text, 0), 'Wendeltreppe 7') l;
EOQ
my $flood = q{SET enclave.refresh_grace = 0; SELECT status, count(*) FROM own, enclave.refresh_jwt(oldest) GROUP BY 1};
is(sql($node, "BEGIN; $flood; ROLLBACK;"), 'token_invalid|4000', 'a flood of old tokens');
is(sql($node, 'SELECT status, count(*) FROM own, enclave.refresh_jwt(newest) GROUP BY 1'), 'token_invalid|4000', 'has ended each of their families');
cmp_ok(sql($node, q{SELECT count(*) FROM others, enclave.refresh_jwt(newest) WHERE status <> 'ok'}), '<', 8, 'and no other');

# A claims function that says what cannot be: nobody gets a token, and the log tells why.
sql($node, q{CREATE FUNCTION public.claims(bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT '[]'::jsonb $$; SELECT enclave.set_claims_function('public.claims(bigint)')});
my $log = -s $node->logfile;
is(EnclaveTest::refusal($node, q(SELECT enclave.login_jwt('ann@example.com', 'Wendeltreppe 7'))), 'NC013', 'no token while the claims function fails');
like(substr(slurp_file($node->logfile), $log), qr/WARNING:  the claims function failed: validation failed\n[^\n]*DETAIL:  claims_invalid\n/, 'and the log says by which rule');
sql($node, 'SELECT enclave.set_claims_function(NULL)');

# After a crash.
($id, @tokens) = family($node, 3);
roll_back($node, 'ROLLBACK', $tokens[0]);
ok($node->poll_query_until('postgres', "SELECT ($recorded $id) = 1"), 'an end is written');
$node->stop('immediate');
$node->start;
is(status($node, $tokens[3]), 'token_invalid', 'and stands after a crash');

$node->stop('fast');
$plain->stop('fast');
done_testing();
