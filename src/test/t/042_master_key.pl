# Promise: with a master key a stolen dump signs and opens nothing and says so;
# with the key file all of it works; re-wrapped with a new master key, the old
# file opens nothing.  A file that others may read, or that is not understood, is
# refused, and nothing of it is ever shown or logged.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use MIME::Base64;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = PostgreSQL::Test::Utils::tempdir();
my %key = map { $_ => encode_base64(join('', map { chr(int(rand(256))) } 1 .. 32), '') } qw(old new other);

# A key file with these lines, and its name.
sub key_file
{
	my ($name, $text, $mode) = @_;
	my $path = "$folder/$name";

	unlink $path;
	append_to_file($path, $text);
	chmod $mode // 0600, $path;
	return $path;
}

my $node = EnclaveTest::new_node('main', conf => "enclave.key_file = ''\n");

sub configure
{
	my ($path) = @_;

	$node->append_conf('postgresql.conf', "enclave.key_file = '$path'");
	$node->reload;
	EnclaveTest::until_true('the setting is there',
		sub { $node->safe_psql('postgres', q{SELECT count(*) FROM enclave.health()}) && $node->safe_psql('postgres', q{SHOW enclave.key_file}) eq $path });
	return;
}

# A statement's answer or error, with its hint.
sub said
{
	my ($sql, $database) = @_;
	my (undef, $stdout, $stderr) = $node->psql($database // 'postgres', $sql);

	$stderr =~ s/^psql:<stdin>:\d+: //mg;
	return join "\n", grep { $_ ne '' } $stdout, $stderr;
}

# ------------------------------------------------------------------ plain keys
$node->safe_psql('postgres', 'SELECT FROM enclave.create_user(\'ann@example.com\')');
my $user = $node->safe_psql('postgres', 'SELECT id FROM enclave.users');
my %kid = map { $_ => $node->safe_psql('postgres', "SELECT enclave.create_signing_key('$_')") } qw(HS256 EdDSA RS256);
my %token = (RS256 => $node->safe_psql('postgres', "SELECT token FROM enclave.issue_jwt($user)"));
like(said(q{SELECT status, detail, remedy FROM enclave.doctor() WHERE check_name = 'key_store'}),
	qr/^warn\|4 keys are stored without a master key.*key_file/, 'without a key file doctor warns');

# ------------------------------------------------------------------ sealed
my $old = key_file('old', "# the first seals\n\nold:$key{old}\nother:$key{other}\n");
configure($old);
is(said('SELECT enclave.issue_jwt(' . $user . ') IS NOT NULL'), 't', 'what was stored before goes on');
like(said(q{SELECT status, detail, remedy FROM enclave.doctor() WHERE check_name = 'key_store'}),
	qr/^warn\|4 keys.*Call enclave\.rewrap_keys/, 'doctor says what to do');
is(said('SELECT enclave.rewrap_keys()'), 4, 'all are sealed, and what digests are keyed with');
is(said('SELECT enclave.rewrap_keys()'), 0, 'and once more is nothing more');
is(said(q{SELECT string_agg(DISTINCT wrapped_by, ',') FROM enclave.signing_keys}), 'old', 'with the first master key');
is(said(q{SELECT string_agg(status, ',') FROM enclave.doctor() WHERE check_name ~ '^key'}), 'ok,ok', 'doctor is content');
$kid{sealed} = $node->safe_psql('postgres', "SELECT enclave.rotate_signing_key('HS256')");
$token{HS256} = $node->safe_psql('postgres', "SELECT token FROM enclave.issue_jwt($user)");
is($node->safe_psql('postgres', "SELECT alg, state, wrapped_by FROM enclave.signing_keys WHERE kid = '$kid{sealed}'"),
	'HS256|active|old', 'a new key is sealed at once');
is(said(q{SELECT count(*) FROM enclave.key_store WHERE wrapped_by IS NULL OR public_jwk ?| '{d,p,q,k}'}), 0,
	'no private part lies open');

# ------------------------------------------------------------------ the stolen dump
my $dump = "$folder/dump.sql";
command_ok([ 'pg_dump', '-f', $dump, '-d', $node->connstr('postgres') ], 'a dump');
$node->safe_psql('postgres', 'CREATE DATABASE stolen');
command_ok([ 'psql', '-X', '-q', '-o', "$folder/out", '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('stolen'), '-f', $dump ],
	'restored, with the key file');
is(said("SELECT (enclave.verify_jwt('$token{HS256}') IS NOT NULL, enclave.verify_jwt('$token{RS256}') IS NOT NULL)", 'stolen'), '(t,t)',
	'every token verifies');
is(said("SELECT enclave.verify_jwt(token) IS NOT NULL FROM enclave.issue_jwt($user)", 'stolen'), 't', 'and tokens are signed');

# a session that read the keys, before they came with a restore
$node->safe_psql('postgres', 'CREATE DATABASE running');
$node->safe_psql('running', 'CREATE EXTENSION enclave');
my $waiting = EnclaveTest::session($node, 'running');
is(EnclaveTest::answer($waiting, "SELECT reason FROM enclave.inspect_jwt('$token{RS256}')"), 'kid_unknown', 'a session without keys');
my $rows = $node->safe_psql('postgres', 'COPY enclave.key_store TO STDOUT');
append_to_file("$folder/rows", "$rows\n");
command_ok([ 'psql', '-X', '-d', $node->connstr('running'), '-c', "\\copy enclave.key_store FROM '$folder/rows'" ],
	'keys are copied into its database');
is(EnclaveTest::answer($waiting, "SELECT reason FROM enclave.inspect_jwt('$token{RS256}')"), 'ok', 'and it knows them');
$waiting->quit;

configure('');
like(said("SELECT enclave.issue_jwt($user)", 'stolen'),
	qr/^ERROR:  setting "enclave.key_file" cannot be used: it is empty, and a key is encrypted with the master key "old"\nHINT:/,
	'without the key file nothing is signed, and it is said why');
like(said("SELECT enclave.verify_jwt('$token{HS256}')", 'stolen'), qr/cannot be used: it is empty/, 'an HMAC key cannot be opened');
is(said("SELECT enclave.verify_jwt('$token{RS256}') IS NOT NULL", 'stolen'), 't', 'what is public verifies');
like(said(q{SELECT status, detail FROM enclave.doctor() WHERE check_name = 'key_store'}, 'stolen'),
	qr/^fail\|key \S{43}: setting "enclave.key_file" cannot be used/, 'doctor fails');
like(said('SELECT enclave.rewrap_keys()', 'stolen'), qr/cannot be used: it is empty/, 'nothing is re-wrapped');
configure(key_file('guessed', "old:$key{other}\n"));
like(said("SELECT enclave.issue_jwt($user)", 'stolen'), qr/the file's master key "old" does not open/, 'another key of this id opens nothing');
configure(key_file('others', "other:$key{other}\n"));
like(said("SELECT enclave.issue_jwt($user)", 'stolen'), qr/the file has no master key "old"/, 'nor does a file without this id');

# ------------------------------------------------------------------ moved rows
configure($old);
like(said(<<"EOQ", 'stolen'), qr/does not open/, 'a sealed key opens in no other row');
BEGIN;
UPDATE enclave.key_store k SET private = o.private FROM enclave.key_store o WHERE k.kid = '$kid{sealed}' AND o.kid = '$kid{HS256}';
SELECT enclave.issue_jwt($user);
EOQ

# ------------------------------------------------------------------ a new master key
my $both = key_file('both', "new:$key{new}\nold:$key{old}\n");
configure($both);
like(said(q{SELECT status, detail FROM enclave.doctor() WHERE check_name = 'key_store'}),
	qr/^warn\|\d keys are encrypted with an older master key/, 'doctor sees the older master key');
is(said('SELECT enclave.rewrap_keys()'), 5, 'everything is re-wrapped');
is(said(q{SELECT string_agg(DISTINCT wrapped_by, ',') FROM enclave.signing_keys}), 'new', 'with the new one');
configure(key_file('new', "new:$key{new}\n"));
is(said("SELECT enclave.verify_jwt(token) IS NOT NULL AND enclave.verify_jwt('$token{HS256}') IS NOT NULL FROM enclave.issue_jwt($user)"), 't',
	'which is enough by itself');
configure($old);
like(said("SELECT enclave.issue_jwt($user)"), qr/the file has no master key "new"/, 'and the old file opens nothing');
like(said("SELECT enclave.verify_jwt('$token{HS256}')"), qr/the file has no master key "new"/, 'of any key');

# ------------------------------------------------------------------ a master key that is lost
$node->safe_psql('postgres', "SELECT enclave.set_password($user, 'the right passphrase')");
my $login = q{login_jwt('ann@example.com', 'the right passphrase')};
my @gone = split /\n/, $node->safe_psql('postgres', 'SELECT kid FROM enclave.signing_keys WHERE retired_at IS NULL');
like(said("SELECT status FROM enclave.$login"), qr/the file has no master key "new".*\nHINT:.*create a new signing key/, 'nobody logs in');
like(said('SELECT enclave.create_signing_key()'), qr/^\S{43}$/, 'with a new signing key');
is(said("SELECT r.status FROM enclave.$login l, enclave.refresh_jwt(l.refresh_token) r"), 'ok', 'they do again, and go on');
$node->safe_psql('postgres', "SELECT enclave.retire_signing_key('$_')") for @gone;
is(said('SELECT enclave.rewrap_keys()'), 0, 'what is left is sealed with what is there');
is(said(q{SELECT status FROM enclave.doctor() WHERE check_name = 'key_store'}), 'ok', 'and doctor is content');

# ------------------------------------------------------------------ files that will not do
my %bad = (
	'readable by others' => [ "old:$key{old}\n", 0644, qr/others may read or change the file/ ],
	'readable by its group' => [ "old:$key{old}\n", 0640, qr/others may read or change the file/ ],
	'empty' => [ "# nothing\n", 0600, qr/line 1: it holds no key/ ],
	'without an id' => [ "$key{old}\n", 0600, qr/line 1: a line is not id:key/ ],
	'with an empty id' => [ ":$key{old}\n", 0600, qr/line 1: a line is not id:key/ ],
	'with a blank' => [ "old:$key{old} \n", 0600, qr/line 1: a key is not 32 bytes/ ],
	'with a short key' => [ "a:$key{new}\nold:c2hvcnQ=\n", 0600, qr/line 2: a key is not 32 bytes/ ],
	'with an id twice' => [ "old:$key{new}\nold:$key{old}\n", 0600, qr/line 2: an id stands there twice/ ],
	'with too many keys' => [ join('', map { "k$_:$key{old}\n" } 1 .. 17), 0600, qr/line 17: it holds more than 16 keys/ ],
	'too long' => [ '#' x 10000, 0600, qr/the file is too long/ ]);
for my $name (sort keys %bad)
{
	my ($text, $mode, $error) = @{ $bad{$name} };
	configure(key_file('bad', $text, $mode));
	like(said('SELECT enclave.create_signing_key()'), qr/cannot be used: .*$error/, "a file $name is refused");
	like(said(q{SELECT status, detail FROM enclave.doctor() WHERE check_name = 'key_file'}), qr/^fail\|.*$error/, 'and doctor says so');
	configure('');
}
for my $path ("$folder/absent", $folder, '/dev/zero')
{
	configure($path);
	like(said('SELECT enclave.create_signing_key()'), qr/cannot be used: (it is not a regular file|the file cannot be opened)/, "$path is refused");
	configure('');
}

# ------------------------------------------------------------------ nothing is shown
$node->safe_psql('postgres', 'CREATE ROLE operator LOGIN; SELECT enclave.grant_access(\'operator\', \'admin\'), enclave.grant_access(\'operator\', \'auditor\')');
configure($both);
is($node->safe_psql('postgres', q{SELECT value IS NULL FROM enclave.settings WHERE name = 'enclave.key_file'}, extra_params => [ '-U', 'operator' ]), 't',
	'who is no superuser is not told where the file is');
is(EnclaveTest::refusal($node, 'SELECT * FROM enclave.key_store', 'postgres', '-U', 'operator'), '42501', 'an admin reads no key');
my $log = slurp_file($node->logfile);
is(scalar(grep { index($log, $_) >= 0 } values %key), 0, 'no master key in the log');

$node->stop('fast');
done_testing();
