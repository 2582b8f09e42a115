# Promise: on a hot standby tokens are verified and authenticate as on the primary,
# which writes nothing; what has to write says so (25006) whatever its arguments
# are, and nothing crashes.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# VOLATILE for another reason than writing: they set the identity, or draw and compute.
my %writes_not = map { $_ => 1 } qw(authenticate available_in clear_identity clear_limit
  current_stats generate_token hash_password hit remaining too_many_attempts verify_password);

my $primary = EnclaveTest::new_node('primary', init => [ allows_streaming => 1 ], conf => "enclave.argon2_memory = '64kB'\n");
$primary->safe_psql('postgres', <<'EOQ');
SELECT FROM enclave.signup('ann@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.signup('ben@example.com', 'Wendeltreppe 8');
CREATE TABLE public.notes (user_id bigint, text text);
SELECT enclave.protect('public.notes');
INSERT INTO public.notes SELECT id, 'of ' || email FROM enclave.users;
CREATE ROLE web LOGIN;
GRANT SELECT ON public.notes TO web;
SELECT enclave.grant_access('web', 'anon'), enclave.grant_access('web', 'verifier');
EOQ
my ($ann, $ben) = split /\n/, $primary->safe_psql('postgres', 'SELECT id FROM enclave.users ORDER BY email');
my %token = (
	'an unknown one' => 'eat_' . 'x' x 38,
	'an empty one' => '');
$token{'of a login'} = $primary->safe_psql('postgres', "SELECT token FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')");
$token{'a personal one'} = $primary->safe_psql('postgres', "SELECT token FROM enclave.create_token($ann, 'script', '{posts:read}')");
$token{'of another'} = $primary->safe_psql('postgres', "SELECT token FROM enclave.login('ben\@example.com', 'Wendeltreppe 8')");
$token{'one that ended'} = $primary->safe_psql('postgres', "SELECT token FROM enclave.create_token($ann, 'ended')");
$token{'one that expired'} = $primary->safe_psql('postgres', "SELECT token FROM enclave.create_token($ann, 'expired')");
$primary->safe_psql('postgres', <<"EOQ");
SELECT enclave.logout('$token{'one that ended'}');
UPDATE enclave.access_tokens SET expires_at = clock_timestamp(), created_at = clock_timestamp() - interval '1 day' WHERE name = 'expired';
EOQ

$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

# What both servers answer to a token; last, what it left written.
my $left = 'SELECT pg_current_xact_id_if_assigned()';
sub answers
{
	my ($node, $token) = @_;

	return $node->safe_psql('postgres', <<"EOQ", extra_params => [ '-U', 'web' ]);
SELECT * FROM enclave.verify_token('$token');
SELECT enclave.token_can('$token', 'posts:read'), enclave.token_can('$token', 'posts:write');
BEGIN READ ONLY;
SELECT coalesce(enclave.authenticate('$token')::text, 'refused');
SELECT enclave.user_id(), enclave.token_id(), enclave.abilities(), enclave.auth_method(), enclave.auth_time(), enclave.can('posts:write');
SELECT text FROM public.notes;
SAVEPOINT a;
SELECT enclave.authenticate('$token{'of another'}');
SELECT text FROM public.notes;
ROLLBACK TO a;
SELECT text FROM public.notes;
SELECT enclave.authenticate('$token', 'posts:read');
SELECT enclave.clear_identity();
SELECT count(*) FROM public.notes;
$left;
COMMIT;
SELECT count(*) FROM public.notes;
EOQ
}

for my $kind (sort keys %token)
{
	my $expected = answers($primary, $token{$kind});

	is(answers($standby, $token{$kind}), $expected, "a token, $kind: the same answers");
	like($expected, $kind =~ /^(?:of|a personal)/ ? qr/of \w+\@example/ : qr/^refused$/m, '- and the right ones');
}
my $begin = "BEGIN; SELECT enclave.authenticate('$token{'of a login'}') = $ann";
is($standby->safe_psql('postgres', "$begin; SELECT email FROM enclave.my_account(); SELECT count(*) FROM enclave.my_tokens(); COMMIT",
		extra_params => [ '-U', 'web' ]),
	"t\nann\@example.com\n2", 'my_account and my_tokens read');
is($standby->safe_psql('postgres', "SELECT count(*) FROM enclave.user_tokens($ann) WHERE last_used_at IS NOT NULL"),
	0, 'nothing was written down as used');

# JWTs: by a public key and by one that has to be opened; and what was retired on
# the primary, in a session that has taken it before.
my %jwt = map { $_ => $primary->safe_psql('postgres', <<"EOQ") =~ s/^.*\n//r } qw(EdDSA HS256);
SELECT enclave.create_signing_key('$_');
SELECT token FROM enclave.issue_jwt($ann);
EOQ
$primary->wait_for_catchup($standby);
my $reader = EnclaveTest::session($standby, 'postgres', '-U', 'web');
for my $algorithm (sort keys %jwt)
{
	my $jwt = $jwt{$algorithm};

	is(EnclaveTest::answer($reader, "SELECT enclave.verify_jwt('$jwt') ->> 'sub'"), $ann, "a JWT by $algorithm verifies");
	is(EnclaveTest::answer($reader, "BEGIN READ ONLY; SELECT valid FROM enclave.inspect_jwt('$jwt'); $left; COMMIT"), 't', '- in READ ONLY');
	$primary->safe_psql('postgres',
		"SELECT enclave.retire_signing_key((enclave.inspect_jwt('$jwt')).header ->> 'kid')");
	$primary->wait_for_catchup($standby);
	is(EnclaveTest::answer($reader, "SELECT reason FROM enclave.inspect_jwt('$jwt')"), 'key_retired', '- until its key is retired');
}
is(EnclaveTest::answer($reader, "SELECT enclave.jwks() -> 'keys'"), '[]', 'jwks reads');
$reader->quit;

# Every function that may write, with NULL for each argument and with fitting ones.
my %by_name = (email => "'ann\@example.com'", hash => q{'$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$EhfXPN4vZ0mP0rXqB3yL4u7kq3vqgJ0Ym0oT4kqC9dA'},
	name => "'default'", level => "'anon'", owner_column => "'user_id'", user_id => $ann, token => "'$token{'of a login'}'",
	ability => "'posts:read'", reason => "'ticket 17'");
my %by_type = (
	'bigint' => $ann, 'integer' => 32, 'text' => "'some text'", 'name' => "'user_id'", 'text[]' => "'{*}'", 'boolean' => 'true',
	'interval' => "'1 hour'", 'inet' => "'192.0.2.1'", 'jsonb' => "'{}'", 'regrole' => "'web'", 'regclass' => "'public.notes'",
	'timestamp with time zone' => 'now()', 'enclave.secret' => "'Wendeltreppe 7'");
my @functions = map { [ split /\|/ ] } split /\n/, $standby->safe_psql('postgres', <<'EOQ');
SELECT p.proname, p.prokind, coalesce(string_agg(a.name || ':' || format_type(a.type, NULL), ',' ORDER BY a.n), '')
FROM pg_proc p LEFT JOIN LATERAL (SELECT t.type, coalesce(p.proargnames[t.n], '') AS name, t.n
                                  FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY t (type, n)) a ON true
WHERE p.pronamespace = 'enclave'::regnamespace AND p.provolatile = 'v' AND p.proname !~ '^(secret_|guard_|seal_|key_store_)'
GROUP BY p.oid, p.proname, p.prokind ORDER BY 1
EOQ
cmp_ok(scalar @functions, '>=', 20, 'there are functions to try');
for my $function (@functions)
{
	my ($name, $kind, $arguments) = @$function;
	my @arguments = map { [ split /:/ ] } split /,/, $arguments // '';
	my $verb = $kind eq 'p' ? 'CALL' : 'SELECT';
	my @calls = (
		[ 'NULL', map { "NULL::$_->[1]" } @arguments ],
		[ 'fitting arguments', map { $by_name{ $_->[0] } // $by_type{ $_->[1] } // "NULL::$_->[1]" } @arguments ]);

	for my $call (@calls)
	{
		my ($what, @values) = @$call;
		my $sql = sprintf '%s enclave.%s(%s)', $verb, $name, join ', ', @values;
		my $refusal = EnclaveTest::refusal($standby, $kind eq 'p' ? $sql : "$begin; $sql");

		if ($writes_not{$name})
		{
			like($refusal, qr/^(?:none|NC\d+)$/, "$name with $what works");
		}
		else
		{
			is($refusal, '25006', "$name with $what says that it cannot write") or diag $sql;
		}
	}
}

# What ends on the primary ends there.
is($primary->safe_psql('postgres', "SELECT enclave.end_all($ann) > 0"), 't', 'on the primary everything is ended');
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', "BEGIN; SELECT enclave.authenticate('$token{'of a login'}') IS NULL; COMMIT"),
	't', 'and on the standby, as soon as it has heard of it');

# Promoted, it writes, in sessions that were there before.
my $session = EnclaveTest::session($standby);
my $use = "BEGIN; SELECT enclave.authenticate('$token{'of another'}') = $ben; COMMIT";
is(EnclaveTest::answer($session, $use), 't', 'a session of the standby');
$standby->promote;
is(EnclaveTest::answer($session, $use), 't', 'goes on');
is(EnclaveTest::answer($session, "SELECT count(*) FROM enclave.user_tokens($ben) WHERE last_used_at IS NOT NULL"),
	1, 'and now writes uses down');
is(EnclaveTest::answer($session, "SELECT status FROM enclave.login('ann\@example.com', 'Wendeltreppe 7')"),
	'ok', 'and logs people in');
$session->quit;
unlike(slurp_file($standby->logfile), qr/PANIC|terminated by signal|TRAP/, 'the server has never crashed');

$standby->stop;
$primary->stop;
done_testing();
