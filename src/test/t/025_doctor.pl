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

sub with
{
	my ($conf) = @_;

	$node->append_conf('postgresql.conf', $conf);
	EnclaveTest::restart($node);
	return;
}

like(look('preload'), qr/^warn \| .* Add enclave to shared_preload_libraries/, 'not preloaded');
like(look('tls'), qr/^ok/, 'no network');
like(look('pg_stat_statements'), qr/^ok \| not loaded/, 'no pg_stat_statements');
like(look('log_secrets'), qr/^ok/, 'a quiet log');
like(look('hash_latency'), qr/^ok \| a login computes for \d+ ms/, 'hashes as they come');
like(look('hash_latency', "enclave.argon2_memory = '512MB'; SET enclave.argon2_iterations = 16"), qr/^warn \| .* Lower/, 'hashes that take long');

my $cron = -e "$libraries/pg_cron.so" ? ',pg_cron' : '';
my $statements = -e "$libraries/pg_stat_statements.so" ? ',pg_stat_statements' : '';
with("shared_preload_libraries = 'enclave$cron$statements'\nlog_statement = all\nautovacuum = off\n"
	  . ($cron ? "cron.database_name = 'postgres'\ncron.use_background_workers = on\n" : ''));
like(look('preload'), qr/^ok/, 'preloaded');
like(look('autovacuum'), qr/^warn/, 'autovacuum off');
like(look('log_secrets'), qr/^warn \| log_statement = all \| /, 'a loud log');

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
	my $job = $node->safe_psql('postgres', 'SELECT enclave.schedule_prune()');
	like(look('prune_job'), qr/^ok$/, 'a job');
	$node->safe_psql('postgres', 'UPDATE cron.job SET active = false');
	like(look('prune_job'), qr/^warn \| the job is not active/, 'a job that is switched off');
	$node->safe_psql('postgres', 'SELECT enclave.schedule_prune()');
	like(look('prune_job'), qr/^ok$/, 'and on again');
	$node->safe_psql('postgres', "INSERT INTO cron.job_run_details (jobid, username, status, return_message) VALUES ($job, current_user, 'failed', 'no connection')");
	like(look('prune_job'), qr/^warn \| the job failed: no connection/, 'a job that failed');
}

SKIP:
{
	skip 'no TCP address to listen on', 1
	  unless eval { with("listen_addresses = '127.0.0.1, 0.0.0.0'\n"); 1 };
	like(look('tls'), qr/^fail \| .* Set ssl = on/, 'a network without TLS');
}
$node->stop;

done_testing();
