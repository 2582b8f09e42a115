# Promise: prune takes a million expired rows from every table, batch by batch,
# each committed, and no login beside it waits for it; pg_cron really calls it.
# Attack: a row that somebody keeps locked, or a snapshot that somebody keeps
# open, holds it up.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 1_000_000;

my $node = EnclaveTest::new_node('main', preload => 1, conf => <<'EOC');
enclave.argon2_memory = '64kB'
enclave.audit_retention = '30d'
fsync = off
log_statement = none
max_wal_size = '4GB'
EOC
my $login = "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7', '192.0.2.1')";
$node->safe_psql('postgres', "SELECT FROM enclave.signup('ann\@example.com', 'Wendeltreppe 7'); $login");

# What each table holds: rows of different times, a tenth of them of one time.
$node->safe_psql('postgres', <<"EOQ");
-- no look at the parent of each row
SET session_replication_role = replica;
INSERT INTO enclave.users (email) VALUES ('old\@example.com');
CREATE FUNCTION old(n integer) RETURNS timestamptz LANGUAGE sql
  AS 'SELECT now() - ''90 days''::interval - CASE WHEN n % 10 = 0 THEN ''0'' ELSE n * ''1 sec''::interval END';
INSERT INTO enclave.access_tokens (user_id, epoch, created_at, expires_at, digest, kind, name, abilities)
  SELECT u.id, 1, '2000-01-01', old(n), sha256(n::text::bytea), 'login', '', '{*}'
  FROM enclave.users u, generate_series(1, $rows) n WHERE email = 'old\@example.com';
INSERT INTO enclave.access_token_uses SELECT n + 10000000, old(n) FROM generate_series(1, $rows) n;
INSERT INTO enclave.audit_logs (at, event, role) SELECT old(n), 'app.old', 'app' FROM generate_series(1, $rows) n;
INSERT INTO enclave.known_networks (user_id, network, first_seen_at, last_seen_at)
  SELECT u.id, inet '10.0.0.0' + n, old(n), old(n)
  FROM enclave.users u, generate_series(1, $rows) n WHERE email = 'old\@example.com';
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account)
  SELECT old(n), false, 1, sha256('x') FROM generate_series(1, $rows) n;
INSERT INTO enclave.prune_history (started_at, took, table_name, removed)
  SELECT old(n), '0', 'test', 0 FROM generate_series(1, $rows) n;
INSERT INTO enclave.email_change_tokens (user_id, epoch, created_at, expires_at, digest, email, kind, other_email)
  SELECT u.id, 1, '2000-01-01', old(n), sha256(n::text::bytea), 'a\@b.c', 'change', 'b\@b.c'
  FROM enclave.users u, generate_series(1, $rows) n WHERE u.email = 'old\@example.com';
INSERT INTO enclave.sessions (user_id, epoch, created_at, expires_at, ends_at, digest)
  SELECT u.id, 1, '2000-01-01', old(n), old(n), sha256(n::text::bytea)
  FROM enclave.users u, generate_series(1, $rows) n WHERE email = 'old\@example.com';
INSERT INTO enclave.session_marks (session_id, marked_at, ended, ends_at)
  SELECT n + 10000000, old(n), true, old(n) FROM generate_series(1, $rows) n;
INSERT INTO enclave.mail_queue (user_id, decoy, epoch, created_at, next_at, tries, kind, recipient)
  SELECT 0, false, 1, old(n), old(n), 8, 'password_reset', 'a\@b.c' FROM generate_series(1, $rows) n;
INSERT INTO enclave.quota_uses (used_at, pair_slot, kind, account)
  SELECT old(n), 1, 'password_reset', sha256('x') FROM generate_series(1, $rows) n;
INSERT INTO enclave.rate_limits (limit_id, attempts, reset_at, key)
  SELECT 1, 1, old(n), sha256(n::text::bytea) FROM generate_series(1, $rows) n;
EOQ
# Those of one shape are filled alike.
$node->safe_psql('postgres', <<"EOQ") for qw(email_verification_tokens magic_link_tokens password_reset_tokens);
SET session_replication_role = replica;
INSERT INTO enclave.$_ (user_id, epoch, created_at, expires_at, digest, email)
  SELECT u.id, 1, '2000-01-01', old(n), sha256(n::text::bytea), 'a\@b.c'
  FROM enclave.users u, generate_series(1, $rows) n WHERE u.email = 'old\@example.com';
EOQ

# A table, and the time by which its rows go.
my %time_of = (
	access_tokens => 'expires_at',
	access_token_uses => 'last_used_at',
	audit_logs => 'at',
	email_change_tokens => 'expires_at',
	email_verification_tokens => 'expires_at',
	known_networks => 'last_seen_at',
	login_attempts => 'attempted_at',
	magic_link_tokens => 'expires_at',
	mail_queue => 'next_at',
	password_reset_tokens => 'expires_at',
	prune_history => 'started_at',
	quota_uses => 'used_at',
	rate_limits => 'reset_at',
	session_marks => 'ends_at',
	sessions => 'expires_at');
my @tables = sort keys %time_of;
my $tables = @tables;

sub old_rows
{
	return $node->safe_psql('postgres', 'SELECT ' . join ', ', map {
		"(SELECT count(*) FROM enclave.$_ WHERE $time_of{$_} < now() - interval '1 day')"
	} @tables);
}
is(old_rows(), join('|', ($rows) x $tables), 'a million expired rows in each table');

# Somebody reads, and somebody holds a row that is to go.
my $reader = EnclaveTest::session($node);
EnclaveTest::answer($reader, 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM enclave.audit_logs');
my $holder = EnclaveTest::session($node);
is(EnclaveTest::answer($holder, 'BEGIN; ' . join ';',
	map { "SELECT 1 FROM enclave.$_ ORDER BY $time_of{$_} LIMIT 1 FOR UPDATE" } @tables), join("\n", (1) x $tables), 'a row of each is held');

my $pruner = EnclaveTest::session($node);
my $pid = EnclaveTest::answer($pruner, 'SELECT pg_backend_pid()');
my $xid = $node->safe_psql('postgres', 'SELECT pg_current_xact_id()::text::bigint');
EnclaveTest::send_query($pruner, 'CALL enclave.prune()');

# Logins, as long as it runs, through one session: each waits for nobody.
my $client = EnclaveTest::session($node);
EnclaveTest::answer($client, "SET lock_timeout = '1ms'");
my (%answers, %seen);
do
{
	$answers{ EnclaveTest::answer($client, $login) }++;
	$answers{ EnclaveTest::answer($client, "SELECT status FROM enclave.login('ann\@example.com', 'wrong', '192.0.2.2')") }++
	  if keys %answers < 2;
	$seen{ EnclaveTest::answer($client, "SELECT count(*) FROM enclave.login_attempts WHERE attempted_at < now() - interval '1 day'") }++
	  if EnclaveTest::answer($client, "SELECT count(*) FROM enclave.prune_runs WHERE table_name = 'known_networks'") > 0;
} while $node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid AND state = 'active'") > 0;
is(EnclaveTest::finish($pruner), '', 'CALL enclave.prune()');

is_deeply([ sort keys %answers ], [ 'invalid_credentials', 'ok' ], 'every login beside it was answered');
cmp_ok($answers{ok}, '>', 10, 'and there were many of them: ' . $answers{ok});
cmp_ok(scalar(keys %seen), '>=', 3, 'rows were seen to go batch by batch: ' . join ' ', sort { $b <=> $a } keys %seen);
cmp_ok($node->safe_psql('postgres', 'SELECT pg_current_xact_id()::text::bigint') - $xid, '>=', $tables * $rows / 10_000,
	'each batch was a transaction');
is(old_rows(), join('|', (1) x $tables), 'everything has gone but the rows that are held');
is($node->safe_psql('postgres', "SELECT string_agg(table_name || ' ' || removed || coalesce(error, ''), ', ' ORDER BY table_name COLLATE \"C\") FROM enclave.prune_runs WHERE started > now() - interval '1 day' AND table_name IN ('" . join("', '", @tables) . "')"),
	join(', ', map { "$_ " . ($rows - 1) } @tables), 'prune_runs tells it');

EnclaveTest::answer($holder, 'ROLLBACK');
EnclaveTest::answer($reader, 'ROLLBACK');
$node->safe_psql('postgres', 'CALL enclave.prune()');
is(old_rows(), join('|', (0) x $tables), 'and these when they are let go');
is($node->safe_psql('postgres', "$login; SELECT count(*) >= $answers{ok} FROM enclave.access_tokens"), "ok\nt", 'what is valid is there');

# What had been committed stays when it is broken off.
$node->safe_psql('postgres', "INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account) SELECT old(n), false, 1, sha256('x') FROM generate_series(1, $rows) n");
EnclaveTest::send_query($pruner, 'CALL enclave.prune(10)');
$node->poll_query_until('postgres', "SELECT count(*) < $rows FROM enclave.login_attempts WHERE attempted_at < now() - interval '1 day'");
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
is(EnclaveTest::finish($pruner), 'ERROR:  57014', 'cancelled');
cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM enclave.login_attempts WHERE attempted_at < now() - interval '1 day'"), '<', $rows, 'what it had done is done');
is(EnclaveTest::answer($pruner, 'SELECT current_user; CALL enclave.prune(); SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = \'advisory\''),
	$node->safe_psql('postgres', 'SELECT current_user') . "\n0", 'the session is itself, and goes on');
is($node->safe_psql('postgres', "SELECT count(*) FROM enclave.login_attempts WHERE attempted_at < now() - interval '1 day'"), '0', 'and the rest is removed');
$_->quit for $reader, $holder, $pruner, $client;
$node->stop;

done_testing();
