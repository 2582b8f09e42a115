# Attack: who is limited hits within transactions that he rolls back, over many
# connections at once, with any number of keys, and in a database that had a limit
# of the same name.  Promise: with the library preloaded a hit counts whatever
# becomes of its transaction, waits for none and writes nothing; when the memory
# is full of windows none of them is thrown out, and what finds no place is
# counted in rows; a limit made anew counts anew.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EnclaveTest::new_node('main', preload => 1, conf => "max_connections = 40\n");

sub value
{
	my ($sql, $database) = @_;

	return $node->safe_psql($database // 'postgres', $sql);
}

my $hit = "SELECT remaining FROM enclave.hit('door', 'ann')";

value("SELECT enclave.define_limit('door', 5, '1 hour'), enclave.define_limit('many', 1000, '1 hour')");

# Whatever becomes of the transaction.
my $session = EnclaveTest::session($node);
is(EnclaveTest::answer($session, "BEGIN; $hit; ROLLBACK"), 4, 'a hit');
is(EnclaveTest::answer($session, "BEGIN; SAVEPOINT s; $hit; ROLLBACK TO s; COMMIT"), 3, 'after a rollback');
is(EnclaveTest::answer($session, "BEGIN; $hit; SELECT 1 / 0"), "2\nERROR:  22012", 'and one to a savepoint');
is(EnclaveTest::answer($session, 'ROLLBACK; BEGIN READ ONLY'), '', 'and an error');
is(EnclaveTest::answer($session, $hit), 1, 'and in a transaction that may not write');
is(EnclaveTest::answer($session, "SELECT enclave.remaining('door', 'ann'), enclave.too_many_attempts('door', 'ann')"), '1|f', 'looking counts nothing');
EnclaveTest::answer($session, 'COMMIT');
$session->quit;

# Nobody waits for a transaction that is open.
my $open = EnclaveTest::session($node);
is(EnclaveTest::answer($open, "BEGIN; $hit"), 0, 'the last place, in an open transaction');
is(value('SELECT allowed FROM enclave.hit(\'door\', \'ann\')'), 'f', 'which others see at once');
is(EnclaveTest::answer($open, 'SELECT pg_current_xact_id_if_assigned() IS NULL'), 't', 'and which has written nothing');
EnclaveTest::answer($open, "SELECT enclave.clear_limit('door', 'ann'); ROLLBACK");
is(value("SELECT enclave.remaining('door', 'ann')"), 5, 'clearing is as final');
$open->quit;
is(value('SELECT count(*) FROM enclave.rate_limits'), 0, 'no rows');

# Two hundred at once over twenty connections: each counts once.
my $script = PostgreSQL::Test::Utils::tempdir() . '/hits';
append_to_file($script, "BEGIN;\nSELECT enclave.hit('many', 'ann');\nROLLBACK;\n");
$node->command_ok([ 'pgbench', '-n', '-c', '20', '-j', '2', '-t', '10', '-f', $script, $node->connstr('postgres') ],
	'hits that are rolled back, side by side');
is(value("SELECT enclave.remaining('many', 'ann')"), 800, 'each has counted');

# The window ends by the clock.
value("SELECT enclave.define_limit('short', 1, '2 seconds')");
value("SELECT enclave.hit('short', 'k')");
$node->poll_query_until('postgres', "SELECT enclave.available_in('short', 'k') = interval '0'");
is(value("SELECT enclave.remaining('short', 'k')"), 1, 'a window that has ended');
is(value("SELECT allowed FROM enclave.hit('short', 'k')"), 't', 'and the next');

# A limit made anew, an extension made anew, a database beside this one.
value($hit) for 1 .. 5;
value("SELECT enclave.define_limit('door', 4, '1 hour')");
is(value($hit), 3, 'a limit that was changed');
value("SELECT enclave.drop_limit('door')");
is(EnclaveTest::refusal($node, $hit), 'NC010', 'one that was dropped');
value("SELECT enclave.define_limit('door', 4, '1 hour')");
is(value($hit), 3, 'and one made anew');
$node->safe_psql('postgres', 'CREATE DATABASE twin TEMPLATE postgres');
is(value($hit, 'twin'), 3, 'a copy of the database');
is(value($hit), 2, 'has windows of its own');
value("DROP EXTENSION enclave CASCADE; CREATE EXTENSION enclave; SELECT enclave.define_limit('first', 4, '1 hour'), enclave.define_limit('door', 4, '1 hour'), enclave.define_limit('short', 4, '1 hour')", 'twin');
is(value($hit, 'twin'), 3, 'so has an extension made anew');

# More keys than there are places: what is limited stays limited, and all keys count.
value("SELECT enclave.hit('door', 'kept') FROM generate_series(1, 5)");
value("SELECT enclave.define_limit('flood', 2, '1 hour')");
is(value(<<'EOQ'), '70000|70000', 'more keys than places, each once');
SELECT count(*), sum((h.remaining = 1)::int) FROM generate_series(1, 70000) i, LATERAL enclave.hit('flood', i::text) h
EOQ
cmp_ok(value('SELECT count(*) FROM enclave.rate_limits'), '>', 70000 - 65536 - 1, 'what had no place is in rows');
is(value("SELECT enclave.too_many_attempts('door', 'kept')"), 't', 'what was limited is');
is(value("SELECT value > 0 FROM enclave.stats WHERE name = 'limits:full'"), 't', 'and stats');
like(value("SELECT detail FROM enclave.doctor() WHERE check_name = 'shared_memory' AND status = 'warn'"), qr/^named limits: no place \d+ times$/, 'and doctor() tell');
is(value(<<'EOQ'), '70000|70000', 'all of them once more, and each is at its limit');
SELECT count(*), sum((h.remaining = 0 AND h.allowed)::int) FROM generate_series(1, 70000) i, LATERAL enclave.hit('flood', i::text) h
EOQ
is(value(<<'EOQ'), '0|70000', 'none has two windows');
SELECT sum(h.allowed::int), sum(enclave.remaining('flood', i::text) + 1) FROM generate_series(1, 70000) i, LATERAL enclave.hit('flood', i::text) h
EOQ
value("SELECT enclave.clear_limit('flood', i::text) FROM generate_series(1, 30000) i");
is(value(<<'EOQ'), 0, 'nor where places have become free');
SELECT sum(h.allowed::int) FROM generate_series(30001, 70000) i, LATERAL enclave.hit('flood', i::text) h
EOQ
value("SELECT enclave.clear_limit('flood', i::text) FROM generate_series(1, 70000) i");
is(value("SELECT sum(enclave.remaining('flood', i::text)) FROM generate_series(1, 70000) i"), 140000, 'all of them cleared');

# After a start the memory is empty, and the definitions are there.
EnclaveTest::restart($node);
is(value("SELECT enclave.remaining('door', 'kept')"), 4, 'a restart begins new windows');

# The same memory is not used where the server is to count in rows.
$node->append_conf('postgresql.conf', "enclave.attempt_slots = -1\n");
EnclaveTest::restart($node);
value("BEGIN; $hit; ROLLBACK");
is(value("SELECT enclave.remaining('door', 'ann')"), 4, 'attempt_slots = -1: a rollback takes a hit back');
value($hit);
is(value('SELECT attempts FROM enclave.rate_limits WHERE reset_at > clock_timestamp() AND limit_id = (SELECT id FROM enclave.limit_definitions WHERE name = \'door\')'), 1, 'which is a row');

$node->stop;
done_testing();
