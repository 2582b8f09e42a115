# Attack: who guesses gives another address each time, as an argument, by SET, or in
# a header.  Promise: the address is the one that the administrator told us to
# believe: a trusted back end's argument, the connection's other end, or a
# setting in connections of the listed login roles, beyond so many proxies; all
# else is unknown, and nothing that a stranger sends is an error.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', start => 0, conf => <<"EOC");
listen_addresses = '127.0.0.1'
enclave.argon2_memory = '64kB'
enclave.network_max_attempts = 10000
enclave.max_failed_attempts = 1000
enclave.one_time_requests = 1000
enclave.network_max_signups = 1000
EOC
$node->append_conf('pg_hba.conf', 'host all all 127.0.0.1/32 trust');
EnclaveTest::start($node);
$node->safe_psql('postgres', <<'EOQ');
CREATE EXTENSION enclave;
CREATE ROLE web LOGIN;
CREATE ROLE gateway LOGIN;
CREATE ROLE "Gate, way" LOGIN;
CREATE ROLE backend LOGIN;
GRANT web TO gateway;
SELECT enclave.grant_access(r::regrole, 'anon') FROM unnest('{web,gateway,"\"Gate, way\""}'::text[]) r;
SELECT enclave.grant_access('backend', 'app');
CREATE FUNCTION public.wrapped() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ SELECT enclave.login('w@example.com', 'w', '192.0.2.99') $$;
GRANT EXECUTE ON FUNCTION public.wrapped() TO web;
EOQ

# as the server's file has it, and as new connections see it
sub look
{
	return $node->safe_psql('postgres', "SELECT concat_ws(' | ', status, detail) FROM enclave.doctor() WHERE check_name = 'client_address'");
}

sub configure
{
	my (%settings) = @_;

	for my $name (sort keys %settings)
	{
		$node->append_conf('postgresql.conf', "enclave.$name = '$settings{$name}'\n");
	}
	$node->reload;
	for my $name (sort keys %settings)
	{
		my $value = $settings{$name} =~ s/'/''/gr;
		$node->poll_query_until('postgres', "SELECT current_setting('enclave.$name') = '$value'")
		  or die "enclave.$name is not $value";
	}
	return;
}

my $mark = $node->safe_psql('postgres', 'SELECT max(id) FROM enclave.audit_logs');

# What statements of a role leave in the record: the addresses, in order.
sub seen
{
	my ($role, $sql, @connection) = @_;
	my ($status, undef, $errors) = $node->psql('postgres', $sql,
		extra_params => [ '-U', $role, @connection ]);
	my $seen = $node->safe_psql('postgres',
		"SELECT coalesce(host(ip), 'unknown') FROM enclave.audit_logs WHERE id > $mark ORDER BY id");

	$mark = $node->safe_psql('postgres', 'SELECT coalesce(max(id), 0) FROM enclave.audit_logs');
	return $errors eq '' ? join(' ', split /\n/, $seen) : "error: $errors";
}

my $number = 0;

# A guess, always at another account.
sub guess
{
	my ($ip) = @_;

	$number++;
	my $argument = defined $ip ? ", '$ip'" : '';
	return "SELECT FROM enclave.login('guess$number\@example.com', 'x'$argument);";
}

my @tcp = ('-d', 'host=127.0.0.1 dbname=postgres port=' . $node->port);

# Nothing is configured.
is(seen('backend', guess('192.0.2.1')), '192.0.2.1', 'a trusted back end is believed');
is(seen('backend', guess('::ffff:192.0.2.1') . guess(), @tcp), '::ffff:192.0.2.1 unknown', 'as it says');
is(seen('web', guess('192.0.2.1') . guess(), @tcp), 'unknown unknown', 'a stranger is not');
is(seen('web', "SET app.client = '192.0.2.1';" . guess()), 'unknown', 'and no setting is read');
is(seen('web', 'SELECT public.wrapped();'), 'unknown', 'nor does a definer lend its word');

like(look(), qr/^warn .* unknown/, 'which doctor() tells');

# The connection's other end.
configure(client_address => 'connection');
is(seen('web', guess() . guess('192.0.2.1'), @tcp), '127.0.0.1 127.0.0.1', 'the connection, and no argument');
is(seen('web', guess()), 'unknown', 'a Unix socket has none');
is(seen('backend', guess() . guess('192.0.2.1'), @tcp), 'unknown 192.0.2.1',
	'the connection of a trusted back end is not its client');

is(look(), 'ok', 'doctor() has nothing to say');

# A setting.
configure(client_address => 'app.client');
like(look(), qr/^warn .* no role/, 'doctor() misses the roles');
configure(client_address_roles => 'gateway, nobody_here');
like(look(), qr/^warn .* do not exist: nobody_here$/, 'and tells of one that is not there');
configure(client_address => 'app.client', client_address_roles => 'gateway, "Gate, way"');
is(look(), 'ok', 'and is content');
my $set = "SET app.client = '192.0.2.7';";
is(seen('web', $set . guess(), @tcp), 'unknown', 'a setting in a connection of any role');
is(seen('gateway', $set . guess() . guess('192.0.2.1')), '192.0.2.7 192.0.2.7', 'and of a listed one');
is(seen('Gate, way', $set . guess()), '192.0.2.7', 'and of one with a name that needs quotes');
is(seen('gateway', "$set SET ROLE web;" . guess()), '192.0.2.7', 'whatever role it has taken on');
is(seen('postgres', "$set SET SESSION AUTHORIZATION gateway;" . guess()), 'unknown',
	'but not who becomes a listed one without its password');
is(seen('gateway', "$set SET SESSION AUTHORIZATION DEFAULT; BEGIN;" . guess() . 'COMMIT;'), '192.0.2.7', 'in a transaction');
is(seen('gateway', guess()), 'unknown', 'no such setting in this session');
is(seen('gateway', "$set RESET app.client;" . guess()), 'unknown', 'an empty one');
is(seen('gateway', "SET app.client = '192.0.2.8, 192.0.2.7';" . guess()), 'unknown', 'a list where an address belongs');
is(seen('gateway', "BEGIN; SET LOCAL app.client = '192.0.2.8'; COMMIT;" . guess()), 'unknown', 'it ends with its transaction');
is(seen('backend', $set . guess()), 'unknown', 'a trusted back end that is not listed');
configure(client_address_roles => 'backend');
is(seen('backend', $set . guess() . guess('192.0.2.1')), '192.0.2.7 192.0.2.1',
	'one that is listed, and its argument goes first');
is(seen('gateway', $set . guess()), 'unknown', 'what is listed no more');

# A header.  Each case: what the gateway puts into the setting, and what is taken.
sub headers
{
	my (@cases) = @_;

	for my $case (@cases)
	{
		my ($value, $expected, $name) = @$case;
		my $literal = $value =~ s/'/''/gr;
		is(seen('gateway', "SELECT set_config('request.headers', '$literal', false);" . guess()),
			$expected, $name // substr($value, 0, 70));
	}
	return;
}

sub list
{
	my ($list, $expected, $name) = @_;

	$list =~ s/([\\"])/\\$1/g;
	$list =~ s/\t/\\t/g;
	return [ qq({"host": "x", "x-forwarded-for": "$list", "z": 1}), $expected, $name ];
}

configure(client_address => 'request.headers:x-forwarded-for', client_address_roles => 'gateway');
headers(
	list('192.0.2.7', '192.0.2.7'),
	list('203.0.113.1, 192.0.2.7', '192.0.2.7', 'the right-most, not what the client sent'),
	list("203.0.113.1,192.0.2.7\t ", '192.0.2.7', 'without a space'),
	list('192.0.2.7:4711', '192.0.2.7', 'a port'),
	list('192.0.2.7:65536', 'unknown', 'no port'),
	list('192.0.2.7:', 'unknown', 'an empty port'),
	list('192.0.2.7:1:1', 'unknown', 'two'),
	list('2001:db8::7', '2001:db8::7', 'IPv6'),
	list('[2001:db8::7]', '2001:db8::7', 'in brackets'),
	list('[2001:db8::7]:443', '2001:db8::7', 'with a port'),
	list('"[2001:db8::7]:443"', '2001:db8::7', 'in quotes'),
	list('[2001:db8::7', 'unknown', 'half a bracket'),
	list('[2001:db8::7]443', 'unknown', 'no colon before the port'),
	list('[192.0.2.7]', 'unknown', 'IPv4 in brackets'),
	list('::ffff:192.0.2.7', '192.0.2.7', 'IPv4 in IPv6'),
	list('fe80::1%eth0', 'unknown', 'a zone'),
	list('192.0.2.7/24', 'unknown', 'a netmask'),
	list('192.0.2', 'unknown', 'three numbers'),
	list('192.0.2.007', 'unknown', 'a leading zero'),
	list('0xc0000207', 'unknown', 'a number'),
	list('for=192.0.2.7', 'unknown', 'RFC 7239 is not asked'),
	list('unknown', 'unknown', 'a word'),
	list('', 'unknown', 'nothing'),
	list('192.0.2.7,', 'unknown', 'nothing behind a comma'),
	list(', 192.0.2.7', '192.0.2.7', 'nothing before one'),
	list('1' x 60000, 'unknown', 'a long one'),
	list('203.0.113.1, ' x 4000 . '192.0.2.7', '192.0.2.7', 'a long list'),
	[ '{' . join('', map { "\"h$_\": \"\", " } 1 .. 2000) . '"x-forwarded-for": "192.0.2.7"}', '192.0.2.7', 'among two thousand headers' ],
	[ '{"h": "' . '\"' x 50000 . '", "x-forwarded-for": "192.0.2.7"}', '192.0.2.7', 'beside a huge one' ],
	[ '{"x-forwarded-for": "192.0.2.7", ' . join(', ', map { "\"h$_\": \"\"" } 1 .. 2000) . '}', '192.0.2.7', 'before two thousand' ],
	[ '{"x-forwarded-for": "192.0.2.7", "h": ' . '[' x 40000 . ']' x 40000 . '}', 'unknown', 'beside a deep one, which is no header' ],
	[ '{"h": 1, "h": 2, "x-forwarded-for": "192.0.2.7"}', '192.0.2.7', 'another one twice' ],
	[ '{"x-forwarded-for": "192.0.2.\u0037"}', '192.0.2.7', 'an escape' ],
	[ '{"x-forwarded-for": "192.0.2.7\u0000"}', 'unknown', 'a NUL' ],
	[ '{"x-forwarded-for": ["192.0.2.7"]}', 'unknown', 'an array' ],
	[ '{"x-forwarded-for": 7}', 'unknown', 'a number as a member' ],
	[ '{"x-forwarded-for": null}', 'unknown', 'null' ],
	[ '{"X-Forwarded-For": "192.0.2.7"}', 'unknown', 'another name' ],
	[ '{"a": {"x-forwarded-for": "192.0.2.7"}}', 'unknown', 'a member of a member' ],
	[ '{"x-forwarded-for": "192.0.2.8", "x-forwarded-for": "192.0.2.7"}', 'unknown', 'twice' ],
	[ '[{"x-forwarded-for": "192.0.2.7"}]', 'unknown', 'an object within' ],
	[ '{"x-forwarded-for": "192.0.2.7"', 'unknown', 'cut off' ],
	[ '{"x-forwarded-for": "192.0.2.7"} {}', 'unknown', 'more behind it' ],
	[ '192.0.2.7', 'unknown', 'no JSON at all' ],
	[ '', 'unknown', 'an empty setting' ],
	[ '[' x 100000, 'unknown', 'a deep one' ],
	[ '{"x-forwarded-for": "192.0.2.7", "a": "' . 'a' x 1_100_000 . '"}', 'unknown', 'one of more than a megabyte' ],
	[ '{"x": "\ud800"}', 'unknown', 'half a surrogate' ]);

configure(trusted_proxies => 2);
headers(
	list('203.0.113.1, 192.0.2.7, 10.0.0.1, 10.0.0.2', '192.0.2.7', 'beyond two proxies'),
	list('192.0.2.7, 10.0.0.1, 10.0.0.2', '192.0.2.7', 'the only one beyond them'),
	list('10.0.0.1, 10.0.0.2', 'unknown', 'nobody beyond them'),
	list('10.0.0.2', 'unknown', 'a hop is missing'),
	list('', 'unknown', 'all are missing'),
	list(', , ', 'unknown', 'commas'),
	list('garbage, 10.0.0.1, 10.0.0.2', 'unknown', 'no address beyond them'));
configure(client_address => 'app.client');
is(seen('gateway', $set . guess()), '192.0.2.7', 'an address by itself has no hops');
configure(trusted_proxies => 0);

# Every way in asks in the same way.
is(seen('gateway', $set . <<'EOQ'), join(' ', ('192.0.2.7') x 8), 'every flow');
SELECT FROM enclave.login('a@example.com', 'x', '192.0.2.1');
SELECT FROM enclave.login_session('a@example.com', 'x', '192.0.2.1');
SELECT enclave.request_signup('a@example.com', 'Wendeltreppe 7', '', '192.0.2.1');
SELECT enclave.request_verification('a@example.com', '192.0.2.1');
SELECT enclave.forgot_password('a@example.com', '192.0.2.1');
SELECT enclave.request_magic_link('a@example.com', '192.0.2.1');
SELECT status = 'ok' FROM enclave.login('a@example.com', 'Wendeltreppe 7', '192.0.2.1');
SELECT status FROM enclave.login_session('a@example.com', 'Wendeltreppe 7');
EOQ
my $token = $node->safe_psql('postgres', "SELECT token FROM enclave.create_magic_link('a\@example.com')");
$mark = $node->safe_psql('postgres', 'SELECT max(id) FROM enclave.audit_logs');
is(seen('gateway', "$set SELECT FROM enclave.verify_magic_link('$token', '192.0.2.1');"), '192.0.2.7', 'a magic link');
$token = $node->safe_psql('postgres', "SELECT token FROM enclave.signup('b\@example.com', 'Wendeltreppe 7'), enclave.login('b\@example.com', 'Wendeltreppe 7')");
$mark = $node->safe_psql('postgres', 'SELECT max(id) FROM enclave.audit_logs');
is(seen('gateway', "$set BEGIN; SELECT enclave.authenticate('$token'); SELECT enclave.change_my_password('x', 'Wendeltreppe 8'); COMMIT;"),
	'192.0.2.7', 'a password that somebody asks for again');
is($node->safe_psql('postgres', <<'EOQ'), '192.0.2.7/32|', 'and what counts, counts for that network');
SELECT (SELECT string_agg(DISTINCT network::text, ' ') FROM enclave.login_attempts WHERE user_id <> 0),
	(SELECT string_agg(DISTINCT network::text, ' ') FROM enclave.quota_uses WHERE network <> '192.0.2.7')
EOQ

# A preset is of a database, and these are not.
$node->safe_psql('postgres', "SELECT enclave.apply_preset('default')");
is($node->safe_psql('postgres', "SELECT string_agg(detail, '') FROM enclave.doctor() WHERE check_name = 'preset' AND detail ~ 'client|proxies'"), '', 'doctor() does not take them for a deviation from a preset');

# What nobody but the server's file can set.
is(EnclaveTest::refusal($node, "SELECT enclave.health(); SET enclave.$_"), '55P02', "SET $_")
  for "client_address = 'connection'", "client_address_roles = 'web'", 'trusted_proxies = 1';

$node->stop;
done_testing();
