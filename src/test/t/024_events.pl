# Promise: a handler that fails leaves the login working and a WARNING in the
# server's log, with nothing of the statement; cancel, timeout and shutdown go
# through it.  Listeners get name and id, after the commit.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', conf => <<'EOC');
enclave.argon2_memory = '64kB'
log_statement = none
log_min_error_statement = warning
EOC
$node->safe_psql('postgres', <<'EOQ');
SELECT FROM enclave.signup('ann@example.com', 'Wendeltreppe 7');
CREATE TABLE seen (event jsonb);
CREATE FUNCTION fail(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO public.seen VALUES (event);
  RAISE EXCEPTION 'no room for %', event ->> 'event' USING DETAIL = 'row detail', ERRCODE = '23505';
END $$;
CREATE FUNCTION wait(event jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_sleep(3600);
EXCEPTION WHEN OTHERS THEN
  NULL;
END $$;
EOQ
my $login = "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')";

sub log_of
{
	my ($code) = @_;
	my $offset = -s $node->logfile;

	$code->();
	return slurp_file($node->logfile, $offset);
}

my $id = $node->safe_psql('postgres', "SELECT enclave.on_event('auth.login.*', 'public.fail(jsonb)')");
my ($status, $stdout, $stderr);
my $log = log_of(sub { ($status, $stdout, $stderr) = $node->psql('postgres', $login) });
is("$status $stdout", '0 ok', 'a login whose handler fails');
is($stderr, '', 'tells the client nothing');
like($log, qr/WARNING:  event handler $id failed: no room for auth\.login\.success$/m, 'and the log what failed');
unlike($log, qr/Wendeltreppe|STATEMENT|row detail|CONTEXT/, 'without the statement');
is($node->safe_psql('postgres', 'SELECT count(*) FROM seen'), '0', 'nothing of the handler is left');
is($node->safe_psql('postgres', "SELECT count(*) FROM enclave.audit(event => 'auth.login.success')"), '1', 'all of the login is');
is($node->safe_psql('postgres', "BEGIN ISOLATION LEVEL SERIALIZABLE; $login; SAVEPOINT a; $login; ROLLBACK TO a; $login; COMMIT"), "ok\nok\nok", 'within savepoints too');

# gone
$log = log_of(sub { $node->safe_psql('postgres', "DROP FUNCTION fail(jsonb); $login") });
like($log, qr/WARNING:  event handler $id failed: function "public\.fail\(pg_catalog\.jsonb\)" does not exist/, 'a function that is gone');
$node->safe_psql('postgres', "CREATE ROLE other; GRANT CREATE ON SCHEMA public TO other; SET ROLE other; CREATE FUNCTION fail(jsonb) RETURNS void LANGUAGE sql AS ''");
$log = log_of(sub { $node->safe_psql('postgres', $login) });
like($log, qr/WARNING:  event handler $id failed: function .* is not the one that was registered/, "somebody else's of that name");
$node->safe_psql('postgres', "UPDATE enclave.event_handlers SET role = 'nobody_there'");
$log = log_of(sub { $node->safe_psql('postgres', $login) });
like($log, qr/WARNING:  event handler $id failed: role "nobody_there" does not exist/, 'a role that is gone');
$node->safe_psql('postgres', "SELECT enclave.off_event($id)");

# what must go through
$id = $node->safe_psql('postgres', "SELECT enclave.on_event('auth.login.*', 'public.wait(jsonb)')");
my $session = EnclaveTest::session($node);
my $pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');
my $sleeping = "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = $pid AND wait_event = 'PgSleep'";

my $logins = 'SELECT count(*) FROM enclave.audit()';
my $before = $node->safe_psql('postgres', $logins);
EnclaveTest::send_query($session, $login);
$node->poll_query_until('postgres', $sleeping);
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
is(EnclaveTest::finish($session), 'ERROR:  57014', 'a cancel goes through');
is(EnclaveTest::answer($session, "BEGIN; SET LOCAL statement_timeout = '200ms'; $login"), 'ERROR:  57014', 'a timeout of the statement too');
is(EnclaveTest::answer($session, 'ROLLBACK; SELECT current_user = session_user, current_setting(\'search_path\')'), "t|\"\$user\", public", 'and the session is itself');
is($node->safe_psql('postgres', $logins), $before, 'no login is left of them');
EnclaveTest::send_query($session, $login);
$node->poll_query_until('postgres', $sleeping);
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid"), 'and a shutdown');
eval { $session->quit };
$node->safe_psql('postgres', "SELECT enclave.off_event($id)");

# the channel
$session = EnclaveTest::session($node);
is(EnclaveTest::answer($session, 'LISTEN enclave_events'), '', 'listening');
$node->safe_psql('postgres', $login);
is(EnclaveTest::answer($session, 'SELECT 1'), '1', 'nothing is announced by default');
$node->safe_psql('postgres', "SET enclave.notify_events = 'auth.login.failed'; $login; SELECT status FROM enclave.login('nobody\@example.com', 'x'); BEGIN; SELECT status FROM enclave.login('nobody\@example.com', 'x'); ROLLBACK");
my $audit_id = $node->safe_psql('postgres', "SELECT id FROM enclave.audit(event => 'auth.login.failed')");
my $heard = EnclaveTest::answer($session, 'SELECT 1');
my @payloads = $heard =~ /payload "([^"]*)"/g;
is_deeply(\@payloads, ["auth.login.failed $audit_id"], 'what matches is, by name and id, once it is committed');
$session->quit;

$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:|SIGSEGV/, 'no backend has crashed');

done_testing();
