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
    // The processes left, as ids. /proc tells zombies from the living; elsewhere ps does.
    'left() { if [ -r /proc/self/stat ]; then ' +
      'for f in /proc/[0-9]*/stat; do read -r l 2>/dev/null <$f || continue; p=${l%% *}; r=${l##*) }; set -- $r; ' +
      'case $1 in Z|X) continue;; esac; [ "$3" = $g ] && echo $p; done 2>/dev/null; ' +
      'for f in $(grep -la $m /proc/[0-9]*/environ 2>/dev/null); do f=${f#/proc/}; f=${f%/environ}; ' +
      'read -r l 2>/dev/null </proc/$f/stat || continue; r=${l##*) }; case $r in Z*|X*) ;; *) echo $f;; esac; done; ' +
      'else ps -A -o pgid= -o pid= -o stat= | while read -r a b c; do case $c in Z*) continue;; esac; [ "$a" = $g ] && echo $b; done; fi; }',
    `for s in INT:${limits.interrupt} TERM:${limits.terminate} KILL:${limits.kill}`,
  ]
    .join('; ')
    .concat(
      '; do n=${s#*:}; s=${s%:*}; ' +
        // CONT: what is stopped (SIGSTOP) hears of nothing else but KILL.
        'kill -s $s -- -$g 2>/dev/null; kill -s CONT -- -$g 2>/dev/null; ' +
        'for p in $(left); do kill -s $s $p 2>/dev/null; kill -s CONT $p 2>/dev/null; done; ' +
        'while :; do l=$(left); [ -z "$l" ] && break 2; [ $n -le 0 ] && break; sleep 0.05 2>/dev/null || sleep 1; n=$((n-5)); done; done; ' +
        'l=$(left); if [ -z "$l" ]; then echo stopped=yes; else echo stopped=no; fi',
    );
}

/** What the script says of itself; `unknown` where it said nothing. */
export function stoppedBy(said: string | undefined): 'yes' | 'no' | 'unknown' {
  const word = /^stopped=(yes|no)$/m.exec(said ?? '')?.[1];
  return word === 'yes' || word === 'no' ? word : 'unknown';
}
