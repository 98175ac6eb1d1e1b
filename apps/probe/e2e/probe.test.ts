import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseSnapshot } from '@cluster-execution/metrics-probe';
import { afterEach, describe, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const children = new Set<ReturnType<typeof start>>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function start(...args: string[]) {
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Starts the probe and collects its standard error; ended after the test if it has not ended itself. */
function startWatched(...args: string[]) {
  const child = start(...args);
  children.add(child);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({ code, signal, stderr }));
  return { child, ended };
}

test('prints one line with every collector and its duration, and exits 0', () => {
  const { status, stdout, stderr } = run();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.endsWith('}\n')).toBe(true);
  expect(stdout.trimEnd()).not.toContain('\n');
  const snapshot = parseSnapshot(stdout);
  expect(snapshot.hostname).toBe(hostname());
  expect(snapshot.cpu.percent).toBeGreaterThanOrEqual(0);
  expect(snapshot.memory.percent).toBeGreaterThan(0);
  expect(Object.keys(snapshot.collectors)).toEqual([
    'host',
    'uptime',
    'cpu',
    'load',
    'memory',
    'swap',
    'disks',
    'gpus',
  ]);
  for (const report of Object.values(snapshot.collectors)) {
    expect(report).toMatchObject({ ok: true, duration_ms: expect.any(Number) });
  }
});

test('runs as a program of its own', () => {
  const { status, stdout } = spawnSync(main, { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(parseSnapshot(stdout).version).toBe(1);
});

describe('--watch', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'prints a line each time until %s, then exits 0',
    async (signal) => {
      const { child, ended } = startWatched('--watch', '0.3');
      const uptimes: number[] = [];
      for await (const line of createInterface(child.stdout)) {
        const { cpu, uptime_seconds: uptime = Number.NaN } = parseSnapshot(line);
        expect(cpu.percent).toBeGreaterThanOrEqual(0);
        uptimes.push(uptime);
        if (uptimes.length === 3) child.kill(signal);
      }
      expect(await ended).toEqual({ code: 0, signal: null, stderr: '' });
      expect(uptimes.toSorted((a, b) => a - b)).toEqual(uptimes);
      expect(uptimes.at(-1)).toBeGreaterThan(uptimes[0] ?? Number.NaN);
    },
  );

  test('ends quietly when its reader goes away', async () => {
    const { child, ended } = startWatched('--watch', '0.2');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('a long wait does not delay the end', async () => {
    const { child, ended } = startWatched('--watch', '86400');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null, stderr: '' });
  });
});

test('a reader that takes nothing is no failure', () => {
  const { status, stderr } = spawnSync('sh', ['-c', '"$1" "$2" | true', 'sh', process.execPath, main], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('--help and --version', () => {
  expect(run('--help')).toEqual({
    status: 0,
    stdout: expect.stringContaining('--watch SECONDS'),
    stderr: '',
  });
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const { status, stdout } = run('--version');
  expect(status).toBe(0);
  expect(manifest).toMatchObject({ version: stdout.trim() });
});

test.each([[['--watch', 'soon']], [['--watch']], [['--json']], [['now']]])('%j is wrong usage', (args) => {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^cluster-probe: .+\. Try cluster-probe --help\.\n$/);
});
