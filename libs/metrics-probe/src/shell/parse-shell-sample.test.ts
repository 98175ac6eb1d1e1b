import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { snapshotFrom } from '../sample.js';
import { markPrefix, readSections } from './marks.js';
import { parseShellSample } from './parse-shell-sample.js';

const fixture = (path: string) => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');

/** What the script prints on a machine, put together from its parts. */
function printed(parts: Record<string, string>): string {
  const sections = Object.entries(parts).map(([name, text]) => `${markPrefix}${name}\n${text}`);
  return `${markPrefix}begin\n${sections.join('')}${markPrefix}end\n`;
}

const status = (code: number) => `${markPrefix}status ${code}\n`;
const debian = {
  uname: 'Linux n1 6.1.0-40-amd64 x86_64\n',
  proc: fixture('linux-debian/stat') + fixture('linux-debian/meminfo'),
  loadavg: fixture('linux-debian/loadavg'),
  uptime: fixture('linux-debian/uptime'),
  df: fixture('linux-debian/df') + status(1),
  'nvidia-smi': fixture('linux-debian/nvidia-smi') + status(0),
  settle: 'cpu  1000 0 0 5000 0 0 0 0 0 0\n',
  later: 'cpu  1010 0 0 5030 0 0 0 0 0 0\n',
};

test('Linux', () => {
  const snapshot = snapshotFrom(parseShellSample(printed(debian)));
  expect(snapshot).toMatchObject({
    version: 1,
    hostname: 'n1',
    os: 'linux',
    arch: 'x86_64',
    kernel: '6.1.0-40-amd64',
    uptime_seconds: 86649.31,
    cpu: { count: 4, percent: 25 },
    load: { '1m': 1.02, '5m': 0.76, '15m': 0.54 },
    memory: { total_bytes: 16307260 * 1024, available_bytes: 10192036 * 1024, percent: 37.5 },
    swap: { total_bytes: 4194300 * 1024, used_bytes: 1048576 * 1024, percent: 25 },
  });
  expect(snapshot.disks).toHaveLength(4);
  expect(snapshot.gpus).toHaveLength(2);
  expect(Object.values(snapshot.collectors)).toEqual(Array.from({ length: 8 }, () => ({ ok: true })));
});

test('what an old kernel does not say is absent, and its collector says so', () => {
  const proc = fixture('linux-old/stat') + fixture('linux-old/meminfo');
  const { memory, swap, collectors } = snapshotFrom(parseShellSample(printed({ ...debian, proc })));
  expect(memory).toEqual({ total_bytes: 1025428 * 1024 });
  expect(collectors['memory']).toEqual({ ok: false, error: expect.stringContaining('available') });
  expect(swap).toEqual({ total_bytes: 0, used_bytes: 0 });
  expect(collectors['swap']).toEqual({ ok: true });
});

test('a machine that is neither Linux nor macOS still says what it is', () => {
  const snapshot = snapshotFrom(parseShellSample(printed({ uname: 'FreeBSD bsd 14.1-RELEASE amd64\n' })));
  expect(snapshot).toMatchObject({ hostname: 'bsd', arch: 'x86_64', kernel: '14.1-RELEASE', disks: [] });
  expect(snapshot).not.toHaveProperty('os');
  expect(snapshot.collectors).toMatchObject({
    host: { ok: false, error: 'unknown operating system FreeBSD' },
    cpu: { ok: false, error: expect.stringContaining('no section') },
    disks: { ok: false, error: expect.stringContaining('no section') },
  });
});

test('a banner before the marks does no harm', () => {
  const text = `Welcome to n1!\n\nLast login: …\n${printed(debian)}`;
  expect(parseShellSample(text)).toEqual(parseShellSample(printed(debian)));
});

test('wherever the output is cut, no figure differs from that of the whole', () => {
  const text = printed(debian);
  const whole = snapshotFrom(parseShellSample(text));
  for (let length = `${markPrefix}begin\n`.length; length < text.length; length += 1) {
    const { collectors, ...cut } = snapshotFrom(parseShellSample(text.slice(0, length)));
    const { cpu, load, memory, swap } = cut;
    for (const [part, full] of [
      [cpu, whole.cpu],
      [load, whole.load],
      [memory, whole.memory],
      [swap, whole.swap],
    ] as const) {
      expect(full).toMatchObject(part);
    }
    expect([[], whole.disks]).toContainEqual(cut.disks);
    expect([[], whole.gpus]).toContainEqual(cut.gpus);
    expect(Object.keys(collectors)).toHaveLength(8);
  }
});

test('a program that ran into its limit is told apart from one that failed', () => {
  const errorOf = (df: string) => parseShellSample(printed({ ...debian, df })).collectors['disks']?.error;
  expect(errorOf('Filesystem 1024-blocks')).toMatch(/time limit/);
  expect(errorOf(status(137))).toMatch(/time limit/);
  expect(errorOf(`sh: df: not found\n${status(127)}`)).toBe('df said: sh: df: not found');
  expect(errorOf(status(1))).toBe('df printed nothing');
});

describe('text without the marks is refused', () => {
  test.each([
    ['', /printed nothing/],
    ['This account is currently not available.\n', /answered "This account is currently not available\."/],
    [`${markPrefix}uname\nLinux n1 6.1 x86_64\n`, /did not run the snapshot script/],
  ])('%j', (text, message) => {
    expect(() => parseShellSample(text)).toThrow(
      expect.objectContaining({ code: 'sample-invalid', message: expect.stringMatching(message) }),
    );
  });
});

test('a mark after text without a line end is still seen', () => {
  const sections = readSections(
    `${markPrefix}begin\n${markPrefix}df\n/dev/vda 26${markPrefix}top\nx\n${markPrefix}end\n`,
  );
  expect(sections?.get('df')).toEqual({ text: '/dev/vda 26' });
  expect(sections?.get('top')).toEqual({ text: 'x\n' });
});
