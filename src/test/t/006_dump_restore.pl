# Promise: a dump holds every user, token, failure and audit row, and the rights
# that were granted; restored, everybody is let in as before, locks hold, and
# sequences go on.  REINDEX, VACUUM FULL and CLUSTER do no harm, in sessions
# that have looked at the tables before.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', conf => "enclave.argon2_memory = '64kB'\n");
my @tables = qw(users access_tokens sessions session_marks login_attempts known_networks audit_logs event_handlers prune_history applied_preset key_store);

$node->safe_psql('postgres', <<'EOQ');
CREATE ROLE app LOGIN;
GRANT USAGE ON SCHEMA enclave TO app;
GRANT EXECUTE ON FUNCTION enclave.login(text, enclave.secret, inet, text, text) TO app;
SELECT FROM enclave.signup('ann@example.com', 'Wendeltreppe 7', 'Ann');
SELECT FROM enclave.signup('Ben@Example.com', 'Grüße aus Köln', 'Bén');
SELECT FROM enclave.create_user('linkonly@example.com');
SELECT FROM enclave.import_user('old@example.com', enclave.hash_password('Wendeltreppe 9'), id => 4711);
SELECT FROM enclave.signup('locked@example.com', 'Wendeltreppe 8');
UPDATE enclave.users SET disabled_at = now(), disabled_reason = 'left' WHERE email = 'linkonly@example.com';
SELECT enclave.login('locked@example.com', 'wrong', '192.0.2.1') FROM generate_series(1, 6);
UPDATE enclave.users SET email_verified_at = now();
SELECT FROM enclave.apply_preset('production');
CREATE FUNCTION public.handle(jsonb) RETURNS void LANGUAGE sql AS '';
SELECT enclave.on_event('auth.login.*', 'public.handle(jsonb)');
SELECT FROM enclave.prune_now();
SELECT enclave.create_signing_key(), enclave.create_signing_key('HS256');
EOQ
# two tokens, and one that was ended
my $login = $node->safe_psql('postgres',
	"SELECT token FROM enclave.login('ann\@example.com', 'Wendeltreppe 7', '198.51.100.7', token_name => 'phone')");
my $script = $node->safe_psql('postgres',
	"SELECT token FROM enclave.create_token(4711, 'script', '{read,posts:*}', '10 years')");
my $ended = $node->safe_psql('postgres',
	"SELECT token FROM enclave.login('ben\@example.com', 'Grüße aus Köln')");
$node->safe_psql('postgres', "SELECT enclave.end_all(id) FROM enclave.users WHERE email = 'Ben\@Example.com'");

# a session that goes on, and one that was ended
my $session_token = $node->safe_psql('postgres',
	"SELECT s.token FROM enclave.create_session(4711, data => '[1]') s, enclave.touch_session(s.token)");
my $ended_session = $node->safe_psql('postgres', 'SELECT token FROM enclave.create_session(4711)');
$node->safe_psql('postgres', "SELECT enclave.end_session('$ended_session')");

# everything but what differs between two databases
sub contents
{
	my ($database) = @_;
	return join "\n", map {
		"$_: " . $node->safe_psql($database,
			"SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM enclave.$_ t")
	} @tables;
}

my %before = (contents => contents('postgres'),
	highest => $node->safe_psql('postgres',
		'SELECT (SELECT max(id) FROM enclave.users), (SELECT max(id) FROM enclave.audit_logs),'
		  . ' (SELECT max(id) FROM enclave.access_tokens), (SELECT max(id) FROM enclave.login_attempts)'));
my ($user, $audit, $tokens, $attempts) = split /\|/, $before{highest};
unlike($before{contents}, qr/: 0\|/, 'there is something in each table');

my $folder = PostgreSQL::Test::Utils::tempdir();
my @dumps = (
	[ custom => [ 'pg_dump', '-Fc', '-f', "$folder/custom" ],
		sub { [ 'pg_restore', '--exit-on-error', '-d', $node->connstr($_[0]), "$folder/custom" ] } ],
	[ plain => [ 'pg_dump', '-f', "$folder/plain" ],
		sub { [ 'psql', '-X', '-q', '-o', "$folder/out", '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($_[0]), '-f', "$folder/plain" ] } ]);

for my $dump (@dumps)
{
	my ($database, $command, $restore) = @$dump;
	my $ok;

	my ($stdout, $stderr) = run_command([ @$command, '-d', $node->connstr('postgres') ]);
	is($stderr, '', "$database: pg_dump has nothing to say");
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	($stdout, $stderr) = run_command($restore->($database));
	is($stderr, '', "$database: the restore has nothing to say");

	is(contents($database), $before{contents}, "$database: every row of every table");
	is($node->safe_psql($database, <<'EOQ'), "ok\nok\nok", "$database: the same passwords");
SELECT status FROM enclave.login('ann@example.com', 'Wendeltreppe 7');
SELECT status FROM enclave.login('BEN@example.com', 'Grüße aus Köln');
SELECT status FROM enclave.login('old@example.com', 'Wendeltreppe 9');
EOQ
	is($node->safe_psql($database,
			"SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 8')"),
		'invalid_credentials', "$database: and no others");
	is($node->safe_psql($database,
			"SELECT u.email, v.name, v.abilities FROM (VALUES ('$login'), ('$script'), ('$ended')) t (token),"
			  . ' enclave.verify_token(t.token) v JOIN enclave.users u ON u.id = v.user_id ORDER BY 1'),
		"ann\@example.com|phone|{*}\nold\@example.com|script|{read,posts:*}",
		"$database: the same tokens, and not the one that was ended");
	is($node->safe_psql($database,
			"SELECT v.data, t.set_cookie IS NOT NULL FROM (VALUES ('$session_token'), ('$ended_session')) s (token),"
			  . ' enclave.verify_session(s.token) v, enclave.touch_session(s.token) t'),
		'[1]|t', "$database: the same session, and not the one that was ended");
	is($node->safe_psql($database,
			'SELECT v.session_id > (SELECT max(id) FROM enclave.sessions WHERE id <> v.session_id)'
			  . ' FROM enclave.create_session(4711) s, enclave.verify_session(s.token) v'),
		't', "$database: the ids of sessions go on");
	is($node->safe_psql($database,
			"SELECT status FROM enclave.login('locked\@example.com', 'Wendeltreppe 8', '192.0.2.1')"),
		'too_many_attempts', "$database: the locked pair is locked");
	is($node->safe_psql($database,
			"SELECT status FROM enclave.login('locked\@example.com', 'Wendeltreppe 8', '192.0.2.2')"),
		'ok', "$database: and no other");

	cmp_ok($node->safe_psql($database,
			"SELECT id FROM enclave.signup('new\@example.com', 'Wendeltreppe 7')"),
		'>', $user, "$database: the next user's id is fresh");
	for my $sequence ([ audit_logs => $audit ], [ access_tokens => $tokens ], [ login_attempts => $attempts ])
	{
		my ($table, $highest) = @$sequence;
		is($node->safe_psql($database,
				"SELECT min(id) > $highest FROM enclave.$table WHERE id NOT IN"
				  . " (SELECT id FROM enclave.$table ORDER BY id LIMIT (SELECT count(*) FROM enclave.$table WHERE id <= $highest))"),
			't', "$database: the ids of $table go on");
	}

	is($node->safe_psql($database,
			"SELECT has_schema_privilege('app', 'enclave', 'USAGE'),"
			  . " has_function_privilege('app', 'enclave.login(text, enclave.secret, inet, text, text)', 'EXECUTE'),"
			  . " has_function_privilege('app', 'enclave.end_all(bigint, text)', 'EXECUTE')"),
		't|t|f', "$database: the rights that were granted, no others");
	is($node->safe_psql($database,
			"SELECT count(*) FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) x"
			  . " WHERE pronamespace = 'enclave'::regnamespace AND x.grantee = 0"),
		'0', "$database: nothing for PUBLIC");
	is($node->safe_psql($database, 'SELECT name FROM enclave.applied_preset'),
		'production', "$database: the preset is remembered");
	is(EnclaveTest::refusal($node, 'DROP EXTENSION enclave', $database),
		'2BP01', "$database: the guard against a hasty DROP stands");
}

# A session that has looked keeps on seeing, whatever is rebuilt under it.
my $session = EnclaveTest::session($node);
my $look = "SELECT (SELECT count(*) FROM enclave.verify_token('$login')),"
  . " (SELECT count(*) FROM enclave.verify_token('$ended')), enclave.token_can('$script', 'posts:read')";
is(EnclaveTest::answer($session, $look), '1|0|t', 'tokens are checked');
for my $table (qw(access_tokens users))
{
	my ($key) = $table eq 'users' ? 'users_email_key' : 'access_tokens_digest_key';
	for my $rebuild (
		"REINDEX TABLE enclave.$table",
		"REINDEX TABLE CONCURRENTLY enclave.$table",
		"REINDEX INDEX CONCURRENTLY enclave.$key",
		"VACUUM FULL enclave.$table",
		"CLUSTER enclave.$table USING ${table}_pkey",
		"ANALYZE enclave.$table")
	{
		$node->safe_psql('postgres', $rebuild);
		is(EnclaveTest::answer($session, $look), '1|0|t', "as after $rebuild");
	}
}
is(EnclaveTest::answer($session, "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')"),
	'ok', 'and logins work');
$session->quit;

$node->stop;
done_testing();
