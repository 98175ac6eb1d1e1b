import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { stopScript } from './stop-script.js';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of children.splice(0)) {
    if (pid !== undefined) spawnSync('kill', ['-KILL', '--', `-${pid}`]);
  }
});

/** Starts `command` in a group of its own; resolves when it says that it is ready. */
async function start(command: string, extra: Record<string, string> = {}) {
  const mark = randomBytes(8).toString('hex');
  const child = spawn('bash', ['--norc', '-c', command], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], CLUSTER_RUN: mark, ...extra },
  });
  children.push(child);
  const [said] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return { group: child.pid ?? 0, mark, said: said.toString().trim() };
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

const quick = { interrupt: 20, terminate: 20, kill: 100 };
// As it comes to a node: within single quotes, by the login shell.
const stop = (shell: string, group: number, mark: string, limits = quick) =>
  spawnSync(shell, ['-c', `exec ${shell} -c '${stopScript(group, mark, limits)}'`], { encoding: 'utf8' });

it('can stand within single quotes in any login shell', () => {
  expect(stopScript(1, 'abc')).not.toMatch(/['\\!\n]/);
});

describe.each(['bash', 'dash'])('by %s', (shell) => {
  it('spares the forced command that it runs under, which has the script in its environment', async () => {
    const { group, mark } = await start('sleep 1000 & echo ready; wait');
    const asked = `exec ${shell} -c '${stopScript(group, mark, quick)}'`;
    const { stdout } = spawnSync(shell, ['-c', `${shell} -c "$SSH_ORIGINAL_COMMAND"; echo ended=$?`], {
      encoding: 'utf8',
      env: { ...process.env, SSH_ORIGINAL_COMMAND: asked },
    });
    expect(stdout).toBe('stopped=yes\nended=0\n');
    expect(isAlive(group)).toBe(false);
  });

  it('ends a group', async () => {
    const { group, mark } = await start('sleep 1000 & sleep 1000 | sleep 1000 & echo ready; wait');
    const { stdout, stderr } = stop(shell, group, mark);
    expect([stdout, stderr]).toEqual(['stopped=yes\n', '']);
    expect(isAlive(group)).toBe(false);
  });

  it('ends what ignores all but KILL', async () => {
    const { group, mark } = await start(`trap '' INT TERM; echo ready; while :; do sleep 0.1; done`);
    expect(stop(shell, group, mark).stdout).toBe('stopped=yes\n');
    expect(isAlive(group)).toBe(false);
  });

  it('lets one clean up that is stopped', async () => {
    const { group, mark } = await start(
      `trap 'exit 0' TERM; (kill -STOP $$; echo ready) & while :; do sleep 0.05; done`,
    );
    const since = performance.now();
    const patient = { interrupt: 20, terminate: 1_500, kill: 100 };
    expect(stop(shell, group, mark, patient).stdout).toBe('stopped=yes\n');
    expect(performance.now() - since).toBeLessThan(10_000); // KILL would come after 15 s
  });

  it('lets a command clean up on INT', async () => {
    const { group, mark, said } = await start(
      `f=$(mktemp); trap 'rm -f -- "$f"; exit 1' INT; echo "$f"; while :; do sleep 0.05; done`,
    );
    expect(stop(shell, group, mark, { ...quick, interrupt: 500 }).stdout).toBe('stopped=yes\n');
    expect(() => readFileSync(said)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('finds what has left the group, by its mark', async () => {
    const { group, mark, said } = await start('setsid sleep 1000 & echo $!; exec sleep 1000');
    expect(stop(shell, group, mark).stdout).toBe('stopped=yes\n');
    expect(isAlive(group)).toBe(false);
    expect(isAlive(Number(said))).toBe(false);
  });

  it('finds it when the group itself is long gone', async () => {
    const { group, mark, said } = await start('setsid sleep 1000 & echo $!; exit 0');
    await expect.poll(() => isAlive(group), { timeout: 5_000 }).toBe(false);
    expect(stop(shell, group, mark).stdout).toBe('stopped=yes\n');
    expect(isAlive(Number(said))).toBe(false);
  });

  it('leaves others alone', async () => {
    const one = await start('echo ready; exec sleep 1000');
    const other = await start('echo ready; exec sleep 1000');
    expect(stop(shell, one.group, one.mark).stdout).toBe('stopped=yes\n');
    expect(isAlive(other.group)).toBe(true);
  });

  it('says so where something is left', async () => {
    const { group, mark } = await start(`trap '' INT TERM; echo ready; while :; do sleep 0.1; done`);
    // Nobody waits for KILL to take effect: no time at all is given.
    const script = stopScript(group, mark, { interrupt: 0, terminate: 0, kill: 0 }).replace(' KILL:0', '');
    expect(spawnSync(shell, ['-c', script], { encoding: 'utf8' }).stdout).toBe('stopped=no\n');
    expect(isAlive(group)).toBe(true);
  });

  it('counts a process that nobody has waited for as gone', async () => {
    // perl, as a parent, never waits; its child leads a group of its own.
    const { said } = await start(
      `exec perl -e '$| = 1; use POSIX; if ($p = fork) { print "$p\\n"; sleep 1000 } POSIX::setsid; exit 0'`,
    );
    const child = Number(said);
    await expect.poll(() => isAlive(child), { timeout: 5_000 }).toBe(false);
    expect(readFileSync(`/proc/${child}/stat`, 'utf8')).toContain(' Z ');
    expect(stop(shell, child, 'no-such-mark').stdout).toBe('stopped=yes\n');
  });
});
