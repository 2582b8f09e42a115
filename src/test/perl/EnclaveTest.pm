
=pod

=head1 NAME

EnclaveTest - private servers with the extension, and eyes on what they do

=head1 SYNOPSIS

  use FindBin;
  use lib "$FindBin::RealBin/../perl";
  use EnclaveTest;

  my $node = EnclaveTest::new_node('main', conf => "enclave.argon2_memory = '64kB'\n");

=head1 ENVIRONMENT

=over

=item ENCLAVE_DESTDIR

An uninstalled build ("make install DESTDIR=..."); without it the servers take
what is installed in the system.

=item ENCLAVE_SHIM_DIR

Where the shims of src/test/shim were compiled to; without it a test compiles
what it needs.

=back

=cut

package EnclaveTest;

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

# Sources and passwords are UTF-8, whatever the tester's locale.
$ENV{PGCLIENTENCODING} = 'UTF8';

my $here = __FILE__ =~ s{[^/]*$}{}r;

=pod

=head1 SERVERS

=over

=item new_node($name, %options)

A started server with the extension in the database "postgres". Options:
preload (the library in shared_preload_libraries), conf (lines for
postgresql.conf), init (arguments for the node's init), shim (preload
count_argon2 into the server; see below), extension => 0, start => 0.

=cut

sub new_node
{
	my ($name, %options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(
		extra => [ '--encoding=UTF8', '--locale=C' ],
		@{ $options{init} // [] });
	$node->append_conf('postgresql.conf', find_extension_conf());
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'enclave'")
	  if $options{preload};
	$node->append_conf('postgresql.conf', $options{conf})
	  if defined $options{conf};

	$node->{enclave_shim} = shim_environment($node) if $options{shim};
	return $node if defined $options{start} && !$options{start};

	start($node);
	$node->safe_psql('postgres', 'CREATE EXTENSION enclave')
	  unless defined $options{extension} && !$options{extension};
	return $node;
}

# The settings that make a server find an uninstalled build: Debian patches one
# in, 18 has its own.
sub find_extension_conf
{
	my $destdir = $ENV{ENCLAVE_DESTDIR};

	return '' unless $destdir;
	my %config = map { /^(\S+) = (.*)$/ } split /\n/, `pg_config`;
	my $control = "extension_destdir = '$destdir'\n";
	$control = "extension_control_path = '$destdir$config{SHAREDIR}:\$system'\n"
	  if settings() =~ /^extension_control_path\b/m;

	# also for shared_preload_libraries, where Debian's setting is not looked at
	return $control . "dynamic_library_path = '$destdir$config{PKGLIBDIR}:\$libdir'\n";
}

sub settings
{
	return scalar `postgres --describe-config`;
}

=item finds_builds()

Whether a server can be made to find an uninstalled build at all.

=cut

sub finds_builds
{
	return settings() =~ /^extension_(?:control_path|destdir)\b/m;
}

=item start($node), restart($node)

As the node's own, with the shim in place if the node was made with one.

=cut

sub start
{
	my ($node) = @_;
	local %ENV = (%ENV, %{ $node->{enclave_shim} // {} });

	$node->start;
	return;
}

sub restart
{
	my ($node) = @_;

	$node->stop('fast');
	start($node);
	return;
}

=item configure($node, %settings)

Settings of the server's file, and a reload. Every session that is there goes by
them from its next statement on: the postmaster tells them all before it lets in
the new one that is asked here.

=cut

sub configure
{
	my ($node, %settings) = @_;

	$node->append_conf('postgresql.conf', join '', map { "$_ = '$settings{$_}'\n" } sort keys %settings);
	$node->reload;
	for my $name (sort keys %settings)
	{
		until_true("$name is $settings{$name}",
			sub { $node->safe_psql('postgres', "SELECT current_setting('$name')") eq $settings{$name} });
	}
	return;
}

=pod

=back

=head1 SHIM

With shim => 1 every Argon2 computation and every thread of the server is
written down (see src/test/shim/count_argon2.c).

=over

=item shim_library()

The path of count_argon2.so, compiled if need be; nothing if there is no
compiler: then skip, and say so with $EnclaveTest::no_shim.

=cut

our $no_shim = 'no compiler (cc) and no count_argon2.so in ENCLAVE_SHIM_DIR';

my $shim_library;

sub shim_library
{
	return $shim_library if defined $shim_library;

	my $built = ($ENV{ENCLAVE_SHIM_DIR} // '') . '/count_argon2.so';
	return $shim_library = $built if -r $built;

	my $made = PostgreSQL::Test::Utils::tempdir() . '/count_argon2.so';
	my $source = "${here}../shim/count_argon2.c";
	my @command = ('cc', '-std=gnu11', '-O2', '-fPIC', '-shared', '-o', $made, $source, '-ldl');

	$shim_library = system(@command) == 0 ? $made : '';
	return $shim_library;
}

sub shim_environment
{
	my ($node) = @_;
	my $library = shim_library() or die $no_shim;

	return {
		LD_PRELOAD => $library,
		ENCLAVE_SHIM_LOG => $node->basedir . '/shim.log',
		ENCLAVE_SHIM_GATE => $node->basedir . '/shim.gate',
	};
}

=item hashes($node)

The lines "KiB iterations lanes threads type" of the computations since the
last call of forget_hashes.

=item threads($node)

How many threads were made since.

=cut

sub shim_lines
{
	my ($node) = @_;
	my $log = $node->{enclave_shim}{ENCLAVE_SHIM_LOG};

	return -e $log ? split(/\n/, slurp_file($log)) : ();
}

sub hashes
{
	my ($node) = @_;

	return map { /^argon2 (.*)/ ? $1 : () } shim_lines($node);
}

sub threads
{
	my ($node) = @_;

	return scalar grep { $_ eq 'thread' } shim_lines($node);
}

sub forget_hashes
{
	my ($node) = @_;

	unlink $node->{enclave_shim}{ENCLAVE_SHIM_LOG};
	return;
}

=item close_gate($node), open_gate($node)

While the gate is closed every computation waits before it begins.

=cut

sub close_gate
{
	my ($node) = @_;

	append_to_file($node->{enclave_shim}{ENCLAVE_SHIM_GATE}, '');
	return;
}

sub open_gate
{
	my ($node) = @_;

	unlink $node->{enclave_shim}{ENCLAVE_SHIM_GATE};
	return;
}

=pod

=back

=head1 SESSIONS

=over

=item session($node, $database, %parameters)

A psql that stays open. Errors do not end it; they are shown by SQLSTATE. Its
timer is for a query, not for its life, which a slow machine makes long; and a
session that nothing was asked of for a while may still be told to quit.

=cut

sub session
{
	my ($node, $database, @parameters) = @_;
	my $session = $node->background_psql(
		$database // 'postgres',
		on_error_stop => 0,
		timeout => 5 * $PostgreSQL::Test::Utils::timeout_default,
		extra_params => [ '-v', 'VERBOSITY=sqlstate', @parameters ]);

	$session->set_query_timer_restart;
	return $session;
}

=item answer($session, $sql)

What the statements print, errors included.

=item send_query($session, $sql), finish($session)

The same in two parts: the first does not wait for the server.

=cut

sub answer
{
	my ($session, $sql) = @_;
	my $output = $session->query($sql);
	my $errors = $session->{stderr};

	$session->{stderr} = '';
	$errors =~ s/^psql:<stdin>:\d+: //mg;
	chomp($output, $errors);

	# older versions of the module leave their own marks
	s/^background_psql: QUERY_SEPARATOR.*\n?//mg for $output, $errors;
	chomp($output);
	return join "\n", grep { $_ ne '' } $output, $errors;
}

sub send_query
{
	my ($session, $sql) = @_;

	my $output = $session->query_until(qr/^sent\r?\n/m, "\\echo sent\n$sql\n;\n");

	# What the server has answered already is not to be lost.
	$session->{stdout} = $output =~ s/^sent\r?\n//mr;
	return;
}

sub finish
{
	my ($session) = @_;

	return answer($session, '');
}

=item refusal($node, $sql, $database)

The SQLSTATE with which a statement fails, or 'none'.

=cut

sub refusal
{
	my ($node, $sql, $database, @parameters) = @_;
	my (undef, undef, $stderr) = $node->psql($database // 'postgres', $sql,
		extra_params => [ '-v', 'VERBOSITY=sqlstate', @parameters ]);

	return $stderr =~ /(?:ERROR|FATAL):  (\w{5})/ ? $1 : 'none';
}

=pod

=back

=head1 PROCESSES

=over

=item process_status($pid, $name)

A number of /proc/PID/status, such as Threads or RssAnon (kB); undef if the
system has none.

=item until_true($what, $condition)

Wait until the code reference answers true; a test that fails otherwise.

=back

=cut

sub process_status
{
	my ($pid, $name) = @_;

	open(my $file, '<', "/proc/$pid/status") or return;
	my ($value) = map { /^\Q$name\E:\s*(\d+)/ ? $1 : () } <$file>;
	close $file;
	return $value;
}

sub until_true
{
	my ($what, $condition) = @_;

	my $deadline = time + $PostgreSQL::Test::Utils::timeout_default;
	while (time < $deadline)
	{
		return 1 if $condition->();
		usleep(5_000);
	}
	fail("timed out waiting until $what");
	return 0;
}

1;
