import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createMachine } from './machine/machine.js';
import { snapshotFrom } from './sample.js';
import { parseSnapshot } from './snapshot.js';
import { sampleOfMachine, takeSample, takeSnapshot } from './take-snapshot.js';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

test('this machine', async () => {
  const snapshot = await takeSnapshot();
  expect(parseSnapshot(JSON.stringify(snapshot))).toEqual(snapshot);
  expect(snapshot.hostname).toBe(hostname());
  expect(snapshot.cpu.count).toBeGreaterThan(0);
  expect(snapshot.cpu.percent).toBeGreaterThanOrEqual(0);
  expect(snapshot.memory.total_bytes).toBeGreaterThan(snapshot.memory.available_bytes!);
  expect(snapshot.disks.map((disk) => disk.mount)).toContain('/');
  for (const report of Object.values(snapshot.collectors)) {
    expect(report).toEqual({ ok: true, duration_ms: expect.any(Number) });
  }
});

test('with a previous sample nothing waits, and the load is that since then', async () => {
  const previous = await takeSample({ cpuWindowMs: 0 });
  expect(previous.cpuCounters).toHaveLength(1);
  const spin = performance.now() + 300;
  while (performance.now() < spin);
  const sample = await takeSample({ previous });
  expect(sample.cpuCounters).toHaveLength(1);
  // One CPU was busy all the while; how many there are, and what else runs, is not ours to say.
  expect(snapshotFrom(sample, previous).cpu.percent).toBeGreaterThan(0);
});

test('another place for /proc', async () => {
  const snapshot = await takeSnapshot({ procFolder: fixture('linux-debian'), cpuWindowMs: 0 });
  expect(snapshot).toMatchObject({
    uptime_seconds: 86649.31,
    cpu: { count: 4 },
    load: { '1m': 1.02 },
    memory: { percent: 37.5 },
    swap: { percent: 25 },
    gpus: [],
  });
  // The fixture's mounts are not there, so the root alone has figures.
  expect(snapshot.disks.map((disk) => disk.mount)).toEqual(['/']);
  expect(snapshot.collectors['disks']).toMatchObject({
    ok: false,
    error: expect.stringContaining('/tank/data'),
  });
});

test('a /proc that is not there costs its figures and says why; nothing rejects', async () => {
  const { collectors, cpu, memory, hostname: name } = await takeSnapshot({ procFolder: fixture('nowhere') });
  expect({ cpu, memory, name }).toEqual({ cpu: {}, memory: {}, name: hostname() });
  for (const collector of ['uptime', 'cpu', 'load', 'memory', 'swap', 'disks']) {
    expect(collectors[collector]).toMatchObject({ ok: false, error: expect.stringContaining('ENOENT') });
  }
  expect(collectors['host']?.ok).toBe(true);
});

test('where there is no /proc, Node and systeminformation tell the same of this machine', async () => {
  const other = createMachine({ platform: 'freebsd', cpuWindowMs: 50, limitMs: 15_000, procFolder: '/proc' });
  const snapshot = snapshotFrom(await sampleOfMachine(other));
  const own = await takeSnapshot();
  expect(parseSnapshot(JSON.stringify(snapshot))).toEqual(snapshot);
  expect(snapshot.cpu.count).toBe(own.cpu.count);
  expect(snapshot.cpu.percent).toBeGreaterThanOrEqual(0);
  expect(snapshot.memory.total_bytes).toBe(own.memory.total_bytes);
  expect(snapshot.swap.total_bytes).toBe(own.swap.total_bytes);
  expect(snapshot.disks.map((disk) => disk.mount)).toContain('/');
  expect(snapshot.collectors['host']).toMatchObject({ ok: false, error: 'unknown operating system freebsd' });
});

test('a program that hangs is ended at the limit, one that fails says why', async () => {
  const machine = createMachine({ cpuWindowMs: 0, limitMs: 300, procFolder: '/proc' });
  await expect(machine.run('sleep', ['60'])).rejects.toThrow('sleep did not answer within 300 ms');
  await expect(machine.run('sh', ['-c', 'echo no driver >&2; exit 9'])).rejects.toThrow(
    'sh failed: no driver',
  );
  await expect(machine.run('no-such-program-here', [])).rejects.toThrow(
    /no-such-program-here failed: .*ENOENT/,
  );
});
