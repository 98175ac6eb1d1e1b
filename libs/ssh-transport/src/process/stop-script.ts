/** How long a process may take to go after each signal, in hundredths of a second. */
export interface StopPatience {
  interrupt: number;
  terminate: number;
  kill: number;
}

const patience: StopPatience = { interrupt: 100, terminate: 200, kill: 200 };

/**
 * A POSIX sh script, in one line without single quotes, backslashes or `!`, so that any login shell can hand it to
 * `sh -c '…'`. Ends the process group `group` and everything that carries `mark` in its environment (Linux: what has
 * left the group), with INT, TERM and KILL in turn, and prints `stopped=yes` once nothing of it is left, else `stopped=no`.
 *
 * A process that has ended but was not waited for yet (a zombie) counts as gone.
 */
export function stopScript(group: number, mark: string, limits: StopPatience = patience): string {
  return [
    // In two steps, so that the mark stands nowhere in this text: a forced command has it in its own environment.
    `g=${group}; m=CLUSTER_RUN; m=$m=${mark}`,
    `if [ -r /proc/self/stat ]; then ${byProc}; else ${byPs}; fi`,
    `for s in INT:${limits.interrupt} TERM:${limits.terminate} KILL:${limits.kill}; do n=\${s#*:}; s=\${s%:*}`,
    // CONT: what is stopped (SIGSTOP) hears of nothing else but KILL.
    'kill -s $s -- -$g 2>/dev/null; kill -s CONT -- -$g 2>/dev/null; l=$(left)',
    'for p in $l; do kill -s $s $p 2>/dev/null; kill -s CONT $p 2>/dev/null; done',
    // To look at all processes is work: those that are known are waited for first.
    'while :; do l=$(living $l); [ -n "$l" ] || l=$(left); [ -n "$l" ] || break 2; [ $n -le 0 ] && break',
    'sleep 0.05 2>/dev/null || sleep 1; n=$((n-5)); done; done',
    'if [ -z "$(left)" ]; then echo stopped=yes; else echo stopped=no; fi',
  ].join('; ');
}

/** `left` prints the ids of all processes that are left, `living` those of its arguments. /proc tells zombies apart. */
const byProc = [
  // Sets $r to what follows the name in stat: the state, the parent, the group. False for what is gone.
  'look() { read -r r 2>/dev/null <$1/stat || return; r=${r##*) }; case $r in Z*|X*) return 1; esac; }',
  'living() { for p; do look /proc/$p && echo $p; done; }',
  'left() { for f in /proc/[0-9]*; do look $f || continue; set -- $r; [ "$3" = $g ] && echo ${f#/proc/}; done',
  'for f in $(grep -la $m /proc/[0-9]*/environ 2>/dev/null); do f=${f%/environ}; look $f && echo ${f#/proc/}; done; }',
].join('; ');

const byPs = [
  'left() { ps -A -o pgid= -o pid= -o stat= | while read -r a b c; do case $c in Z*) continue; esac; [ "$a" = $g ] && echo $b; done; }',
  'living() { left; }',
].join('; ');

/** What the script says of itself; `unknown` where it said nothing. */
export function stoppedBy(said: string | undefined): 'yes' | 'no' | 'unknown' {
  // What a login shell prints first may have no newline at its end.
  const word = /stopped=(yes|no)$/m.exec(said ?? '')?.[1];
  return word === 'yes' || word === 'no' ? word : 'unknown';
}
