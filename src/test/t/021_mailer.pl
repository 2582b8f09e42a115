# Promise: examples/mailer, as a role of level mailer, delivers every kind of
# mail to a real SMTP server as soon as it is asked for; the token in a mail is
# live and resets the password, and no dump of the database ever holds it; a mailer killed after taking
# loses no mail; a mail server that quotes the link leaves no token behind.
# Attack: what was queued before an address change or a disabling becomes a token.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use IPC::Run qw(start);
use PostgreSQL::Test::Utils;
use Test::More;

my $python = '/usr/bin/python3';
my $have = -x $python && system("$python -c 'import aiosmtpd, psycopg' 2>/dev/null") == 0;
plan skip_all => "no aiosmtpd and psycopg 3 for $python (Debian: python3-aiosmtpd, python3-psycopg)" unless $have;

my $node = EnclaveTest::new_node('main', conf => "enclave.argon2_memory = '64kB'\nenclave.one_time_requests = 1000\n");
$node->safe_psql('postgres', <<'EOQ');
CREATE ROLE mailer LOGIN;
SELECT enclave.grant_access('mailer', 'mailer');
SELECT FROM enclave.import_user('ann@example.com', enclave.hash_password('x'), '', now());
SELECT FROM enclave.signup('bob@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.signup('cid@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.signup('dan@example.com', 'Wendeltreppe 7');
EOQ

# A mail server on loopback that keeps what it gets. With a file "hold" it stops
# before the answer, and then has not got the mail; with "refuse" it refuses,
# and quotes.
my $spool = PostgreSQL::Test::Utils::tempdir();
append_to_file("$spool/sink.py", <<'EOP');
import asyncio, os, sys
from aiosmtpd.smtp import SMTP

folder = sys.argv[1]
count = 0

class Handler:
    async def handle_DATA(self, server, session, envelope):
        global count
        if os.path.exists(folder + "/hold"):
            open(folder + "/holding", "w").close()
            while os.path.exists(folder + "/hold"):
                await asyncio.sleep(0.01)
            return "451 was held"
        if os.path.exists(folder + "/refuse"):
            return "554 refused: " + " ".join(envelope.content.decode().split())[-300:]
        count += 1
        with open(f"{folder}/new", "wb") as file:
            file.write(b"Rcpt: " + ",".join(envelope.rcpt_tos).encode() + b"\n" + envelope.content)
        os.rename(f"{folder}/new", f"{folder}/mail{count}")
        return "250 ok"

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), loop=loop), "127.0.0.1", 0)
    with open(folder + "/port.new", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(folder + "/port.new", folder + "/port")
    await server.serve_forever()

asyncio.run(main())
EOP
my $sink = start([ $python, "$spool/sink.py", $spool ], '>', "$spool/sink.out", '2>', "$spool/sink.err");
EnclaveTest::until_true('the mail server is up', sub { -e "$spool/port" });

my $mailers = 0;

# An hour between two looks: what comes sooner comes by NOTIFY.
sub start_mailer
{
	local %ENV = (%ENV,
		PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres', PGUSER => 'mailer',
		SMTP_HOST => '127.0.0.1', SMTP_PORT => slurp_file("$spool/port"), SMTP_TLS => 'none',
		MAIL_FROM => 'no-reply@example.com', APP_URL => 'https://app.example.com/',
		MAILER_POLL => 3600);
	$mailers++;
	my $mailer = start([ $python, "$FindBin::RealBin/../../../examples/mailer/mailer.py" ],
		'>', "$spool/mailer$mailers.out", '2>', "$spool/mailer$mailers.err");
	EnclaveTest::until_true('the mailer waits for mail', sub {
		$node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE usename = 'mailer' AND state = 'idle' AND query LIKE '%take_mail%'") eq '1';
	});
	return $mailer;
}

sub end_mailer
{
	my ($mailer, $signal) = @_;

	$mailer->signal($signal);
	$mailer->finish;
	EnclaveTest::until_true('the mailer has left the server', sub {
		$node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE usename = 'mailer'") eq '0';
	});
	return $mailer->full_result(0);
}

my $read = 0;

# The next mail that came.
sub next_mail
{
	my $number = ++$read;

	EnclaveTest::until_true("mail $number has come", sub { -e "$spool/mail$number" }) or return '';
	my $mail = slurp_file("$spool/mail$number");
	$mail =~ s/\r//g;
	return $mail;
}

sub value
{
	my ($query) = @_;

	return $node->safe_psql('postgres', $query);
}

sub until_queue_is_empty
{
	return EnclaveTest::until_true('the queue is empty', sub { value('SELECT count(*) FROM enclave.mail_queue WHERE NOT decoy') eq '0' });
}

my @dumps;

sub dump_database
{
	my ($stdout) = run_command([ 'pg_dump', '--inserts', '-d', $node->connstr('postgres') ]);

	push @dumps, $stdout;
	return;
}

my @tokens;

# The token of a mail, which is to be remembered: no dump may hold it.
sub token_of
{
	my ($mail) = @_;
	my ($token) = $mail =~ /#token=(\w+)/;

	push @tokens, $token if defined $token;
	return $token // 'none';
}

sub purpose
{
	my ($token) = @_;

	return value("SELECT purpose FROM enclave.peek_token('$token')");
}

# A reset, from the request to the mailbox.
value("SELECT enclave.forgot_password('ann\@example.com')");
dump_database();
my $mailer = start_mailer();
my $mail = next_mail();
like($mail, qr/^Rcpt: ann\@example\.com$/m, 'queued before the mailer came: sent');
token_of($mail);
value("SELECT enclave.forgot_password('nobody\@example.com'), enclave.forgot_password('ANN\@example.com')");
dump_database();
$mail = next_mail();
like($mail, qr/^Rcpt: ann\@example\.com$/m, 'queued later: heard of, and sent');
like($mail, qr/^Subject: Set a new password$/m, 'as what it is');
my $token = token_of($mail);
like($token, qr/^epr_\w{38}$/, 'with a token, whole');
is(purpose($token), 'password_reset', 'which is live');
until_queue_is_empty();
dump_database();
ok(!-e "$spool/mail" . ($read + 1), 'nobody gets the mail for an unknown address');

# It sets a new password, once, and the old one is none any more.
is(value("SELECT status FROM enclave.login('ann\@example.com', 'x')"), 'ok', 'the old password is right until then');
is(value("SELECT status FROM enclave.reset_password('$token', 'Regenschirm 12')"), 'ok', 'the token in the mail resets the password');
is(value("SELECT status FROM enclave.login('ann\@example.com', 'Regenschirm 12')"), 'ok', 'the new password is right');
is(value("SELECT status FROM enclave.login('ann\@example.com', 'x')"), 'invalid_credentials', 'the old one is not');
is(value("SELECT status FROM enclave.reset_password('$token', 'Regenschirm 13')"), 'token_invalid', 'the token is used up');
like(next_mail(), qr/^Subject: Your password was changed$/m, 'and its owner is told');
until_queue_is_empty();

# Every kind.
value(<<'EOQ');
SELECT enclave.request_magic_link('ann@example.com');
SELECT enclave.request_verification('bob@example.com');
SELECT enclave.request_signup('ann@example.com', 'Wendeltreppe 7');
INSERT INTO enclave.mail_queue (kind, user_id, decoy, epoch, created_at, next_at, recipient, other_email)
    SELECT v.kind, u.id, false, u.epoch, now(), now(), v.recipient, v.other FROM enclave.users u,
    (VALUES ('password_changed', 'cid@example.com', NULL), ('account_locked', 'cid@example.com', NULL),
    ('email_changed', 'cid@example.com', 'new@example.com'), ('email_change', 'new@example.com', 'cid@example.com')) v(kind, recipient, other)
    WHERE u.email = 'cid@example.com';
NOTIFY enclave_mail;
EOQ
my %purposes;
for (1 .. 7)
{
	$mail = next_mail();
	my ($recipient) = $mail =~ /^Rcpt: (.*)$/m;
	my ($subject) = $mail =~ /^Subject: (.*)$/m;
	$token = token_of($mail);
	$purposes{"$recipient, $subject"} = $token eq 'none' ? 'none' : purpose($token);
	unlike($mail, qr/Wendeltreppe|None|\{/, "$subject: all is filled in");
}
is_deeply(\%purposes, {
	'ann@example.com, Your link to log in' => 'magic_link',
	'bob@example.com, Confirm your address' => 'email_verification',
	'ann@example.com, You have an account already' => 'none',
	'cid@example.com, Your password was changed' => 'none',
	'cid@example.com, Too many failed logins' => 'none',
	'cid@example.com, Your address was changed' => 'email_revert',
	'new@example.com, Confirm your new address' => 'email_change',
}, 'every kind of mail, each with the token of its purpose');
until_queue_is_empty();

# Killed after taking, before the mail server has answered.
append_to_file("$spool/hold", '');
value("SELECT enclave.forgot_password('bob\@example.com')");
EnclaveTest::until_true('the mail server holds a mail', sub { -e "$spool/holding" });
dump_database();
end_mailer($mailer, 'KILL');
unlink "$spool/hold";
is(value('SELECT tries FROM enclave.mail_queue WHERE NOT decoy'), 1, 'a mailer killed after taking: the mail is in the queue');
$mailer = start_mailer();
is(value("SELECT count(*) FROM enclave.mail_queue WHERE NOT decoy AND next_at > now()"), 1, 'its lease holds');
value('UPDATE enclave.mail_queue SET next_at = now(); NOTIFY enclave_mail');
$mail = next_mail();
like($mail, qr/^Rcpt: bob\@example\.com$/m, 'then it is sent');
is(purpose(token_of($mail)), 'password_reset', 'with a live token');
until_queue_is_empty();

# A mail server that refuses, and quotes the link.
append_to_file("$spool/refuse", '');
value("SELECT enclave.forgot_password('bob\@example.com')");
EnclaveTest::until_true('the mail has failed', sub { value('SELECT count(*) FROM enclave.mail_queue WHERE last_error IS NOT NULL') eq '1' });
dump_database();
like(value('SELECT last_error FROM enclave.mail_queue WHERE NOT decoy'), qr/554.*token=\*+/, 'a refusal is kept, without the token that it quotes');
unlink "$spool/refuse";
value('UPDATE enclave.mail_queue SET next_at = now(); NOTIFY enclave_mail');
is(purpose(token_of(next_mail())), 'password_reset', 'offered again, with a live token');
until_queue_is_empty();

# Told to end it ends, between two mails.
is(end_mailer($mailer, 'TERM'), 0, 'told to end, the mailer ends well');

# What was queued before.
value(<<'EOQ');
SELECT enclave.forgot_password('bob@example.com'), enclave.request_magic_link('cid@example.com'), enclave.forgot_password('dan@example.com');
UPDATE enclave.users SET email = 'bobby@example.com' WHERE email = 'bob@example.com';
UPDATE enclave.users SET disabled_at = now() WHERE email = 'cid@example.com';
DELETE FROM enclave.password_reset_tokens;
DELETE FROM enclave.magic_link_tokens;
EOQ
$mailer = start_mailer();
like(next_mail(), qr/^Rcpt: dan\@example\.com$/m, 'of three mails the one is sent whose account is as it was');
until_queue_is_empty();
is(value('SELECT (SELECT count(*) FROM enclave.password_reset_tokens) + (SELECT count(*) FROM enclave.magic_link_tokens)'), 1, 'the others never became a token');
end_mailer($mailer, 'TERM');
ok(!-e "$spool/mail" . ($read + 1), 'nor a mail');
dump_database();

# All that was seen.
is(scalar @dumps, 6, 'dumps: queued, asked for, sent, taken, refused, at the end');
is(scalar(grep { /ann\@example\.com/ } @dumps), 6, 'which hold the accounts');
cmp_ok(scalar @tokens, '>=', 8, 'tokens that were sent');
for my $sent (@tokens)
{
	my $random = substr($sent, 4, 32);
	my @found = grep { /\Q$random\E/ } @dumps, map { slurp_file($_) } glob("$spool/mailer*.err");
	is(scalar @found, 0, 'no dump and no log of the mailer holds ' . substr($sent, 0, 4));
}

$sink->signal('TERM');
$sink->finish;
$node->stop;
done_testing();
