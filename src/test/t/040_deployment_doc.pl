# Promise: the blocks of docs/deployment.md run, in their order, but for those
# that it marks as not run.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use EnclaveTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $libraries = `pg_config --pkglibdir`;
chomp $libraries;
plan skip_all => 'pg_cron is not installed' unless -e "$libraries/pg_cron.so";

my $node = EnclaveTest::new_node('main', extension => 0, conf => <<'EOC');
shared_preload_libraries = 'enclave,pg_cron'
cron.database_name = 'app'
EOC
$node->safe_psql('postgres', 'CREATE DATABASE app');

# [language, text, line, run?]
sub blocks
{
	my ($text) = @_;
	my ($number, $before, $block, @blocks) = (0, '');

	for my $line (split /\n/, $text)
	{
		$number++;
		if ($line =~ /^```(\w*)$/ && !$block)
		{
			$block = [ $1, '', $number, $before !~ /\*not run\*/ ];
		}
		elsif ($line eq '```')
		{
			push @blocks, $block;
			($block, $before) = (undef, '');
		}
		elsif ($block)
		{
			$block->[1] .= "$line\n";
		}
		else
		{
			# what stands between a block and the one before it
			$before .= "$line\n";
			$before = '' if $line =~ /^#/;
		}
	}
	return @blocks;
}

my $folder = PostgreSQL::Test::Utils::tempdir();
my %env = (PGHOST => $node->host, PGPORT => $node->port);
my ($run, $marked) = (0, 0);

for my $block (blocks(slurp_file("$FindBin::RealBin/../../../docs/deployment.md")))
{
	my ($language, $text, $line, $runs) = @$block;

	if (!$runs)
	{
		$marked++;
		next;
	}
	like($language, qr/^(?:sql|sh)$/, "line $line: a block that is not marked is SQL or shell") or next;
	$run++;
	if ($language eq 'sql')
	{
		my ($status, $out, $err) = $node->psql('app', $text);
		$err =~ s/^psql:<stdin>:\d+: NOTICE: .*\n?//mg;
		is("$status $err", '0 ', "line $line: SQL");
	}
	else
	{
		local %ENV = (%ENV, %env);
		append_to_file("$folder/$line.sh", "set -euo pipefail\ncd '$folder'\n$text");
		my ($out, $err) = run_command([ 'bash', "$folder/$line.sh" ]);
		is("$? $err", '0 ', "line $line: shell");
	}
}
cmp_ok($run, '>', 15, 'blocks were found and run');
cmp_ok($marked, '>', 3, 'and others found and left alone');

is($node->safe_psql('app', "SELECT status FROM enclave.doctor() WHERE check_name = 'grants'"), 'ok',
	'what the document has granted is as it is remembered');
$node->stop;
done_testing();
