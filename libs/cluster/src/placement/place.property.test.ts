import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Candidate, Demand } from './candidate.js';
import { place } from './place.js';

const thresholds = { cpuPercent: 40, load: 4, memoryPercent: 80 };
const os = fc.constantFrom('linux' as const, 'macos' as const);
const arch = fc.constantFrom('x86_64' as const, 'arm64' as const);
const capabilities = fc.uniqueArray(fc.constantFrom('docker', 'gpu', 'tpu'));
const percent = fc.integer({ min: 0, max: 100 });

const load = fc.record(
  {
    cpuPercent: percent,
    load1m: fc.integer({ min: 0, max: 80 }).map((n) => n / 10),
    memoryPercent: percent,
    cpuCount: fc.integer({ min: 1, max: 8 }),
  },
  { requiredKeys: [] },
);

const candidate: fc.Arbitrary<Candidate> = fc.record(
  {
    id: fc.stringMatching(/^[a-z]{1,3}$/),
    local: fc.constant(false),
    os,
    arch,
    capabilities,
    specialties: fc.uniqueArray(fc.constantFrom('testing', 'compilation')),
    priority: fc.integer({ min: 1, max: 3 }),
    cordoned: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    slots: fc.record({ total: fc.integer({ min: 0, max: 4 }), taken: fc.integer({ min: 0, max: 4 }) }),
    reachable: fc.boolean(),
    load,
    folder: fc.constantFrom('present' as const, 'absent' as const),
    missingPrograms: fc.uniqueArray(fc.constantFrom('make', 'gcc')),
  },
  {
    requiredKeys: ['id', 'local', 'capabilities', 'specialties', 'priority', 'cordoned', 'slots'],
  },
);

/** Distinct ids, and at most one local node. */
const cluster = fc
  .tuple(fc.uniqueArray(candidate, { selector: ({ id }) => id, maxLength: 7 }), fc.nat(8))
  .map(([nodes, local]) => nodes.map((node, index) => ({ ...node, local: index === local })));

const demand: fc.Arbitrary<Demand> = fc.record(
  {
    weight: fc.constantFrom('light' as const, 'heavy' as const),
    kind: fc.constantFrom('testing', 'compilation'),
    quick: fc.boolean(),
    requirements: fc.record({ os, arch, capabilities }, { requiredKeys: [] }),
    localOnly: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    spread: fc.boolean(),
  },
  { requiredKeys: ['weight', 'quick', 'requirements', 'localOnly', 'spread'] },
);

const shuffled = cluster.chain((nodes) =>
  fc.tuple(fc.constant(nodes), fc.shuffledSubarray(nodes, { minLength: nodes.length })),
);

it('does not depend on the order of the candidates', () => {
  fc.assert(
    fc.property(demand, shuffled, (asked, [nodes, permuted]) => {
      expect(place(asked, permuted, thresholds)).toEqual(place(asked, nodes, thresholds));
    }),
  );
});

it('explains every candidate, and rejects none without a reason', () => {
  fc.assert(
    fc.property(demand, cluster, (asked, nodes) => {
      const placement = place(asked, nodes, thresholds);
      expect(Object.keys(placement.nodes).sort()).toEqual(nodes.map(({ id }) => id).sort());
      for (const verdict of Object.values(placement.nodes)) {
        expect(verdict.feasible || verdict.reasons.length > 0).toBe(true);
        expect(verdict.score === undefined).toBe(!verdict.feasible);
      }
      expect(placement.reason).not.toBe('');
    }),
  );
});

it('never violates a requirement, a cordon or the number of slots', () => {
  fc.assert(
    fc.property(demand, cluster, (asked, nodes) => {
      const placement = place(asked, nodes, thresholds);
      if (placement.kind !== 'placed') return;
      const node = nodes.find(({ id }) => id === placement.chosen);
      const { requirements } = asked;
      expect(requirements.os === undefined || node?.os === requirements.os).toBe(true);
      expect(requirements.arch === undefined || node?.arch === requirements.arch).toBe(true);
      expect(node?.capabilities).toEqual(expect.arrayContaining([...(requirements.capabilities ?? [])]));
      expect(node).toMatchObject({ cordoned: false });
      expect(node?.reachable).not.toBe(false);
      expect(node?.folder).not.toBe('absent');
      expect(asked.quick || (node !== undefined && node.slots.taken < node.slots.total)).toBe(true);
      expect(asked.localOnly && node?.local === false).toBe(false);
    }),
  );
});

it('is not swayed by a node that does not fit', () => {
  fc.assert(
    fc.property(demand, cluster, candidate, (asked, nodes, extra) => {
      const added = { ...extra, id: 'extra' };
      const after = place(asked, [...nodes, added], thresholds);
      fc.pre(after.nodes['extra'] !== undefined && !after.nodes['extra'].feasible);
      const before = place(asked, nodes, thresholds);
      expect(after.kind).toBe(before.kind);
      if (after.kind === 'placed' && before.kind === 'placed') expect(after.chosen).toBe(before.chosen);
      if (after.kind === 'full' && before.kind === 'full')
        expect(after.waitingFor).toEqual(before.waitingFor);
    }),
  );
});

it('takes an overloaded node only where every free one that fits is overloaded', () => {
  fc.assert(
    fc.property(demand, cluster, (asked, nodes) => {
      const placement = place(asked, nodes, thresholds);
      if (placement.kind !== 'placed') return;
      const isLoaded = (id: string) =>
        placement.nodes[id]?.reasons.some((reason) => reason.startsWith('overloaded')) ?? false;
      if (!isLoaded(placement.chosen)) return;
      const free = nodes.filter(
        ({ id, slots }) => placement.nodes[id]?.feasible && (asked.quick || slots.taken < slots.total),
      );
      expect(free.every(({ id }) => isLoaded(id))).toBe(true);
    }),
  );
});
