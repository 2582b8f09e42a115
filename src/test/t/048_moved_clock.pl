# Attack: the server's clock is set back by an hour, by a careless hand or a virtual
# machine that wakes up.
# Promise: what was locked, used or ended stays so; who signs in after it is known.
# What a clock that was far ahead has locked, unlock opens.
#
# Before 16 the server forks background workers while libfaketime lets calls through,
# so that the worker's own clock does not move here.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($library) = glob '/usr/lib/*/faketime/libfaketime.so.1';
plan skip_all => 'libfaketime is not installed' unless $library;

my $node = EnclaveTest::new_node('main', preload => 1, start => 0, conf => <<'EOC');
enclave.argon2_memory = '64kB'
enclave.network_max_attempts = 10000
EOC
my $moved = $node->basedir . '/clock';

sub move_clock
{
	my ($by) = @_;

	# another file each time, at once: one that is being written would be read
	append_to_file("$moved.new", "$by\n");
	rename "$moved.new", $moved or die;
	return;
}

sub value
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', $sql);
}

sub login
{
	my ($name, $password) = @_;
	return value("SELECT status FROM enclave.login('$name\@example.com', '$password')");
}

sub guess_wrong
{
	my ($name, $times) = @_;
	return value("SELECT DISTINCT status FROM generate_series(1, $times) i, LATERAL enclave.login('$name\@example.com', 'wrong' || i)");
}

sub written
{
	my ($count) = @_;
	return $node->poll_query_until('postgres', 'SELECT count(*) FROM enclave.login_attempts', $count);
}

move_clock('+0');
{
	local %ENV = (%ENV, LD_PRELOAD => $library, FAKETIME_TIMESTAMP_FILE => $moved, FAKETIME_NO_CACHE => 1,
		FAKETIME_DONT_FAKE_MONOTONIC => 1);
	$node->start;
}
value('CREATE EXTENSION enclave');
value("SELECT FROM enclave.signup('$_\@example.com', 'Wendeltreppe 7')") for qw(ann bob carl dora);
value('SELECT FROM enclave.create_signing_key()');
value("SELECT enclave.define_limit('mail', 2, '10 minutes')");

# Before: a lock, four failures, a limit used up, a reset used, a session and a family ended.
is(guess_wrong('ann', 5), 'invalid_credentials', 'five failures');
is(login('ann', 'Wendeltreppe 7'), 'too_many_attempts', 'lock the account');
is(guess_wrong('carl', 4), 'invalid_credentials', 'four do not');
is(value("SELECT count(*) FROM generate_series(1, 3) i, LATERAL enclave.hit('mail', 'x' || left(i::text, 0)) t WHERE NOT t.allowed"), 1, 'a limit is used up');
my $reset = value("SELECT token FROM enclave.create_password_reset('bob\@example.com')");
is(value("SELECT status FROM enclave.reset_password('$reset', 'Treppenwendel 8')"), 'ok', 'a reset');
my $token = value("SELECT token FROM enclave.login('bob\@example.com', 'Treppenwendel 8')");
is(value("SELECT enclave.logout('$token')"), 't', 'a token, ended');
my ($jwt, $refresh) = split /\|/, value("SELECT token, refresh_token FROM enclave.login_jwt('bob\@example.com', 'Treppenwendel 8')");
is(value("SELECT enclave.logout('$refresh')"), 't', 'a family, ended');
my ($live_jwt, $live_refresh) = split /\|/, value("SELECT token, refresh_token FROM enclave.login_jwt('bob\@example.com', 'Treppenwendel 8')");
ok(written(9), 'all of it is written');

my $before = value('SELECT clock_timestamp()');
move_clock('-3600');
is(value("SELECT clock_timestamp() < '$before'"), 't', 'the clock is set back');
is(login('ann', 'Wendeltreppe 7'), 'too_many_attempts', 'who was locked is locked');
is(guess_wrong('carl', 1), 'invalid_credentials', 'a fifth failure counts with four');
is(login('carl', 'Wendeltreppe 7'), 'too_many_attempts', 'and locks');
is(value("SELECT allowed FROM enclave.hit('mail', 'x')"), 'f', 'the limit is still used up');
is(value("SELECT status FROM enclave.reset_password('$reset', 'Treppenwendel 9')"), 'token_invalid', 'the reset is still used');
is(value("SELECT enclave.authenticate('$token') IS NULL"), 't', 'the token is ended');
is(value("SELECT status FROM enclave.refresh_jwt('$refresh')"), 'token_invalid', 'and the family');
is(value("SELECT enclave.authenticate('$jwt') IS NULL"), 't', 'and its JWT');
is(value("SELECT reason FROM enclave.inspect_jwt('$live_jwt')"), 'issued_later', 'one of the future waits for its time');
is(value("SELECT enclave.authenticate(token) IS NOT NULL FROM enclave.refresh_jwt('$live_refresh')"), 't', 'or is refreshed');
$token = value("SELECT token FROM enclave.login('bob\@example.com', 'Treppenwendel 8')");
is(value("SELECT enclave.authenticate('$token') IS NOT NULL"), 't', 'who signs in now is known');
($jwt, $refresh) = split /\|/, value("SELECT token, refresh_token FROM enclave.login_jwt('bob\@example.com', 'Treppenwendel 8')");
is(value("SELECT enclave.authenticate('$jwt') IS NOT NULL"), 't', 'by a JWT, too');
is(value("SELECT status FROM enclave.refresh_jwt('$refresh')"), 'ok', 'which can be refreshed');

# A clock that was a year ahead.
move_clock('+1y');
is(guess_wrong('dora', 5), 'invalid_credentials', 'failures in a year');
move_clock('+0');
is(login('dora', 'Wendeltreppe 7'), 'too_many_attempts', 'lock now');
value("SELECT enclave.unlock('dora\@example.com')");
is(login('dora', 'Wendeltreppe 7'), 'ok', 'until somebody unlocks');

$node->stop;
unlike(slurp_file($node->logfile), qr/was terminated by signal|PANIC|TRAP:|SIGSEGV/, 'no backend has crashed');
done_testing();
