/** The program of the helper that starts commands, in perl: a small process, because what `fork` costs grows with the
 * memory of the process that calls it, and a start from Node takes four times as long (decision 7). Perl is there
 * wherever git or Debian's base is, and on macOS.
 *
 * It reads frames, a line `<verb> <id> <bytes>` and so many bytes of fields that end in NUL:
 *
 *   env    0   name, value, …                                   what commands inherit
 *   run    id  folder, log, count, program, arguments…, name, value, …
 *   signal id  name without SIG                                 to the whole group
 *   forget id                                                   its group has ended
 *
 * and answers in lines:
 *
 *   failed id errno log|program            it could not be started
 *   ended  id status group                 wait status of the first process; group: 0 if nothing else of it is left
 *
 * Each command gets a session, and so a process group, of its own. Before it becomes the command, a process writes
 * `id pid` to descriptor 3, a file: if the helper is killed, its owner knows whom to end. When the input ends, because its
 * owner has, the helper kills all groups: no command outlives the run.
 *
 * SIGCHLD is let in only around `select`, so that it breaks off nothing else. Its handler is one that perl runs when it is
 * safe; one that runs at once can crash perl. A signal that comes in the very moment before `select` sleeps does not wake
 * it, so it sleeps for a bounded time, short after something has happened. */
export const helperProgram = String.raw`
use strict; use POSIX ();
open(my $answers, '>&', \*STDOUT) or exit 1;
open(my $pids, '>>&=', 3) or exit 1;
my $child = POSIX::SigSet->new(POSIX::SIGCHLD());
POSIX::sigprocmask(POSIX::SIG_BLOCK(), $child);
$SIG{PIPE} = 'IGNORE';
my (%group, %id);
my ($unread, $woken, $sleep) = ('', 0, 0.02);
$SIG{CHLD} = sub { $woken = 1 };

# A group comes into being when its first process has begun.
sub signal {
  my ($name, $pid) = @_;
  kill($name, -$pid) or $id{$pid} && kill($name, $pid);
}

sub answer { syswrite($answers, join(' ', @_) . "\n") }

sub run {
  my ($id, $folder, $log, $count, @argv) = @_;
  my %more = splice(@argv, $count);
  # A named pipe without a reader must not hold up the helper; the command itself may wait for its reader.
  my $mode = POSIX::O_WRONLY() | POSIX::O_APPEND() | POSIX::O_CREAT();
  sysopen(my $out, $log, $mode | POSIX::O_NONBLOCK(), 0666) or return answer('failed', $id, $! + 0, 'log');
  fcntl($out, POSIX::F_SETFL(), POSIX::O_APPEND());
  my $pid = fork();
  return answer('failed', $id, $! + 0, 'program') unless defined $pid;
  if ($pid) { $group{$id} = $pid; $id{$pid} = $id; return }
  POSIX::setsid();
  if (syswrite($pids, "$id $$\n")) {
    $SIG{PIPE} = $SIG{CHLD} = 'DEFAULT';
    POSIX::sigprocmask(POSIX::SIG_UNBLOCK(), $child);
    @ENV{keys %more} = values %more;
    if (chdir($folder) && open(STDIN, '<', '/dev/null') && POSIX::dup2(fileno($out), 1) && POSIX::dup2(1, 2)) {
      no warnings; exec { $argv[0] } @argv;
    }
  }
  answer('failed', $id, $! + 0, 'program');
  POSIX::_exit(127);
}

sub take {
  my ($verb, $id, @fields) = @_;
  if ($verb eq 'run') { run($id, @fields) }
  elsif ($verb eq 'signal') { signal($fields[0], $group{$id}) if $group{$id} }
  elsif ($verb eq 'forget') { delete $group{$id} }
  elsif ($verb eq 'env') { %ENV = @fields }
}

for (;;) {
  while ((my $pid = waitpid(-1, 1)) > 0) {
    my ($status, $id) = ($?, delete $id{$pid});
    my $rest = kill(0, -$pid) || $! == POSIX::EPERM() ? $pid : 0;
    delete $group{$id} unless $rest;
    answer('ended', $id, $status, $rest);
  }
  my $ready = '';
  vec($ready, 0, 1) = 1;
  POSIX::sigprocmask(POSIX::SIG_UNBLOCK(), $child);
  my $count = select($ready, undef, undef, $woken ? 0 : $sleep);
  POSIX::sigprocmask(POSIX::SIG_BLOCK(), $child);
  $sleep = $count == 0 && !$woken ? 2 * $sleep : 0.02;
  $sleep = 1 if $sleep > 1;
  $woken = 0;
  next if $count <= 0;
  sysread(STDIN, $unread, 65536, length $unread) or last;
  while ($unread =~ /\A(\w+) (\d+) (\d+)\n/ && length($unread) >= $+[0] + $3) {
    my ($verb, $id, $length, $begin) = ($1, $2, $3, $+[0]);
    my @fields = split(/\0/, substr($unread, $begin, $length), -1);
    pop @fields;
    substr($unread, 0, $begin + $length) = '';
    take($verb, $id, @fields);
  }
}
signal('KILL', $_) for values %group;
`
