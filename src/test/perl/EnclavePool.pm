
=pod

=head1 NAME

EnclavePool - PgBouncer before a test's server

=head1 SYNOPSIS

  use EnclavePool;

  plan skip_all => $EnclavePool::missing unless EnclavePool::find();
  my $pool = EnclavePool->new($node, users => ['web'], size => 5);
  system('psql', $pool->connstr('postgres') . ' user=web');
  $pool->stop;

=head1 DESCRIPTION

Transaction mode, a Unix socket in a folder of its own, no TCP port, no password
(as the server itself).  Like the server it does not run as root.

=cut

package EnclavePool;

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

use EnclaveTest;

our $missing = 'no pgbouncer (Debian: pgbouncer)';

my @running;

=pod

=over

=item find()

The path of the program; nothing if it is not installed.

=cut

sub find
{
	my ($path) = grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin';

	return $path;
}

=item new($node, %options)

A running pool: users (who may connect), size (connections to the server for
each of them).

=cut

sub new
{
	my ($class, $node, %options) = @_;
	my $folder = PostgreSQL::Test::Utils::tempdir_short();
	my $self = bless { folder => $folder, port => $node->port }, $class;

	append_to_file("$folder/users", join '', map { qq{"$_" ""\n} } @{ $options{users} });
	append_to_file("$folder/ini", <<"EOC");
[databases]
* = host=${\ $node->host} port=${\ $node->port}
[pgbouncer]
pool_mode = transaction
default_pool_size = $options{size}
max_client_conn = 200
auth_type = trust
auth_file = $folder/users
unix_socket_dir = $folder
listen_port = $self->{port}
server_login_retry = 1
log_connections = 0
log_disconnections = 0
EOC
	$self->{process} = IPC::Run::start([ find(), "$folder/ini" ], '<', \undef, '&>', "$folder/log");
	push @running, $self;

	EnclaveTest::until_true('the pool listens',
		sub { -S "$folder/.s.PGSQL.$self->{port}" || !$self->{process}->pumpable })
	  && -S "$folder/.s.PGSQL.$self->{port}"
	  or BAIL_OUT("pgbouncer did not start: " . slurp_file("$folder/log"));
	return $self;
}

=item connstr($database)

As the node's own, but through the pool.

=cut

sub connstr
{
	my ($self, $database) = @_;

	return "host=$self->{folder} port=$self->{port} dbname=$database";
}

=item stop()

End it.

=back

=cut

sub stop
{
	my ($self) = @_;

	$self->{process}->kill_kill(grace => 5) if $self->{process};
	delete $self->{process};
	return;
}

END
{
	my $status = $?;

	$_->stop for @running;
	$? = $status;
}

1;
