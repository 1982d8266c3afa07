/** Commands that do not end by themselves, by what makes them hard to end. Each names its processes in `../pids`, and those
 * that leave its session in `../escaped`. */
export const stubborn = {
  'ends when asked': 'echo $$ >> ../pids; sleep 300',
  'ignores signals': "trap '' INT TERM HUP QUIT; echo $$ >> ../pids; sleep 300",
  'has children in the background': 'sleep 300 & echo $! >> ../pids; echo $$ >> ../pids; wait',
  'has children that ignore signals':
    "(trap '' INT TERM HUP; echo $$ >> ../pids; exec sleep 300) & sleep 300 | cat & echo $! >> ../pids; wait",
  'has a grandchild without a parent': '( (sleep 300 & echo $! >> ../pids) & ); echo $$ >> ../pids; sleep 300',
  'is stopped': 'echo $$ >> ../pids; kill -STOP $$; sleep 300',
  'starts one command after the other': 'echo $$ >> ../pids; for i in $(seq 3000); do sleep 0.1; done',
  'has a child in a session of its own':
    "setsid sh -c 'echo $$ >> ../escaped; exec sleep 300' & echo $$ >> ../pids; sleep 300",
} as const
