# Promise: doctor() tells what only another server shows: a library that is not
# preloaded, a network without TLS, pg_stat_statements that keeps secrets, hashes
# that take too long, and pg_cron without a job, with one, and with a failed one.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', conf => "log_statement = none\n");
my $libraries = `pg_config --pkglibdir`;
chomp $libraries;

sub look
{
	my ($name, $setting) = @_;
	my $set = defined $setting ? "SET $setting; " : '';

	return $node->safe_psql('postgres', "${set}SELECT concat_ws(' | ', status, detail, remedy) FROM enclave.doctor() WHERE check_name = '$name'");
}

sub stats
{
	return map { split /\|/ } split /\n/, $node->safe_psql('postgres', 'SELECT name, value FROM enclave.stats');
}

sub with
{
	my ($conf) = @_;

	$node->append_conf('postgresql.conf', $conf);
	EnclaveTest::restart($node);
	return;
}

like(look('preload'), qr/^warn \| .* rollback.* Add enclave to shared_preload_libraries/, 'not preloaded');
is(look('shared_memory') . look('worker'), 'okok', 'and so without shared memory and worker');
like(look('tls'), qr/^ok/, 'no network');
like(look('pg_stat_statements'), qr/^ok \| not loaded/, 'no pg_stat_statements');
like(look('log_secrets'), qr/^ok/, 'a quiet log');
like(look('log_secrets', "log_statement = 'all'"), qr/^warn \| log_statement = all \| Preload/, 'a loud one');
is($node->safe_psql('postgres', "SELECT count(*) FROM enclave.current_stats()"), 0, 'nothing is counted in shared memory');
like(look('hash_latency'), qr/^ok \| a login computes for \d+ ms/, 'hashes as they come');
like(look('hash_latency', "enclave.argon2_memory = '512MB'; SET enclave.argon2_iterations = 16"), qr/^warn \| .* Lower/, 'hashes that take long');

my $cron = -e "$libraries/pg_cron.so" ? ',pg_cron' : '';
my $statements = -e "$libraries/pg_stat_statements.so" ? ',pg_stat_statements' : '';
with("shared_preload_libraries = 'enclave$cron$statements'\nlog_statement = all\nautovacuum = off\n"
	  . ($cron ? "cron.database_name = 'postgres'\ncron.use_background_workers = on\n" : ''));
like(look('preload'), qr/^ok/, 'preloaded');
like(look('autovacuum'), qr/^warn/, 'autovacuum off');
is(look('shared_memory') . look('worker'), 'okok', 'shared memory and the worker');
is(look('log_secrets'), 'ok | redacted: log_statement = all', 'a loud log, redacted');
$node->append_conf('postgresql.conf', "enclave.redact_log = off\n");
$node->reload;
$node->poll_query_until('postgres', "SELECT current_setting('enclave.redact_log') = 'off'");
like(look('log_secrets'), qr/^warn \| redact_log is off, with log_statement = all \| Set enclave\.redact_log = on/, 'and not redacted');
like(look('log_secrets', 'log_statement = none'), qr/^warn \| redact_log is off \| /, 'nor when it is quiet');

# stats: each of these counts where it belongs, and a rollback takes nothing back
my %before = stats();
$node->safe_psql('postgres', <<'EOQ');
SELECT FROM enclave.signup('ann@example.com', 'Wendeltreppe 7');
BEGIN;
SELECT FROM enclave.login('ann@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.login('ann@example.com', 'wrong') UNION ALL SELECT FROM enclave.login('nobody@example.com', 'wrong');
SELECT FROM enclave.verify_magic_link('eml_nothing');
ROLLBACK;
SET enclave.max_failed_attempts = 1;
SELECT FROM enclave.login('bob@example.com', 'wrong');
SELECT FROM enclave.login('bob@example.com', 'wrong');
RESET enclave.max_failed_attempts;
CREATE TEMP TABLE t AS SELECT token FROM enclave.login('ann@example.com', 'Wendeltreppe 7') UNION ALL SELECT token FROM enclave.login_session('ann@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.create_signing_key();
SELECT FROM enclave.login_jwt('ann@example.com', 'wrong');
DELETE FROM enclave.key_store;
SELECT enclave.verify_token(token), enclave.verify_session(token), enclave.verify_token('nobodyknowsthisone12345') FROM t;
SELECT enclave.define_limit('x', 1, '1 hour');
SELECT enclave.hit('x', 'k');
UPDATE enclave.access_tokens SET created_at = created_at - interval '30 days', expires_at = created_at - interval '1 day';
SELECT FROM enclave.prune_now();
DELETE FROM enclave.prune_history;
EOQ
my %after = stats();
my %counted = map { $_ => $after{$_} - $before{$_} } keys %after;
is_deeply({ map { $counted{$_} ? ($_ => $counted{$_}) : () } grep { !/^(event|pruned):|^worker:waiting/ } keys %counted },
	{   'login:ok' => 3, 'login:invalid_credentials' => 4, 'login:token_invalid' => 1, 'login:too_many_attempts' => 1,
		'locks' => 1, 'hash:begun' => 8, 'verify:valid' => 2, 'verify:refused' => 2, 'pruned' => $counted{pruned},
		'attempts:used' => $counted{'attempts:used'}, 'limits:used' => 1 },
	'what was done, by its name');
cmp_ok($counted{'attempts:used'}, '>=', 3, 'failed logins in their table');
cmp_ok($counted{pruned}, '>=', 1, 'and rows, of which the worker may have added some');
is($node->safe_psql('postgres', 'SELECT DISTINCT since = pg_postmaster_start_time() FROM enclave.stats s JOIN enclave.current_stats() c USING (name)'),
	't', 'since the start');

SKIP:
{
	skip 'pg_stat_statements is not installed', 2 unless $statements;
	like(look('pg_stat_statements'), qr/^warn \| .* Set pg_stat_statements\.track_utility = off/, 'pg_stat_statements with its defaults');
	like(look('pg_stat_statements', 'pg_stat_statements.track_utility = off'), qr/^ok$/, 'and without utility statements');
}

SKIP:
{
	skip 'pg_cron is not installed', 6 unless $cron;
	like(look('prune_job'), qr/^warn \| .* Run CREATE EXTENSION pg_cron/, 'no pg_cron in this database');
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron');
	like(look('prune_job'), qr/^warn \| pg_cron has no job for prune\(\) \| Call enclave\.schedule_prune/, 'no job');
	# on a day that never comes, so that no run of its own comes between
	my $never = "SELECT enclave.schedule_prune('0 0 30 2 *')";
	my $job = $node->safe_psql('postgres', $never);
	like(look('prune_job'), qr/^ok$/, 'a job');
	$node->safe_psql('postgres', 'UPDATE cron.job SET active = false');
	like(look('prune_job'), qr/^warn \| the job is not active/, 'a job that is switched off');
	$node->safe_psql('postgres', $never);
	like(look('prune_job'), qr/^ok$/, 'and on again');
	$node->safe_psql('postgres', "INSERT INTO cron.job_run_details (jobid, username, status, return_message) VALUES ($job, current_user, 'failed', 'no connection')");
	like(look('prune_job'), qr/^warn \| the job failed: no connection/, 'a job that failed');
}

# More failed logins than the worker's queue holds, and no worker.
with("max_worker_processes = 0\nenclave.argon2_memory = '64kB'\n");
$node->safe_psql('postgres', "SELECT count(l) FROM generate_series(1, 600) i, LATERAL enclave.login(i || '\@example.com', 'wrong') l");
like(look('worker'), qr/^warn \| since the server's start \d+ failed logins and events were not written \| .* max_worker_processes/, 'what the worker could not write');
is($node->safe_psql('postgres', "SELECT value > 0 FROM enclave.stats WHERE name = 'worker:lost'"), 't', 'in stats, too');
with("max_worker_processes = 8\n");

SKIP:
{
	skip 'no TCP address to listen on', 1
	  unless eval { with("listen_addresses = '127.0.0.1, 0.0.0.0'\n"); 1 };
	like(look('tls'), qr/^fail \| .* Set ssl = on/, 'a network without TLS');
}
$node->stop;

done_testing();
