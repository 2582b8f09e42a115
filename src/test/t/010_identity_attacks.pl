# Attacks on the identity of a transaction, by a role of level anon and by one of
# level app that uses none of its own functions: to become another user, to stay
# one, or to be taken for one on the next transaction of a pooled connection.
# Promise: each fails, with the library loaded late; and, where settings come in, preloaded.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use IO::Socket::UNIX;
use PostgreSQL::Test::Utils;
use Test::More;

# Ann is the victim; mallory has an account and a token like everybody.
my ($ann, $mallory) = (1001, 1002);
my %token;

my $who = q{SELECT format('%s sees %s', coalesce(enclave.user_id()::pg_catalog.text, 'nobody'),}
  . q{ (SELECT pg_catalog.string_agg(DISTINCT text, ' ') FROM public.notes))};
my $nobody = 'nobody sees ';
my $himself = "$mallory sees mallorys_note";
my $victim = "$ann sees anns_diary";

sub prepare_server
{
	my ($node) = @_;

	$node->safe_psql('postgres', <<"EOQ");
CREATE ROLE web LOGIN;
CREATE ROLE backend LOGIN;
CREATE ROLE keeper;
CREATE ROLE "$ann" LOGIN IN ROLE web;
GRANT CREATE ON SCHEMA public TO web, backend, keeper;
SELECT enclave.grant_access('web', 'anon'), enclave.grant_access('backend', 'app'), enclave.grant_access('keeper', 'anon');
SELECT FROM enclave.import_user('ann\@example.com', enclave.hash_password('Wendeltreppe 7'), id => $ann);
SELECT FROM enclave.import_user('mallory\@example.com', enclave.hash_password('Wendeltreppe 8'), id => $mallory);
CREATE TABLE public.notes (id integer PRIMARY KEY, owner bigint NOT NULL, text text NOT NULL);
INSERT INTO public.notes SELECT n, $ann, 'anns_diary' FROM generate_series(1, 1000) n;
INSERT INTO public.notes SELECT n, $mallory, 'mallorys_note' FROM generate_series(1001, 2000) n;
ALTER TABLE public.notes OWNER TO keeper;
SELECT enclave.protect('public.notes', 'owner');
GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO web, backend;
CREATE VIEW public.keepers_view AS SELECT text FROM public.notes;
ALTER VIEW public.keepers_view OWNER TO keeper;
GRANT SELECT ON public.keepers_view TO web, backend;
CREATE FUNCTION public.keepers_function() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog AS 'SELECT string_agg(DISTINCT text, '' '') FROM public.notes';
ALTER FUNCTION public.keepers_function() OWNER TO keeper;
ANALYZE public.notes;
EOQ
	for my $user ([ ann => $ann ], [ mallory => $mallory ])
	{
		$token{ $user->[0] } = $node->safe_psql('postgres',
			"SELECT token FROM enclave.create_token($user->[1], 'test')");
	}
	return;
}

# What an attempt is made of: a name, statements that end in "who", and what that
# has to answer.  BE(name) is an authenticate() with that user's token.
my @attempts_by_setting = (
	[ 'SET' => "SET enclave.user_id = $ann; SET enclave.identity = '$ann'; SET request.jwt.claim.sub = '$ann'; WHO", $nobody ],
	[ 'SET LOCAL' => "BEGIN; SAVEPOINT a; SET LOCAL enclave.user_id = $ann; ROLLBACK TO a; SET LOCAL request.jwt.claims = '{\"sub\": \"$ann\"}'; WHO; COMMIT", $nobody ],
	[ 'SET LOCAL over an identity of his own' => "BEGIN; BE(mallory); SAVEPOINT a; SET LOCAL enclave.user_id = $ann; ROLLBACK TO a; WHO; COMMIT", $himself ],
	[ 'set_config' => "SELECT set_config('request.user_id', '$ann', false) IS NULL; SELECT set_config('enclave.user_id', '$ann', false) IS NULL; WHO", $nobody ],
	[ 'set_config once the library is loaded' => "SELECT enclave.user_id(); SELECT set_config('enclave.user_id', '$ann', false); WHO", $nobody ],
	[ 'ALTER ROLE SET' => "ALTER ROLE CURRENT_USER SET enclave.user_id = $ann; \\c -\nWHO; ALTER ROLE CURRENT_USER RESET ALL", $nobody ],
	[ 'ALTER ROLE SET once the library is loaded' => "SELECT enclave.user_id(); ALTER ROLE CURRENT_USER SET enclave.user_id = $ann; \\c -\nWHO; ALTER ROLE CURRENT_USER RESET ALL", $nobody ],
	[ 'ALTER DATABASE SET' => "ALTER DATABASE postgres SET enclave.user_id = $ann; \\c -\nWHO", $nobody, '42501' ],
	[ 'RESET ALL after the victim' => 'VICTIM; RESET ALL; WHO', $nobody ],
	[ 'RESET of an invented setting' => 'VICTIM; RESET enclave.user_id; WHO', $nobody ],
	[ 'RESET ALL within a transaction' => 'BEGIN; BE(mallory); RESET ALL; WHO; COMMIT', $himself ],
	[ 'DISCARD ALL after the victim' => 'VICTIM; DISCARD ALL; WHO', $nobody ],
	[ 'DISCARD ALL within a transaction' => 'BEGIN; BE(ann); DISCARD ALL; ROLLBACK; WHO', $nobody, '25001' ],
	[ 'DISCARD PLANS, SEQUENCES, TEMP' => 'BEGIN; BE(mallory); DISCARD PLANS; DISCARD SEQUENCES; DISCARD TEMP; WHO; COMMIT', $himself ],
	[ 'SET ROLE to a role of the victim\'s name' => qq{BEGIN; SET LOCAL ROLE "$ann"; ROLLBACK; WHO}, $nobody, '42501' ],
	[ 'SET SESSION AUTHORIZATION' => qq{SET SESSION AUTHORIZATION "$ann"; WHO}, $nobody, '42501' ],
	[ 'row_security off' => 'SET row_security = off; SELECT text FROM public.notes LIMIT 1; RESET row_security; WHO', $nobody, '42501' ],
	[ 'replication role' => 'SET session_replication_role = replica; WHO', $nobody, '42501' ]);
my @attempts = (
	# Ends of transactions.
	[ 'COMMIT' => 'BEGIN; BE(ann); COMMIT; WHO', $nobody ],
	[ 'ROLLBACK' => 'BEGIN; BE(ann); ROLLBACK; WHO', $nobody ],
	[ 'COMMIT AND CHAIN' => 'BEGIN; BE(ann); COMMIT AND CHAIN; WHO; COMMIT', $nobody ],
	[ 'ROLLBACK AND CHAIN' => 'BEGIN; BE(ann); ROLLBACK AND CHAIN; WHO; COMMIT', $nobody ],
	[ 'an aborted transaction' => 'BEGIN; BE(ann); SELECT 1 / 0; COMMIT; WHO', $nobody, '22012' ],
	[ 'an aborted transaction that asks on' => 'BEGIN; BE(ann); SELECT 1 / 0; SELECT enclave.user_id(); ROLLBACK; WHO', $nobody, '25P02' ],
	[ 'an aborted chain' => 'BEGIN; BE(ann); SELECT 1 / 0; ROLLBACK AND CHAIN; WHO; COMMIT', $nobody ],
	[ 'an error at commit' => 'CREATE TEMPORARY TABLE a (x integer UNIQUE DEFERRABLE INITIALLY DEFERRED); BEGIN; BE(ann); INSERT INTO a VALUES (1), (1); COMMIT; WHO', $nobody, '23505' ],
	[ 'several statements in one message' => q{BE(ann) \; SELECT false; WHO}, $nobody ],
	[ 'one that fails among them' => q{BE(ann) \; SELECT 1 / 0; WHO}, $nobody, '22012' ],
	[ 'PREPARE TRANSACTION' => "BEGIN; BE(ann); PREPARE TRANSACTION 'steal'; WHO; ROLLBACK PREPARED 'steal'", $nobody ],
	[ 'COMMIT PREPARED' => "BEGIN; BE(ann); PREPARE TRANSACTION 'steal'; BEGIN; COMMIT; COMMIT PREPARED 'steal'; WHO", $nobody ],
	[ 'a prepared transaction with a WITH HOLD cursor' => "BEGIN; BE(ann); DECLARE c CURSOR WITH HOLD FOR SELECT text FROM public.notes; PREPARE TRANSACTION 'steal'; FETCH c; WHO", $nobody, '34000' ],
	[ 'a procedure that commits' => q{CREATE PROCEDURE pg_temp.p() LANGUAGE plpgsql AS $$ BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); COMMIT; RAISE WARNING 'left: %', enclave.user_id(); END $$; CALL pg_temp.p(); WHO}, $nobody ],
	[ 'a procedure that rolls back' => q{CREATE PROCEDURE pg_temp.p() LANGUAGE plpgsql AS $$ BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); ROLLBACK; END $$; CALL pg_temp.p(); WHO}, $nobody ],
	[ 'a procedure that commits and goes on' => q{DO $$ BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); COMMIT AND CHAIN; PERFORM set_config('test.who', coalesce(enclave.user_id()::text, 'nobody') || ' sees ' || coalesce((SELECT min(text) FROM public.notes), ''), false); END $$; SELECT current_setting('test.who')}, $nobody ],
	[ 'a loop that is held over a commit' => q{DO $$ DECLARE r record; BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); FOR r IN SELECT text FROM public.notes LOOP COMMIT; EXIT; END LOOP; END $$; WHO}, $nobody, '2D000' ],

	# Subtransactions.
	[ 'a savepoint rolled back after authenticate' => 'BEGIN; SAVEPOINT a; BE(ann); ROLLBACK TO a; WHO; COMMIT', $nobody ],
	[ 'and one beneath an identity' => 'BEGIN; BE(mallory); SAVEPOINT a; BE(ann); ROLLBACK TO a; WHO; COMMIT', $himself ],
	[ 'rolled back twice' => 'BEGIN; BE(mallory); SAVEPOINT a; BE(ann); ROLLBACK TO a; ROLLBACK TO a; WHO; COMMIT', $himself ],
	[ 'released within one that is rolled back' => 'BEGIN; BE(mallory); SAVEPOINT a; SAVEPOINT b; SAVEPOINT c; BE(ann); RELEASE c; RELEASE b; ROLLBACK TO a; WHO; COMMIT', $himself ],
	[ 'of the same name' => 'BEGIN; SAVEPOINT a; BE(mallory); SAVEPOINT a; BE(ann); ROLLBACK TO a; RELEASE a; WHO; COMMIT', $himself ],
	[ 'failed within an authenticated savepoint' => 'BEGIN; SAVEPOINT a; BE(ann); SAVEPOINT b; SELECT 1 / 0; ROLLBACK TO a; WHO; COMMIT', $nobody, '22012' ],
	[ 'cleared, released, and rolled back above' => 'BEGIN; BE(mallory); SAVEPOINT a; BE(ann); SAVEPOINT b; SELECT enclave.clear_identity(); RELEASE b; ROLLBACK TO a; WHO; COMMIT', $himself ],
	[ 'cleared for good' => 'BEGIN; BE(ann); SAVEPOINT a; SELECT enclave.clear_identity(); RELEASE a; WHO; COMMIT', $nobody ],
	[ 'the end of the transaction with savepoints open' => 'BEGIN; SAVEPOINT a; SAVEPOINT b; BE(ann); SAVEPOINT c; COMMIT; BEGIN; SAVEPOINT a; ROLLBACK TO a; WHO; COMMIT', $nobody ],
	[ 'the abort of it with savepoints open' => 'BEGIN; SAVEPOINT a; BE(ann); SAVEPOINT b; BE(mallory); ROLLBACK; BEGIN; SAVEPOINT a; SAVEPOINT b; RELEASE b; ROLLBACK TO a; WHO; COMMIT', $nobody ],
	[ 'a DO block with an exception handler' => q{BEGIN; DO $$ BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END $$; WHO; COMMIT}, $nobody ],
	[ 'handlers within handlers' => q{BEGIN; BE(mallory); DO $$ BEGIN BEGIN BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); END; RAISE division_by_zero; EXCEPTION WHEN unique_violation THEN NULL; END; EXCEPTION WHEN division_by_zero THEN NULL; END $$; WHO; COMMIT}, $himself ],
	[ 'a refused second authenticate' => "BEGIN; BE(ann); SELECT enclave.authenticate(NULL); WHO; COMMIT", $nobody ],
	[ 'one that asks for an ability' => q{BEGIN; BE(ann); SELECT enclave.authenticate('TOKEN(ann)', 'no such:thing') IS NULL; SELECT enclave.authenticate('TOKEN(ann)x'); WHO; COMMIT}, $nobody ],
	[ 'an error within a second authenticate, caught' => q{BEGIN; BE(mallory); SAVEPOINT a; CREATE FUNCTION pg_temp.f(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); RETURN 1; END $$; CREATE TEMPORARY TABLE t AS SELECT 1 AS x; CREATE INDEX ON t (pg_temp.f(x)); ROLLBACK TO a; WHO; COMMIT}, $himself, 'NC009' ],

	# Cursors, plans.
	[ 'a WITH HOLD cursor' => 'BEGIN; BE(ann); DECLARE c CURSOR WITH HOLD FOR SELECT text FROM public.notes; COMMIT; FETCH c; WHO', $nobody, '34000' ],
	[ 'many of them, of names to be quoted' => 'BEGIN; BE(ann); DECLARE " c""1" CURSOR WITH HOLD FOR SELECT text FROM public.notes; DECLARE "ö" SCROLL CURSOR WITH HOLD FOR SELECT text FROM public.notes; COMMIT; FETCH " c""1"; FETCH "ö"; SELECT name FROM pg_cursors; WHO', $nobody, '2D000' ],
	[ 'several, of which one cannot be filled' => 'BEGIN; BE(ann); DECLARE c1 CURSOR WITH HOLD FOR SELECT text FROM public.notes; DECLARE c2 CURSOR WITH HOLD FOR SELECT text FROM public.notes; DECLARE c3 CURSOR WITH HOLD FOR SELECT text FROM public.notes; DECLARE d CURSOR WITH HOLD FOR SELECT 1 / (id - id) FROM public.notes; COMMIT; FETCH c1; FETCH c2; FETCH c3; SELECT name FROM pg_cursors; WHO', $nobody, '22012' ],
	[ 'one read to its end' => 'BEGIN; BE(ann); DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT text FROM public.notes; MOVE ALL FROM c; COMMIT; FETCH FIRST FROM c; WHO', $nobody, '34000' ],
	[ 'one whose identity is cleared before the end' => 'BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT text FROM public.notes; BE(ann); MOVE 1 FROM c; SELECT enclave.clear_identity(); COMMIT; FETCH c; WHO', $nobody, '34000' ],
	[ 'one whose savepoint is rolled back' => 'BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT text FROM public.notes; SAVEPOINT a; BE(ann); MOVE 1 FROM c; ROLLBACK TO a; COMMIT; FETCH c; WHO', $nobody, '34000' ],
	[ 'one that becomes somebody by itself' => q{BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT enclave.authenticate('TOKEN(ann)')::text UNION ALL SELECT text FROM public.notes; COMMIT; FETCH ALL FROM c; WHO}, $nobody, '34000' ],
	[ 'one in a deferred trigger' => q{CREATE TEMPORARY TABLE t (x integer); CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); EXECUTE 'DECLARE c CURSOR WITH HOLD FOR SELECT text FROM public.notes'; RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER t AFTER INSERT ON t INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.f(); BEGIN; INSERT INTO t VALUES (1); COMMIT; FETCH c; WHO}, $nobody, '34000' ],
	[ 'an identity set in a deferred trigger' => q{CREATE TEMPORARY TABLE t (x integer); CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER t AFTER INSERT ON t INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.f(); BEGIN; INSERT INTO t VALUES (1); COMMIT; WHO}, $nobody ],
	[ 'a cursor opened before, read by the next transaction' => 'BEGIN; BE(ann); DECLARE c CURSOR FOR SELECT text FROM public.notes; FETCH c; COMMIT; FETCH c; WHO', "anns_diary\n$nobody", '34000' ],
	[ 'a statement prepared and planned under the victim' => 'PREPARE p AS SELECT text FROM public.notes; BEGIN; BE(ann); CREATE TEMPORARY TABLE c ON COMMIT DROP AS EXECUTE p; COMMIT; EXECUTE p; WHO', $nobody ],
	[ 'a generic plan of the victim\'s' => 'SET plan_cache_mode = force_generic_plan; PREPARE p(bigint) AS SELECT text FROM public.notes WHERE owner = $1; BEGIN; BE(ann); CREATE TEMPORARY TABLE c ON COMMIT DROP AS EXECUTE p(1001); COMMIT; EXECUTE p(1001); WHO', $nobody ],
	[ 'and the attacker\'s own identity under it' => 'SET plan_cache_mode = force_generic_plan; PREPARE p AS SELECT DISTINCT text FROM public.notes; BEGIN; BE(ann); CREATE TEMPORARY TABLE c ON COMMIT DROP AS EXECUTE p; COMMIT; BEGIN; BE(mallory); EXECUTE p; COMMIT; WHO', "mallorys_note\n$nobody" ],
	[ 'a getter called immutable, folded into a plan' => 'CREATE FUNCTION pg_temp.f() RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN enclave.user_id(); END $$; PREPARE p AS SELECT text FROM public.notes WHERE owner = pg_temp.f(); BEGIN; BE(ann); CREATE TEMPORARY TABLE c ON COMMIT DROP AS EXECUTE p; COMMIT; EXECUTE p; WHO', $nobody ],
	[ 'an inlined function' => q{CREATE FUNCTION pg_temp.f() RETURNS SETOF text STABLE LANGUAGE sql AS 'SELECT text FROM public.notes'; VICTIM; SELECT * FROM pg_temp.f(); WHO}, $nobody ],
	[ 'a session variable of PL/pgSQL' => q{CREATE FUNCTION pg_temp.f() RETURNS text LANGUAGE plpgsql AS $$ DECLARE x bigint := enclave.user_id(); BEGIN RETURN (SELECT min(text) FROM public.notes WHERE owner = x); END $$; BEGIN; BE(ann); SELECT pg_temp.f() = 'anns_diary'; COMMIT; SELECT pg_temp.f(); WHO}, "t\n$nobody" ],

	# Functions, objects of the same name.
	[ 'a function with a SET clause' => "CREATE FUNCTION pg_temp.f() RETURNS text LANGUAGE sql SET request.user_id = '$ann' SET search_path = pg_temp AS 'SELECT enclave.user_id()::text'; SELECT pg_temp.f(); WHO", $nobody ],
	[ 'a SET clause with our prefix' => "CREATE FUNCTION pg_temp.f() RETURNS text LANGUAGE sql SET enclave.user_id = '$ann' AS 'SELECT enclave.user_id()::text'; SELECT pg_temp.f(); WHO", $nobody ],
	[ 'the end of a SET clause' => q{BEGIN; BE(mallory); CREATE FUNCTION pg_temp.f() RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END; RETURN 0; END $$; SELECT pg_temp.f(); WHO; COMMIT}, "0\n$himself" ],
	[ 'functions of the same name in pg_temp and public' => "SET search_path = pg_temp, public, enclave; CREATE FUNCTION pg_temp.user_id() RETURNS bigint LANGUAGE sql AS 'SELECT $ann::bigint'; CREATE FUNCTION public.user_id() RETURNS bigint LANGUAGE sql AS 'SELECT $ann::bigint'; WHO; DROP FUNCTION public.user_id()", $nobody ],
	[ 'an operator = that says yes' => q{CREATE FUNCTION public.yes(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.yes); SET search_path = public, pg_catalog; WHO; DROP FUNCTION public.yes(bigint, bigint) CASCADE}, $nobody ],
	[ 'tables of the same name' => "SET search_path = pg_temp, public; CREATE TEMPORARY TABLE users AS SELECT $ann::bigint AS id, 1::bigint AS epoch; CREATE TEMPORARY TABLE access_tokens AS SELECT 1::bigint AS id, $ann::bigint AS user_id, 1::bigint AS epoch, now() AS created_at, 'infinity'::timestamptz AS expires_at, sha256('forged token of twenty characters') AS digest, 'login' AS kind, '' AS name, '{*}'::text[] AS abilities; BEGIN; SELECT enclave.authenticate('forged token of twenty characters'); WHO; COMMIT", $nobody ],
	[ 'types of the same name' => "CREATE DOMAIN pg_temp.int8 AS pg_catalog.int4; CREATE DOMAIN pg_temp.text AS pg_catalog.varchar; SET search_path = pg_temp, pg_catalog; WHO", $nobody ],
	[ 'a schema of the same name' => 'CREATE SCHEMA enclave2; CREATE SCHEMA enclave; WHO', $nobody ],
	[ 'a function beside ours' => "CREATE OR REPLACE FUNCTION enclave.user_id() RETURNS bigint LANGUAGE sql AS 'SELECT $ann::bigint'; WHO", $nobody, '42501' ],
	[ 'the C symbol' => q{CREATE FUNCTION pg_temp.f(bigint, text) RETURNS void LANGUAGE c AS '$libdir/enclave', 'enclave_impersonate'; WHO}, $nobody, '42501' ],
	[ 'impersonate' => "BEGIN; SELECT enclave.impersonate($ann, 'because'); ROLLBACK; WHO", $nobody, '42501' ],
	[ 'the tables' => "SELECT user_id FROM enclave.access_tokens; INSERT INTO enclave.access_tokens (user_id) VALUES ($ann); WHO", $nobody, '42501' ],
	[ 'LOAD' => "LOAD 'enclave'; SET enclave.user_id = '$ann'; WHO", $nobody ],
	[ 'a definer function of his own' => q{CREATE FUNCTION public.f() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT text FROM public.notes'; VICTIM; SELECT * FROM public.f(); WHO; DROP FUNCTION public.f()}, $nobody ],
	[ 'a definer function of the table\'s owner' => 'VICTIM; SELECT public.keepers_function(); WHO', $nobody ],
	[ 'a view of the table\'s owner' => 'VICTIM; SELECT * FROM public.keepers_view; WHO', $nobody ],

	# Ways around the policy.
	[ 'COPY' => 'VICTIM; COPY public.notes TO STDOUT; COPY (SELECT * FROM public.notes) TO STDOUT; WHO', $nobody ],
	[ 'COPY as another user' => 'BEGIN; BE(mallory); COPY (SELECT DISTINCT text FROM public.notes) TO STDOUT; WHO; COMMIT', "mallorys_note\n$himself" ],
	[ 'a function that looks on' => q{CREATE FUNCTION pg_temp.f(x text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN IF x LIKE 'ann%' THEN RAISE WARNING '%', x; END IF; RETURN true; END $$; BEGIN; BE(mallory); SELECT count(*) FROM public.notes WHERE pg_temp.f(text); WHO; COMMIT}, "1000\n$himself" ],
	[ 'an error that tells' => q{BEGIN; BE(mallory); SELECT count(*) FROM public.notes WHERE text::integer > 0; ROLLBACK; WHO}, $nobody, '22P02' ],
	[ 'a row given to the victim' => "BEGIN; BE(mallory); INSERT INTO public.notes VALUES (3000, $ann, 'forged'); ROLLBACK; WHO", $nobody, '42501' ],
	[ 'a row given away' => "BEGIN; BE(mallory); UPDATE public.notes SET owner = $ann; ROLLBACK; WHO", $nobody, '42501' ],
	[ 'a row taken' => "BEGIN; BE(mallory); INSERT INTO public.notes VALUES (1, $mallory, 'forged') ON CONFLICT (id) DO UPDATE SET owner = $mallory RETURNING *; ROLLBACK; WHO", $nobody, '42501' ],
	[ 'a row changed by nobody' => "UPDATE public.notes SET text = 'forged'; DELETE FROM public.notes; INSERT INTO public.notes VALUES (3000, $ann, 'forged'); WHO", $nobody, '42501' ],
	[ 'an owner of NULL' => "BEGIN; INSERT INTO public.notes VALUES (3000, NULL, 'forged'); ROLLBACK; WHO", $nobody, '42501' ],
	[ 'a policy of his own' => 'CREATE POLICY p ON public.notes USING (true); ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY; ALTER TABLE public.notes NO FORCE ROW LEVEL SECURITY; TRUNCATE public.notes; WHO', $nobody, '42501' ],
	[ 'a trigger of his own' => q{CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON public.notes FOR EACH ROW EXECUTE FUNCTION pg_temp.f(); WHO}, $nobody, '42501' ],
	[ 'LOCK, LISTEN, NOTIFY, advisory locks' => "LISTEN notes; VICTIM; NOTIFY notes; SELECT pg_advisory_unlock_all(); WHO", "\n$nobody" ],
	[ 'statistics' => "SELECT most_common_vals FROM pg_stats WHERE tablename = 'notes'; SELECT stavalues1 FROM pg_statistic; WHO", $nobody, '42501' ]);

sub spell
{
	my ($sql) = @_;

	$sql =~ s/VICTIM/BEGIN; BE(ann); SELECT count(*) < 0 FROM public.notes; COMMIT/g;
	$sql =~ s/BE\((\w+)\)/SELECT enclave.authenticate('$token{$1}') < 0/g;
	$sql =~ s/TOKEN\((\w+)\)/$token{$1}/g;
	$sql =~ s/WHO/$who/g;
	return $sql;
}

# Rows that say "f" are our own: that an authenticate or a count succeeded.
sub try_each
{
	my ($node, $role) = @_;

	my $session = EnclaveTest::session($node, 'postgres', '-U', $role);

	for my $attempt (@attempts)
	{
		my ($name, $sql, $expected, $error) = @$attempt;
		my $answer = EnclaveTest::answer($session, "\\c -\n" . spell($sql));

		my $said = join "\n", grep { !/^(?:f||\w+:  \w{5}|.*\bnotification\b.*)$/ } split /\n/, $answer;
		is($said, join("\n", grep { $_ ne '' } split /\n/, $expected), "$role: $name")
		  or diag $answer;
		like($answer, qr/^ERROR:  $error$/m, "$role: $name: is an error") if $error;
	}
	$session->quit;
	return;
}

# What comes with the connection: PGOPTIONS, and a bare startup packet.
sub try_connections
{
	my ($node, $role) = @_;

	for my $options ("-c enclave.user_id=$ann", "-c request.jwt.claim.sub=$ann -c enclave.identity=$ann",
		'-c session_authorization=postgres', "-c role=$ann")
	{
		local $ENV{PGOPTIONS} = $options;
		my ($status, $out, $err) = $node->psql('postgres', $who, extra_params => [ '-U', $role ]);
		ok($out eq $nobody || ($out eq '' && $err ne ''), "$role: PGOPTIONS $options") or diag "$out $err";
	}
	is(start_by_hand($node, $role, 'request.user_id' => $ann, 'request.jwt.claim.sub' => $ann),
		$nobody, "$role: settings in the startup packet");
	# which a server that knows our prefix refuses at once
	like(start_by_hand($node, $role, 'enclave.user_id' => $ann),
		qr/^(?:\Q$nobody\E$|SFATAL)/, "$role: settings of our prefix in the startup packet");
	return;
}

sub start_by_hand
{
	my ($node, $role, @settings) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => $node->host . '/.s.PGSQL.' . $node->port) or die "no socket: $!";
	my $body = pack('N', 196608) . join('', map { "$_\0" } user => $role, database => 'postgres', @settings) . "\0";
	my ($type, $rest, $answer) = ('', '', '');

	print $socket pack('N', length($body) + 4), $body;
	$socket->flush;
	for my $round (1, 2)
	{
		while (read($socket, $type, 5) == 5)
		{
			my ($kind, $length) = unpack 'aN', $type;
			read($socket, $rest, $length - 4) if $length > 4;
			return $rest if $kind eq 'E';
			$answer = unpack 'x6 a*', $rest if $kind eq 'D';
			last if $kind eq 'Z';
		}
		print $socket 'Q', pack('N', length($who) + 5), "$who\0" if $round == 1;
		$socket->flush;
	}
	close $socket;
	return $answer;
}

# A worker has no identity, and whoever mislabels a function gets none from it.
sub try_parallel
{
	my ($node, $role) = @_;
	my $session = EnclaveTest::session($node, 'postgres', '-U', $role);

	EnclaveTest::answer($session, <<"EOQ");
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off; SET enable_indexscan = off; SET enable_bitmapscan = off;
SET force_parallel_mode = on;
SET debug_parallel_query = on;
CREATE FUNCTION public.safe_who() RETURNS text PARALLEL SAFE COST 10000 LANGUAGE plpgsql AS
  'BEGIN RETURN coalesce(enclave.user_id()::text, ''nobody''); END';
CREATE FUNCTION public.safe_pid() RETURNS integer PARALLEL SAFE COST 10000 LANGUAGE plpgsql AS
  'BEGIN RETURN pg_backend_pid(); END';
CREATE FUNCTION public.safe_be(token text) RETURNS bigint PARALLEL SAFE COST 10000 LANGUAGE plpgsql AS
  'BEGIN RETURN enclave.authenticate(token); END';
EOQ
	isnt(EnclaveTest::answer($session, 'SELECT public.safe_pid()'),
		EnclaveTest::answer($session, 'SELECT pg_backend_pid()'), "$role: there is a worker");
	my $be = spell('SELECT enclave.authenticate(\'TOKEN(ann)\') < 0');
	is(EnclaveTest::answer($session, "BEGIN; $be; SELECT public.safe_who(); COMMIT"),
		"f\nnobody", "$role: a getter called PARALLEL SAFE finds nobody in a worker");
	is(EnclaveTest::answer($session, "BEGIN; $be; SELECT count(*) FROM public.notes WHERE owner::text = public.safe_who(); COMMIT"),
		"f\n0", "$role: and opens no row");
	is(EnclaveTest::answer($session, "BEGIN; $be; SELECT count(*) FROM public.notes; COMMIT"),
		"f\n1000", "$role: the policy itself has its answer from the leader");
	like(EnclaveTest::answer($session, "BEGIN; $be; EXPLAIN (COSTS OFF) SELECT count(*) FROM public.notes; COMMIT"),
		qr/Gather.*InitPlan|InitPlan.*Gather/s, "$role: - whose plan is parallel");

	# an identity set in a worker is the worker's, and gone with it
	EnclaveTest::answer($session, spell("BEGIN; SELECT public.safe_be('TOKEN(ann)'); COMMIT"));
	is(EnclaveTest::answer($session, $who), $nobody, "$role: a worker that authenticates leaves nobody");
	my $own = EnclaveTest::answer($session, spell("BEGIN; BE(mallory); SAVEPOINT a; SELECT public.safe_be('TOKEN(ann)'); ROLLBACK TO a; WHO; COMMIT"));
	like($own, qr/^\Q$himself\E$/m, "$role: and does not change its leader");
	is(EnclaveTest::answer($session, "SELECT public.safe_who()"), 'nobody', "$role: nor the next worker");
	EnclaveTest::answer($session, 'DROP FUNCTION public.safe_who(), public.safe_pid(), public.safe_be(text)');
	$session->quit;
	return;
}

# Cancelled or timed out in the middle of it, an authenticate sets nobody.
sub try_cancel
{
	my ($node, $role) = @_;
	my $blocker = EnclaveTest::session($node);
	my $session = EnclaveTest::session($node, 'postgres', '-U', $role);
	my $timeout = "SET LOCAL statement_timeout = '200ms'";

	EnclaveTest::answer($session, $who);
	EnclaveTest::answer($blocker, 'BEGIN; LOCK TABLE enclave.access_tokens');
	is(EnclaveTest::answer($session, spell("BEGIN; $timeout; BE(ann); ROLLBACK; WHO")),
		"$nobody\nERROR:  57014", "$role: a timeout within authenticate");
	is(EnclaveTest::answer($session, spell("BEGIN; SAVEPOINT a; $timeout; BE(ann); ROLLBACK TO a; WHO; COMMIT")),
		"$nobody\nERROR:  57014", "$role: a timeout within a savepoint's authenticate");
	is(EnclaveTest::answer($session, spell(<<'EOQ')), $nobody, "$role: a timeout that is caught");
BEGIN; SET LOCAL lock_timeout = '200ms';
DO $$ BEGIN PERFORM enclave.authenticate('TOKEN(ann)'); EXCEPTION WHEN lock_not_available THEN NULL; END $$; WHO; COMMIT
EOQ
	EnclaveTest::answer($blocker, 'ROLLBACK');

	# a commit that is cancelled after it has filled a cursor
	EnclaveTest::answer($session, spell(<<'EOQ'));
BEGIN; BE(ann); DECLARE c CURSOR WITH HOLD FOR SELECT text FROM public.notes;
DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format('DECLARE c%s CURSOR WITH HOLD FOR SELECT text, pg_sleep(CASE id WHEN 7 THEN 0.1 END) FROM public.notes', i); END LOOP; END $$
EOQ
	my $pid = EnclaveTest::answer($session, 'SELECT pg_backend_pid()');
	EnclaveTest::send_query($session, 'COMMIT');
	EnclaveTest::until_true('a cursor is being filled',
		sub { $node->safe_psql('postgres', "SELECT wait_event FROM pg_stat_activity WHERE pid = $pid") eq 'PgSleep' });
	EnclaveTest::until_true('the commit is cancelled', sub {
			EnclaveTest::answer($blocker, "SELECT pg_cancel_backend($pid)");
			return $node->safe_psql('postgres', "SELECT state FROM pg_stat_activity WHERE pid = $pid") eq 'idle';
		});
	EnclaveTest::finish($session);
	is(EnclaveTest::answer($session, "SELECT name FROM pg_cursors; $who"), $nobody, "$role: a cancel within COMMIT leaves no cursor");
	$_->quit for $session, $blocker;
	return;
}

# A session that may be anybody for the server is nobody for us.
sub try_superuser
{
	my ($node, $role) = @_;
	my $session = EnclaveTest::session($node);

	is(EnclaveTest::answer($session, qq{SET SESSION AUTHORIZATION "$ann"; $who}),
		$nobody, 'SET SESSION AUTHORIZATION to a role of the victim\'s name');
	is(EnclaveTest::answer($session, spell("RESET SESSION AUTHORIZATION; SET SESSION AUTHORIZATION $role; BEGIN; BE(ann); COMMIT; RESET SESSION AUTHORIZATION; SET SESSION AUTHORIZATION $role; WHO")),
		"f\n$nobody", "SET and RESET SESSION AUTHORIZATION after the victim ($role)");
	is(EnclaveTest::answer($session, spell("BEGIN; BE(mallory); RESET SESSION AUTHORIZATION; SET LOCAL SESSION AUTHORIZATION $role; SET LOCAL ROLE $role; WHO; COMMIT")),
		"f\n$himself", "within a transaction it changes the role, not the user ($role)");
	$session->quit;
	for my $place ("ROLE $role", 'DATABASE postgres')
	{
		$node->psql('postgres', "ALTER $place SET enclave.user_id = $ann");
		$node->safe_psql('postgres', "ALTER $place SET request.user_id = $ann");
		is($node->safe_psql('postgres', $who, extra_params => [ '-U', $role ]),
			$nobody, "ALTER $place SET by an administrator");
		$node->safe_psql('postgres', "ALTER $place RESET ALL");
	}
	return;
}

for my $preload (0, 1)
{
	my $node = EnclaveTest::new_node($preload ? 'preloaded' : 'late', preload => $preload, conf => <<'EOC');
enclave.argon2_memory = '64kB'
max_prepared_transactions = 4
max_parallel_workers_per_gather = 2
EOC

	prepare_server($node);
	for my $role ('web', 'backend')
	{
		is($node->safe_psql('postgres', spell('BEGIN; BE(ann); WHO; COMMIT; BEGIN; BE(mallory); WHO; COMMIT; WHO'), extra_params => [ '-U', $role ]),
			"f\n$victim\nf\n$himself\n$nobody", "$role: who proves it is who he is, for a transaction");
		try_each($node, $role, @attempts_by_setting);
		try_connections($node, $role);
		next if $preload;
		try_each($node, $role, @attempts);
		try_parallel($node, $role);
		try_cancel($node, $role);
		try_superuser($node, $role);
	}
	is($node->safe_psql('postgres', 'SELECT owner, text, count(*) FROM public.notes GROUP BY 1, 2 ORDER BY 1'),
		"$ann|anns_diary|1000\n$mallory|mallorys_note|1000", 'not a row was lost or changed');
	is($node->safe_psql('postgres', "SELECT count(*) FROM enclave.audit_logs WHERE event = 'auth.impersonated'"),
		0, 'nobody was impersonated');
	unlike(slurp_file($node->logfile), qr/PANIC|terminated by signal/, 'and the server never crashed');
	$node->stop;
}
done_testing();
