import { describe, expect, test } from 'vitest';
import { snapshotFrom, type CpuCounters, type RawSample } from './sample.js';

function sample(cpuCounters: CpuCounters[], figures: Partial<RawSample['figures']> = {}): RawSample {
  return {
    figures: {
      hostname: 'n1',
      uptime_seconds: 100,
      cpu: { count: 2 },
      load: {},
      memory: {},
      swap: {},
      disks: [],
      gpus: [],
      ...figures,
    },
    cpuCounters,
    collectors: { cpu: { ok: true } },
  };
}

describe('cpu.percent', () => {
  test('is the difference to the previous sample', () => {
    const before = sample([{ busy: 1000, total: 5000 }], { uptime_seconds: 50 });
    const now = sample([{ busy: 1300, total: 6000 }]);
    expect(snapshotFrom(now, before).cpu).toEqual({ count: 2, percent: 30 });
  });

  test('prefers the longer time since the previous sample to the two readings of one look', () => {
    const before = sample([
      { busy: 0, total: 4000 },
      { busy: 1000, total: 5000 },
    ]);
    const now = sample([
      { busy: 1390, total: 5990 },
      { busy: 1400, total: 6000 },
    ]);
    expect(snapshotFrom(now, before).cpu.percent).toBe(40);
    expect(snapshotFrom(now).cpu.percent).toBe(100);
  });

  test('is absent after one reading, and the collector says what is needed', () => {
    const snapshot = snapshotFrom(sample([{ busy: 1, total: 100 }]));
    expect(snapshot.cpu).toEqual({ count: 2 });
    expect(snapshot.collectors['cpu']).toEqual({ ok: false, error: expect.stringContaining('two readings') });
  });

  test.each([
    ['the same moment', { busy: 1000, total: 5000 }, {}],
    ['a few ticks ago', { busy: 999, total: 4996 }, {}],
    ['before a restart', { busy: 10, total: 50 }, { uptime_seconds: 5000 }],
    ['before a restart, counters higher', { busy: 9000, total: 50_000 }, {}],
    ['another node', { busy: 10, total: 50 }, { hostname: 'n2' }],
  ])('is not taken from a previous sample of %s', (_case, counters, figures) => {
    const now = sample([{ busy: 1000, total: 5000 }]);
    expect(snapshotFrom(now, sample([counters], figures)).cpu).not.toHaveProperty('percent');
  });

  test('that the node measured itself stands', () => {
    const snapshot = snapshotFrom(sample([], { cpu: { count: 8, percent: 12.5 } }));
    expect(snapshot.cpu).toEqual({ count: 8, percent: 12.5 });
    expect(snapshot.collectors['cpu']).toEqual({ ok: true });
  });

  test('stays within 0 and 100 when the kernel counts idle time backwards', () => {
    const before = sample([{ busy: 1000, total: 5000 }]);
    expect(snapshotFrom(sample([{ busy: 1120, total: 5100 }]), before).cpu.percent).toBe(100);
  });
});

test('neither the sample nor its reports are changed', () => {
  const raw = sample([{ busy: 1, total: 100 }]);
  const copy = structuredClone(raw);
  snapshotFrom(raw);
  expect(raw).toEqual(copy);
});
