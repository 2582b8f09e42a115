# Promise: tokens made here verify in node's library "jose", with the key and by
# the kid in a key set, and tokens made by it verify here, for every algorithm;
# and neither takes the other's once they are touched.  Its readers take jwks() as
# it is, and with it every token of issue_jwt() but those of a retired key.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $source = "$FindBin::RealBin/../..";
my $folder = PostgreSQL::Test::Utils::tempdir();

# RS384 and RS512 are verified only.
my @ours = qw(HS256 HS384 HS512 RS256 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA);
my @all = (@ours, 'RS384', 'RS512');

sub run_in_folder
{
	my ($input, @command) = @_;
	my ($output, $errors) = ('', '');

	my $good = eval {
		IPC::Run::run(\@command, '<', \$input, '>', \$output, '2>', \$errors,
			init => sub { chdir $folder or die });
	};
	return ($good, $output, $errors);
}

my @tool = ("$folder/jose_sign");
my @sources = ("$source/test/tool/jose_sign.c", glob("$source/crypto/*.c"));
my ($compiled) = run_in_folder('', 'cc', '-std=gnu11', '-D_GNU_SOURCE', '-O1', "-I$source",
	'-o', @tool, @sources, '-largon2', '-lcrypto');
plan skip_all => 'no compiler (cc)' unless $compiled;

my ($installed, undef, $why) = run_in_folder('', 'npm', 'install', '--silent', '--no-audit',
	'--no-fund', '--fetch-retries=1', '--fetch-timeout=20000', "--cache=$folder/npm",
	'--prefix', $folder, 'jose@6');
plan skip_all => 'no node with the package "jose" (npm install jose)' unless $installed;

my $script = slurp_file("$source/test/tool/jose.mjs");
append_to_file("$folder/jose.mjs", $script);

my $node = EnclaveTest::new_node('main');

# The payload of a token by SQL, "" for a refusal.
sub verified
{
	my ($jwk, $token) = @_;
	s/'/''/g for $jwk, $token;
	return $node->safe_psql('postgres',
		"SELECT convert_from(enclave.verify_jws('$token', '$jwk'), 'UTF8')");
}

# A token of which one character in the middle of a part is another.
sub touched
{
	my ($token, $part) = @_;
	my @parts = split /\./, $token;
	my $middle = int(length($parts[$part]) / 2);
	substr($parts[$part], $middle, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90\-_/;
	return join '.', @parts;
}

# Ours there.
my (%made, $lines);
for my $algorithm (@ours)
{
	my (undef, $output) = run_in_folder('', @tool, $algorithm, qq({"by":"us","alg":"$algorithm"}));
	my ($jwk, $token) = split /\n/, $output;
	$made{$algorithm} = [ $jwk, $token ];
	$lines .= "$jwk\t$token\n" . join '', map { "$jwk\t" . touched($token, $_) . "\n" } 1 .. 2;
}
my (undef, $output, $errors) = run_in_folder($lines, 'node', 'jose.mjs', 'verify');
my @answers = split /\n/, $output;
is(scalar(@answers), 3 * @ours, 'jose answers for each token') or diag($errors);
for my $algorithm (@ours)
{
	my ($whole, @touched) = splice @answers, 0, 3;
	is($whole, qq({"by":"us","alg":"$algorithm"}), "jose verifies our $algorithm, by key and by kid");
	is(scalar(grep { /^refused: / } @touched), 2, "and refuses it when it is touched");
	is(verified(@{ $made{$algorithm} }), $whole, "as SQL verifies it");
}

# Theirs here.
(undef, $output, $errors) = run_in_folder('', 'node', 'jose.mjs', 'sign');
my %theirs = map { my ($jwk, $token) = split /\t/; $jwk =~ /"alg":"(\w+)"/; ($1 => [ $jwk, $token ]) }
  split /\n/, $output;
is(join(' ', sort keys %theirs), join(' ', sort @all), 'jose signs by every algorithm')
  or diag($errors);
for my $algorithm (grep { $theirs{$_} } @all)
{
	my ($jwk, $token) = @{ $theirs{$algorithm} };
	is(verified($jwk, $token), qq({"by":"jose","alg":"$algorithm"}), "jose's $algorithm verifies here");
	is(join('', map { verified($jwk, touched($token, $_)) } 0 .. 2), '',
		'and is refused when it is touched');
}

# Ours there, by the server's own keys.
$node->safe_psql('postgres', "ALTER DATABASE postgres SET enclave.jwt_issuer = 'https://id.example/'");
$node->safe_psql('postgres', "ALTER DATABASE postgres SET enclave.jwt_audience = 'shop'");
my $user = $node->safe_psql('postgres', "SELECT id FROM enclave.create_user('ann\@example.com')");
my (%kid, %issued);
for my $algorithm (@ours)
{
	$kid{$algorithm} = $node->safe_psql('postgres', "SELECT enclave.create_signing_key('$algorithm')");
	$issued{$algorithm} = $node->safe_psql('postgres',
		qq(SELECT token FROM enclave.issue_jwt($user, '{"name": "Ann"}')));
}

# The answers of jose's readers to the tokens, in the order of @ours.
sub readers
{
	my ($issuer, $audience, $set) = @_;
	my (undef, $read, $trouble) = run_in_folder(
		join('', map { "$issuer\t$audience\t$set\t$issued{$_}\n" } @ours), 'node', 'jose.mjs', 'readers');

	diag($trouble) if $trouble;
	return split /\n/, $read;
}

my $set = $node->safe_psql('postgres', 'SELECT enclave.jwks()');
unlike($set, qr/"(d|p|q|dp|dq|qi|k|oct)"/, 'the set has nothing private');
my @read = readers('https://id.example/', 'shop', $set);
for my $i (0 .. $#ours)
{
	# an HMAC key is in no set
	my $wanted = $ours[$i] =~ /^HS/ ? qr/^refused: / : qr/^\Q$user\E Ann$/;
	like($read[$i], $wanted, "jose's readers of our jwks() and our $ours[$i]");
	next unless $ours[$i] =~ /^HS/;
	my $secret = $node->safe_psql('postgres',
		"SELECT rtrim(translate(encode(private, 'base64'), E'+/\n', '-_'), '=') FROM enclave.key_store WHERE kid = '$kid{$ours[$i]}'");
	my (undef, $payload) = run_in_folder(
		qq({"kty":"oct","k":"$secret","alg":"$ours[$i]","kid":"$kid{$ours[$i]}"}\t$issued{$ours[$i]}\n), 'node', 'jose.mjs', 'verify');
	like($payload, qr/"sub":"$user"/, "jose verifies our $ours[$i] with the key");
}
is(scalar(grep { /^refused: / } readers('https://other.example/', 'shop', $set)), scalar @ours, 'none is of another issuer');
is(scalar(grep { /^refused: / } readers('https://id.example/', 'bank', $set)), scalar @ours, 'and none for another audience');
$node->safe_psql('postgres', "SELECT enclave.retire_signing_key('$_')") for values %kid;
is(scalar(grep { /^refused: / } readers('https://id.example/', 'shop', $node->safe_psql('postgres', 'SELECT enclave.jwks()'))),
	scalar @ours, 'no token of a retired key is taken');

$node->stop('fast');
done_testing();
