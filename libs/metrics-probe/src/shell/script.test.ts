import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { snapshotFrom } from '../sample.js';
import { snapshotSchema, type Snapshot } from '../snapshot.js';
import { takeSnapshot } from '../take-snapshot.js';
import { parseShellSample } from './parse-shell-sample.js';
import { shellFirstSnapshotScript, shellSnapshotScript } from './script.js';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const candidates = ['sh', 'dash', 'bash', 'bash --posix', 'busybox sh', 'zsh --emulate sh'];
const shells = candidates.filter((shell) => isThere(shell));
// A busybox of its own prefers its built-in programs to those of the PATH.
const shellsOfPath = shells.filter((shell) => !shell.startsWith('busybox'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-probe-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(shells)('%s', (shell) => {
  test('sees this machine as the process itself does', async () => {
    const { stdout, stderr, code } = await runScript(shell, shellFirstSnapshotScript);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    checkAlike(snapshotFrom(parseShellSample(stdout)), await takeSnapshot());
  });

  test('gives a CPU load between two polls', async () => {
    const first = parseShellSample((await runScript(shell, shellFirstSnapshotScript)).stdout);
    let next = parseShellSample((await runScript(shell, shellSnapshotScript)).stdout);
    while (ticksBetween(first, next) < 5) {
      next = parseShellSample((await runScript(shell, shellSnapshotScript)).stdout);
    }
    expect(next.cpuCounters).toHaveLength(1);
    expect(snapshotFrom(next).cpu).not.toHaveProperty('percent');
    const { cpu, collectors } = snapshotFrom(next, first);
    expect(cpu.percent).toBeGreaterThanOrEqual(0);
    expect(cpu.percent).toBeLessThanOrEqual(100);
    expect(collectors['cpu']).toEqual({ ok: true });
  });
});

describe.each(shellsOfPath)('%s', (shell) => {
  test('reads a Mac with Apple Silicon', async () => {
    pretend('macos-apple-silicon');
    const { stdout } = await runScript(shell, shellSnapshotScript, folder);
    expect(snapshotFrom(parseShellSample(stdout))).toEqual({
      version: 1,
      hostname: 'mac-studio.local',
      os: 'macos',
      arch: 'arm64',
      kernel: '23.5.0',
      uptime_seconds: 86648.02,
      cpu: { count: 12, percent: 27.4 },
      load: { '1m': 2.31, '5m': 2.48, '15m': 2.17 },
      memory: { total_bytes: 34359738368, available_bytes: 10039181312, percent: 70.8 },
      swap: { total_bytes: 2 ** 31, used_bytes: 1021.25 * 2 ** 20, percent: 49.9 },
      disks: [
        { mount: '/', total_bytes: 994662584320, available_bytes: 380436525056, percent: 61.8 },
        {
          mount: '/Volumes/Time Machine 2',
          total_bytes: 2000398893056,
          available_bytes: 1500299169792,
          percent: 25,
        },
      ],
      gpus: [{ name: 'Apple M2 Max', vendor: 'Apple', percent: 16 }],
      collectors: allWell,
    });
  });
});

test('a df that hangs and ignores signals costs its own section, and nothing else', async () => {
  pretend('macos-intel');
  fake('df', "trap '' TERM HUP INT\necho 'Filesystem 1024-blocks Used'\nexec sleep 60\n");
  const runs = shellsOfPath.map((shell) => runScript(shell, shellSnapshotScript, folder));
  for (const { stdout, code, leftovers } of await Promise.all(runs)) {
    const snapshot = snapshotFrom(parseShellSample(stdout));
    expect(code).toBe(0);
    expect(snapshot.cpu).toEqual({ count: 4, percent: 7.2 });
    expect(snapshot.gpus).toHaveLength(1);
    expect(snapshot.disks).toEqual([]);
    expect(snapshot.collectors).toEqual({
      ...allWell,
      disks: { ok: false, error: expect.stringContaining('time limit') },
    });
    // Without timeout(1), as on macOS, what hangs stays; it holds nothing of ours. The watchdog is gone.
    expect(leftovers()).toEqual(['sleep 60']);
  }
});

test('where timeout(1) exists, what hangs is ended too', async () => {
  fake('df', 'exec sleep 60\n');
  const { stdout, leftovers } = await runScript('sh', shellSnapshotScript, folder);
  const { collectors, memory } = snapshotFrom(parseShellSample(stdout));
  expect(collectors['disks']).toEqual({ ok: false, error: expect.stringContaining('time limit') });
  expect(memory.percent).toBeGreaterThan(0);
  expect(leftovers()).toEqual([]);
});

test('nvidia-smi is asked where it exists', async () => {
  fake('nvidia-smi', `cat '${fixtures}/linux-debian/nvidia-smi'\n`);
  const { stdout } = await runScript('sh', shellSnapshotScript, folder);
  const { gpus, collectors } = snapshotFrom(parseShellSample(stdout));
  expect(gpus.map((gpu) => gpu.name)).toEqual(['NVIDIA GeForce RTX 3090', 'NVIDIA GH200 480GB']);
  expect(collectors['gpus']).toEqual({ ok: true });
});

test('an nvidia-smi that fails is no machine without cards', async () => {
  fake(
    'nvidia-smi',
    'echo "NVIDIA-SMI has failed because it could not communicate with the driver." ; exit 9\n',
  );
  const { stdout } = await runScript('sh', shellSnapshotScript, folder);
  expect(snapshotFrom(parseShellSample(stdout)).collectors['gpus']).toEqual({
    ok: false,
    error: expect.stringContaining('could not communicate with the driver'),
  });
});

test('a df without -l is asked without it', async () => {
  fake(
    'df',
    `case "$*" in *-l*) echo "df: invalid option -- 'l'"; exit 1;; esac\ncat '${fixtures}/linux-debian/df'\n`,
  );
  const { stdout } = await runScript('sh', shellSnapshotScript, folder);
  expect(snapshotFrom(parseShellSample(stdout)).disks.map((disk) => disk.mount)).toContain('/media/My Disk');
});

test('a login without a PATH or with a foreign locale changes nothing', async () => {
  const { stdout } = await runScript('/bin/sh', shellFirstSnapshotScript, undefined, {
    PATH: '',
    LC_ALL: 'de_DE.UTF-8',
  });
  expect(snapshotFrom(parseShellSample(stdout)).collectors).toEqual(allWell);
});

const allWell = Object.fromEntries(
  ['host', 'uptime', 'cpu', 'load', 'memory', 'swap', 'disks', 'gpus'].map((name) => [name, { ok: true }]),
);

function checkAlike(shell: Snapshot, own: Snapshot) {
  expect(snapshotSchema.parse(shell)).toEqual(shell);
  expect(shell).toMatchObject({ hostname: own.hostname, os: own.os, arch: own.arch, kernel: own.kernel });
  expect(shell.cpu.count).toBe(own.cpu.count);
  expect(shell.cpu.percent).toBeGreaterThanOrEqual(0);
  expect(Math.abs(shell.uptime_seconds! - own.uptime_seconds!)).toBeLessThan(60);
  expect(shell.memory.total_bytes).toBe(own.memory.total_bytes);
  expect(shell.swap.total_bytes).toBe(own.swap.total_bytes);
  expect(shell.disks.map(({ mount, total_bytes }) => [mount, total_bytes])).toEqual(
    own.disks.map(({ mount, total_bytes }) => [mount, total_bytes]),
  );
  expect(Object.keys(shell.collectors)).toEqual(Object.keys(own.collectors));
}

function ticksBetween(first: ReturnType<typeof parseShellSample>, next: ReturnType<typeof parseShellSample>) {
  return next.cpuCounters.at(-1)!.total - first.cpuCounters.at(-1)!.total;
}

function isThere(shell: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${shell.split(' ')[0]}`]).status === 0;
}

/** A program of this name, first in the PATH of the script. */
function fake(name: string, body: string) {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}`);
  chmodSync(join(folder, name), 0o755);
}

/** Programs that print what those of another machine printed. */
function pretend(machine: string) {
  for (const name of readdirSync(join(fixtures, machine)))
    fake(name, `cat '${fixtures}/${machine}/${name}'\n`);
}

interface Ran {
  stdout: string;
  stderr: string;
  code: number | null;
  /** Command lines of the processes that the script left running; ends them. */
  leftovers: () => string[];
}

/** Runs a script as a caller over SSH would: from standard input, until its outputs are closed. */
function runScript(shell: string, script: string, pathFolder?: string, more: NodeJS.ProcessEnv = {}) {
  const [program = 'sh', ...args] = shell.split(' ');
  const mark = `${Date.now()}-${Math.random()}`;
  const path = pathFolder === undefined ? process.env['PATH'] : `${pathFolder}:${process.env['PATH']}`;
  const child = spawn(program, args, { env: { PATH: path, PROBE_TEST: mark, ...more } });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.end(script);
  return new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        code,
        leftovers: () => endMarked(mark),
      }),
    );
  });
}

function endMarked(mark: string): string[] {
  const commands: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!readProc(pid, 'environ').includes(`PROBE_TEST=${mark}`)) continue;
    const command = readProc(pid, 'cmdline').replaceAll('\0', ' ').trim();
    process.kill(Number(pid), 'SIGKILL');
    if (command.startsWith('sleep')) commands.push(command);
  }
  return commands;
}

/** Empty for a process that has ended meanwhile or is another user's. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return '';
    throw error;
  }
}
