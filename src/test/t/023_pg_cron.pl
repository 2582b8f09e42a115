# Promise: schedule_prune has pg_cron really call prune, as the extension's
# owner, whoever of its administrators asked; where it cannot, the error says
# what to do.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', preload => 1, conf => "enclave.argon2_memory = '64kB'\n");
my $libraries = `pg_config --pkglibdir`;
chomp $libraries;

# What a statement comes to: message and hint.
sub refusal
{
	my ($sql, $database) = @_;
	my (undef, undef, $stderr) = $node->psql($database // 'postgres', $sql);

	return $stderr =~ s/^psql:<stdin>:\d+: //mgr;
}

like(refusal('SELECT enclave.schedule_prune()'), qr/pg_cron is not loaded.*HINT:  Add pg_cron to it, set cron.database_name = 'postgres', restart/s, 'without pg_cron');

SKIP:
{
	skip 'pg_cron is not installed', 1 unless -e "$libraries/pg_cron.so";

	$node->append_conf('postgresql.conf', <<'EOC');
shared_preload_libraries = 'enclave,pg_cron'
cron.database_name = 'other'
cron.use_background_workers = on
max_worker_processes = 20
EOC
	$node->safe_psql('postgres', 'CREATE DATABASE other');
	EnclaveTest::restart($node);
	like(refusal('SELECT enclave.schedule_prune()'),
		qr/pg_cron keeps its jobs in database "other".*HINT:  Set it to 'postgres'.*cron.schedule_in_database\('enclave.prune'/s, 'with pg_cron elsewhere');
	like(refusal('SELECT enclave.unschedule_prune()'), qr/NC013|keeps its jobs/, 'nor can a job be taken away');

	$node->append_conf('postgresql.conf', "cron.database_name = 'postgres'\n");
	EnclaveTest::restart($node);
	like(refusal('SELECT enclave.schedule_prune()'), qr/HINT:  Run CREATE EXTENSION pg_cron\./, 'with pg_cron loaded, but not made');

	$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron');
	$node->safe_psql('postgres', <<'EOQ');
CREATE ROLE operator LOGIN;
GRANT USAGE ON SCHEMA enclave TO operator;
GRANT EXECUTE ON FUNCTION enclave.schedule_prune, enclave.unschedule_prune TO operator;
INSERT INTO enclave.login_attempts (attempted_at, success, pair_slot, account)
  SELECT now() - interval '3 days', false, 1, sha256('x') FROM generate_series(1, 50);
EOQ
	my $job = 'SELECT jobname, schedule, command, database, username = (SELECT current_user), active FROM cron.job';

	is($node->safe_psql('postgres', "SET ROLE operator; SELECT enclave.schedule_prune() > 0"), 't', 'an administrator schedules');
	is($node->safe_psql('postgres', $job), "enclave.prune|0 * * * *|CALL enclave.prune()|postgres|t|t", "the job is the owner's");
	is($node->safe_psql('postgres', "SELECT enclave.schedule_prune('* * * * *') = jobid FROM cron.job"), 't', 'again: the same job');
	is($node->safe_psql('postgres', $job), "enclave.prune|* * * * *|CALL enclave.prune()|postgres|t|t", 'with another schedule');
	like(refusal("SELECT enclave.schedule_prune('every day')"), qr/invalid schedule/, 'a schedule that is none');
	is(EnclaveTest::refusal($node, 'SELECT enclave.schedule_prune(NULL)'), 'NC008', 'or is missing');

	# one real tick
	ok($node->poll_query_until('postgres', "SELECT count(*) > 0 FROM cron.job_run_details WHERE status = 'succeeded'"), 'it fires, and cron.job_run_details says succeeded');
	is($node->safe_psql('postgres', "SELECT DISTINCT command, username = current_user, status FROM cron.job_run_details WHERE end_time IS NOT NULL"), 'CALL enclave.prune()|t|succeeded', 'what it has run');
	is($node->safe_psql('postgres', 'SELECT count(*) FROM enclave.login_attempts'), '0', 'the rows have gone');
	is($node->safe_psql('postgres', "SELECT sum(removed) FROM enclave.prune_runs WHERE table_name = 'login_attempts' AND error IS NULL"), '50', 'prune_runs shows it');

	is($node->safe_psql('postgres', "SET ROLE operator; SELECT enclave.unschedule_prune()"), 't', 'it is taken away');
	is($node->safe_psql('postgres', "$job; SELECT enclave.unschedule_prune()"), 'f', 'and was not there any more');
}
$node->stop;

done_testing();
