import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { oddSeconds, type Bench } from './bench.js';

/** A time limit and a cancel end all that a command has started, and say truly whether it is gone. */
export function stopping(bench: Bench): void {
  const { run, processesWith } = bench;
  const timedOut = { kind: 'timeout', stopped: 'yes' };
  const cancelled = { kind: 'cancelled', stopped: 'yes' };

  // Those that wait longest begin.
  it('ends a command that ignores INT and TERM', async () => {
    const nap = `sleep 0.0${oddSeconds()}`;
    const command = `trap '' INT TERM; while :; do ${nap}; done`;
    expect((await run({ command, timeoutMs: 300 })).exit).toEqual(timedOut);
    expect(await processesWith(nap)).toBe('');
  });

  it.each([
    ['what is stopped', (nap: string) => `${nap} & kill -STOP $!; ${nap}`],
    ['what it started', (nap: string) => `${nap} & ${nap}; echo not reached`],
    ['what that started', (nap: string) => `(bash -c '${nap} & ${nap}; :' & ${nap}) & wait`],
    ['what has lost its parent', (nap: string) => `(${nap} & ${nap} &) ; ${nap}`],
    ['what has left the process group', (nap: string) => `setsid ${nap} >/dev/null 2>&1 & ${nap}`],
  ])('ends the command when its time is over, and %s', async (_what, lines) => {
    const nap = `sleep ${oddSeconds()}`;
    const ran = await run({ command: lines(nap), timeoutMs: 500 });
    expect(ran.exit).toEqual(timedOut);
    expect(ran.stdout).toBe('');
    expect(await processesWith(nap)).toBe('');
  });

  it('lets a command clean up that is told to end', async () => {
    const file = `${bench.setup.folder}/${randomUUID()}`;
    const command = `trap 'echo clean >${file}; exit 0' INT; while :; do sleep 0.05; done`;
    expect((await run({ command, timeoutMs: 500 })).exit).toEqual(timedOut);
    expect(await bench.said(`cat ${file}`)).toBe('clean');
  });

  it('ends a command that is cancelled', async () => {
    const nap = `sleep ${oddSeconds()}`;
    const controller = new AbortController();
    const { signal } = controller;
    const ran = await run({ command: nap, signal, onStart: () => controller.abort() });
    expect(ran.exit).toEqual(cancelled);
    expect(await processesWith(nap)).toBe('');
  });

  it('does not wait for a background process that keeps the output open', async () => {
    const ran = await run({ command: 'sleep 100000 & echo $!', timeoutMs: 60_000 });
    expect(ran.exit).toEqual({ kind: 'exited', code: 0 });
    const ended = await run({ command: `kill ${ran.stdout}` });
    expect(ended.exit).toEqual({ kind: 'exited', code: 0 });
  });

  it('leaves other commands alone', async () => {
    async function* ends() {
      const { exit } = await run({ command: 'sleep 1000', timeoutMs: 300 });
      yield `${exit.kind}\n`;
    }
    const other = run({
      command: 'read -r line; echo "still here: $line"',
      stdin: Readable.from(ends()),
    });
    expect((await other).stdout).toBe('still here: timeout\n');
  });

  it('runs nothing that was cancelled before', async () => {
    const file = `${bench.setup.folder}/${randomUUID()}`;
    const ran = await run({ command: `touch ${file}`, signal: AbortSignal.abort() });
    expect(ran.exit).toEqual(cancelled);
    expect(await bench.said(`ls ${file} 2>/dev/null || echo none`)).toBe('none');
  });
}
