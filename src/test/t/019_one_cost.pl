# Attack: telling who has an account by what asking for a mail answers, runs or
# writes.
# Promise: forgot_password, request_verification, request_magic_link and
# request_signup run the same statements as often, the nested ones of foreign
# keys too, write as much WAL, and hash as often, whether the address is known,
# unknown, disabled or malformed; create_password_reset and create_magic_link
# run the same statements where they return no row.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use Test::More;

my ($node, $session);

# The statements below the call, each with how often it ran.
sub cost
{
	my ($call) = @_;

	EnclaveTest::answer($session, 'SELECT pg_stat_statements_reset() IS NULL');
	my $answer = EnclaveTest::answer($session, "SELECT count(*) FROM (SELECT $call) answer");
	my $statements = EnclaveTest::answer($session, <<'EOQ');
SELECT string_agg(queryid || ' x ' || calls, ', ' ORDER BY queryid) FROM pg_stat_statements WHERE query !~ 'pg_stat_statements| answer$'
EOQ
	return ($answer, $statements);
}

sub count_statements
{
	my ($statements) = @_;

	return scalar split /, /, $statements;
}

# The WAL of a request, as anybody may read it off the server's position.
sub wal
{
	my ($call) = @_;

	return EnclaveTest::answer($session, <<EOQ) =~ /(\d+)$/ ? $1 : 'none';
SELECT pg_current_wal_insert_lsn() AS before \\gset
BEGIN; SELECT FROM (SELECT $call) answer; COMMIT;
SELECT pg_current_wal_insert_lsn() - :'before'::pg_lsn AS bytes;
EOQ
}

# What is counted in the server's memory, and in rows.
for my $slots (0, -1)
{
	$node = EnclaveTest::new_node("slots$slots", conf => <<"EOC", start => 0);
shared_preload_libraries = 'enclave,pg_stat_statements'
pg_stat_statements.track = all
enclave.argon2_memory = '64kB'
enclave.attempt_slots = $slots
enclave.one_time_requests = 1000
autovacuum = off
full_page_writes = off
EOC
	EnclaveTest::start($node);
	$node->safe_psql('postgres', 'CREATE EXTENSION enclave; CREATE EXTENSION pg_stat_statements');
	$node->safe_psql('postgres', <<'EOQ');
SELECT FROM enclave.signup('known@example.com', 'Wendeltreppe 7');
SELECT FROM enclave.signup('gone1@example.com', 'Wendeltreppe 7');
UPDATE enclave.users SET disabled_at = now() WHERE email LIKE 'gone1@%';
SELECT FROM enclave.import_user('verif@example.com', enclave.hash_password('x'), '', now());
EOQ

	$session = EnclaveTest::session($node);

	my @addresses = ('known@example.com', 'nobody@example.com', 'gone1@example.com', 'verif@example.com',
		'not an address at all', '');
	for my $function ('forgot_password', 'request_verification', 'request_magic_link')
	{
		# what is prepared once, and looked up once, is not part of it
		cost("enclave.$function('$_')") for @addresses;

		my ($answer, $statements) = cost("enclave.$function('nobody\@example.com')");
		is($answer, 1, "$function answers");
		cmp_ok(count_statements($statements), '>=', 4, "$function: its statements are seen");
		for my $address (@addresses)
		{
			my @this = cost("enclave.$function('$address')");
			is("@this", "$answer $statements", "$function('$address'): the same answer for the same statements");
		}
	}

	# A stranger's sign-up: one is added, the other is not.
	cost("enclave.request_signup('warm$_\@example.com', 'Wendeltreppe 7')") for 1 .. 2;
	cost("enclave.request_signup('warm1\@example.com', 'Wendeltreppe 7')");
	my ($free_answer, $free) = cost("enclave.request_signup('free1\@example.com', 'Wendeltreppe 7')");
	my ($taken_answer, $taken) = cost("enclave.request_signup('known\@example.com', 'Wendeltreppe 7')");
	is($taken_answer, $free_answer, 'request_signup: the same answer for a free address and a taken one');
	is($taken, $free, 'the same statements');
	cmp_ok(count_statements($free), '>=', 5, 'which are seen');
	is(EnclaveTest::answer($session, "SELECT count(*) FROM enclave.users WHERE email LIKE 'free1\@%'"), 1, 'the free one is made');

	# What a trusted back end asks for: it is told, but whoever watches is not.
	for my $function ('create_password_reset', 'create_magic_link')
	{
		cost("enclave.$function('$_')") for @addresses, @addresses;
		my (undef, $statements) = cost("enclave.$function('known\@example.com')");
		cmp_ok(count_statements($statements), '>=', 5, "$function: its statements are seen");
		for my $address ('nobody@example.com', 'gone1@example.com', 'not an address at all')
		{
			my ($answer, $this) = cost("enclave.$function('$address')");
			is($this, $statements, "$function('$address'): the same statements as for a known address");
		}
	}

	for my $function ('forgot_password', 'request_verification', 'request_magic_link')
	{
		# a page that fills up costs more, whoever asks: the least of a few is the cost
		my %least;
		for my $address ('known@example.com', 'nobod@example.com', 'gone1@example.com', 'verif@example.com')
		{
			my @bytes = sort { $a <=> $b } map { wal("enclave.$function('$address')") } 1 .. 5;
			$least{$address} = $bytes[0];
		}
		my %distinct = map { $_ => 1 } values %least;
		is(keys %distinct, 1, "$function: as much WAL for each address")
		  or diag explain \%least;
	}

	# Nobody sees by the statistics that a row of users was read.
	# (What has not been flushed yet counts in both figures.)
	my $read = "SELECT coalesce(idx_tup_fetch, 0) + seq_tup_read AS rows FROM pg_stat_xact_user_tables WHERE relid = 'enclave.users'::regclass";
	for my $address ('known@example.com', 'nobody@example.com')
	{
		is(EnclaveTest::answer($session, <<EOQ), 'read 0', "the statistics show no row read for $address");
BEGIN;
$read \\gset before_
SELECT enclave.forgot_password('$address') \\gset
$read \\gset
SELECT 'read ' || (:rows - :before_rows);
COMMIT;
EOQ
	}

	# Limited alike: the sixth within an hour.
	EnclaveTest::answer($session, 'SET enclave.one_time_requests = 5; DELETE FROM enclave.quota_uses');
	for my $address (@addresses)
	{
		for my $function ('forgot_password', 'request_verification', 'request_magic_link')
		{
			EnclaveTest::answer($session, "SELECT enclave.$function('$address')") for 1 .. 5;
			is(EnclaveTest::answer($session, "SELECT enclave.$function('$address')"), 'ERROR:  NC002',
				"$function('$address') is limited");
		}
	}

	$session->quit;
	$node->stop;
}

done_testing();
