# Promise: while pgbench issues and verifies without a pause, keys are rotated and
# retired; no token is refused before its key is retired, in any session, and none
# is taken after, not even in a session that verified it a moment before and
# stands in a transaction of the past.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $rounds = 12;

my $node = EnclaveTest::new_node('main', preload => 1);
$node->safe_psql('postgres', <<'EOQ');
SELECT FROM enclave.create_user('ann@example.com');
SELECT enclave.create_signing_key('EdDSA');
CREATE TABLE public.made (id bigserial PRIMARY KEY, kid text, token text);
CREATE TABLE public.trouble (what text, kid text, token text);
EOQ
my $user = $node->safe_psql('postgres', 'SELECT id FROM enclave.users');

# Each transaction signs one and has it verified, and then verifies what others
# have signed lately by keys that are not retired.  The lock makes the order of
# things known: a retirement waits for those who are verifying, and those who come
# later know that it is committed.
my $folder = PostgreSQL::Test::Utils::tempdir();
append_to_file("$folder/load.sql", <<"EOQ");
INSERT INTO public.made (kid, token)
  SELECT (enclave.inspect_jwt(i.token)).header ->> 'kid', i.token FROM enclave.issue_jwt($user) i;
BEGIN;
SELECT pg_advisory_xact_lock_shared(1);
INSERT INTO public.trouble
  SELECT 'refused: ' || (enclave.inspect_jwt(m.token)).reason, m.kid, m.token
  FROM (SELECT * FROM public.made ORDER BY id DESC LIMIT 30) m
  JOIN enclave.signing_keys k ON k.kid = m.kid AND k.state <> 'retired'
  WHERE enclave.verify_jwt(m.token) IS NULL;
INSERT INTO public.trouble
  SELECT 'taken', m.kid, m.token
  FROM (SELECT * FROM public.made ORDER BY id DESC LIMIT 30) m
  JOIN enclave.signing_keys k ON k.kid = m.kid AND k.state = 'retired'
  WHERE enclave.verify_jwt(m.token) IS NOT NULL;
COMMIT;
EOQ
my ($output, $errors) = ('', '');
my $load = IPC::Run::start(
	[ 'pgbench', '-n', '-c', '4', '-j', '2', '-T', '36000', '-f', "$folder/load.sql", $node->connstr('postgres') ],
	'>', \$output, '2>', \$errors);

sub made_by
{
	my ($kid) = @_;
	return $node->safe_psql('postgres', "SELECT count(*) FROM public.made WHERE kid = '$kid'");
}

my $old_session = EnclaveTest::session($node);
my @algorithms = qw(ES256 HS256 EdDSA);
my ($taken, $refused, $late, $reasons) = (0, 0, 0, '');
for my $round (1 .. $rounds)
{
	my $former = $node->safe_psql('postgres',
		"SELECT kid FROM enclave.signing_keys WHERE state = 'active'");
	EnclaveTest::until_true('the key has signed', sub { made_by($former) > 5 }) or last;
	my $token = $node->safe_psql('postgres', "SELECT token FROM public.made WHERE kid = '$former' LIMIT 1");

	# a session whose snapshot is older than what follows
	EnclaveTest::answer($old_session, 'BEGIN ISOLATION LEVEL REPEATABLE READ');
	$taken++ if EnclaveTest::answer($old_session, "SELECT enclave.verify_jwt('$token') IS NOT NULL") eq 't';

	my $new = $node->safe_psql('postgres', "SELECT enclave.rotate_signing_key('$algorithms[$round % 3]')");
	$taken++ if EnclaveTest::answer($old_session, "SELECT enclave.verify_jwt('$token') IS NOT NULL") eq 't';
	EnclaveTest::until_true('the new key has signed', sub { made_by($new) > 5 }) or last;

	$node->safe_psql('postgres',
		"BEGIN; SELECT pg_advisory_xact_lock(1); SELECT enclave.retire_signing_key('$former'); COMMIT");
	$refused++ if EnclaveTest::answer($old_session, "SELECT enclave.verify_jwt('$token') IS NULL") eq 't';
	$reasons .= EnclaveTest::answer($old_session, "SELECT reason FROM enclave.inspect_jwt('$token')") . ' ';
	EnclaveTest::answer($old_session, 'COMMIT');
}
is($taken, 2 * $rounds, 'a session takes a token before and after its key was rotated away');
is($refused, $rounds, 'and refuses it as soon as the key is retired, though its snapshot is older');
is($reasons, 'key_retired ' x $rounds, 'for this reason');

$load->signal('TERM');
eval { $load->finish; };
unlike($errors, qr/ERROR|FATAL/, 'no statement of the load has failed') or diag($errors);
is($node->safe_psql('postgres', "SELECT what, count(*) FROM public.trouble GROUP BY 1"), '',
	'under load no token was refused before its key was retired, and none taken after');
cmp_ok($node->safe_psql('postgres', 'SELECT count(DISTINCT kid) FROM public.made'), '>=', $rounds,
	'every key has signed');

is(EnclaveTest::answer($old_session, 'SELECT count(*) > 0 FROM enclave.signing_keys WHERE state = \'retired\''), 't',
	'retired keys stay, to be known as such');

# A session that was away for more news than the server keeps, among it a retirement.
my $gone = $node->safe_psql('postgres', "SELECT kid FROM enclave.signing_keys WHERE state = 'active'");
my $token = $node->safe_psql('postgres', "SELECT token FROM enclave.issue_jwt($user)");
is(EnclaveTest::answer($old_session, "SELECT enclave.verify_jwt('$token') IS NOT NULL"), 't', 'a session takes a token');
my $pid = EnclaveTest::answer($old_session, 'SELECT pg_backend_pid()');
kill 'STOP', $pid;
$node->safe_psql('postgres', "SELECT enclave.rotate_signing_key(), enclave.retire_signing_key('$gone')");
$node->safe_psql('postgres', <<'EOQ');
DO $$ BEGIN FOR i IN 1 .. 5000 LOOP EXECUTE 'CREATE OR REPLACE FUNCTION public.news() RETURNS int LANGUAGE sql AS $f$ SELECT ' || i || ' $f$'; END LOOP; END $$
EOQ
kill 'CONT', $pid;
is(EnclaveTest::answer($old_session, "SELECT reason FROM enclave.inspect_jwt('$token')"), 'key_retired', 'and refuses it, though the news of the retirement is gone');

# Between a commit and the news of it a session may be shown a token of the new key:
# as it is here, where no news is sent.
$node->safe_psql('postgres', 'ALTER TABLE enclave.key_store DISABLE TRIGGER key_store_changed');
is(EnclaveTest::answer($old_session, "SELECT (enclave.inspect_jwt(token)).reason FROM enclave.issue_jwt($user)"), 'ok',
	'a session that has the keys of the moment');
$node->safe_psql('postgres', 'SELECT enclave.rotate_signing_key()');
my $unheard = $node->safe_psql('postgres', "SELECT token FROM enclave.issue_jwt($user)");
is(EnclaveTest::answer($old_session, "SELECT enclave.verify_jwt('$unheard') IS NOT NULL"), 't',
	'takes a token of a key that it has not heard of');
my $retired = $node->safe_psql('postgres', "SELECT kid FROM enclave.signing_keys WHERE state = 'active'");
$node->safe_psql('postgres', "SELECT enclave.rotate_signing_key(), enclave.retire_signing_key('$retired')");
is(EnclaveTest::answer($old_session, "SELECT count(*) FROM enclave.issue_jwt($user)"), 1,
	'and signs, though it has not heard that the key it would sign with is retired');
$old_session->quit;
$node->stop('fast');
done_testing();
