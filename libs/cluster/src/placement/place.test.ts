import { describe, expect, it } from 'vitest';
import type { Candidate, Demand, Thresholds } from './candidate.js';
import { place } from './place.js';

const thresholds: Thresholds = { cpuPercent: 40, load: 4, memoryPercent: 80 };

function node(id: string, over: Partial<Candidate> = {}): Candidate {
  return {
    id,
    local: false,
    os: 'linux',
    arch: 'x86_64',
    capabilities: [],
    specialties: [],
    priority: 5,
    cordoned: false,
    slots: { total: 4, taken: 0 },
    load: { cpuPercent: 5, load1m: 0.5, memoryPercent: 30, cpuCount: 4 },
    ...over,
  };
}

const laptop = (over: Partial<Candidate> = {}) => node('laptop', { local: true, ...over });

function demand(over: Partial<Demand> = {}): Demand {
  return { weight: 'heavy', quick: false, requirements: {}, localOnly: false, spread: false, ...over };
}

const busy = { cpuPercent: 95, load1m: 9.1, memoryPercent: 30, cpuCount: 4 };

function chosen(asked: Demand, candidates: readonly Candidate[]): string {
  const placement = place(asked, candidates, thresholds);
  return placement.kind === 'placed' ? placement.chosen : placement.kind;
}

describe('heavy work', () => {
  it('leaves the local node, whatever its priority and specialty', () => {
    const nodes = [
      laptop({ priority: 1, specialties: ['compilation'] }),
      node('builder', { priority: 9, load: { load1m: 3.9, cpuCount: 2 } }),
    ];
    const placement = place(demand({ kind: 'compilation' }), nodes, thresholds);
    expect(placement).toMatchObject({
      kind: 'placed',
      chosen: 'builder',
      reason: 'builder: heavy work leaves the local node',
    });
  });

  it('stays local where every other node is overloaded', () => {
    expect(chosen(demand(), [laptop(), node('builder', { load: busy })])).toBe('laptop');
  });

  it('leaves even where all are overloaded', () => {
    expect(chosen(demand(), [laptop({ load: busy }), node('builder', { load: busy })])).toBe('builder');
  });

  it('stays local where nothing else fits, and says so', () => {
    const placement = place(
      demand({ requirements: { os: 'macos' } }),
      [laptop({ os: 'macos' }), node('builder')],
      thresholds,
    );
    expect(placement).toMatchObject({ chosen: 'laptop', reason: 'laptop: the only node that fits' });
  });

  it('prefers specialty, then priority, then less load', () => {
    const a = node('a', { specialties: ['compilation'], priority: 9 });
    const b = node('b', { priority: 1 });
    const c = node('c', { priority: 1, load: { load1m: 3, cpuCount: 4 } });
    expect(place(demand({ kind: 'compilation' }), [c, b, a], thresholds)).toMatchObject({
      chosen: 'a',
      reason: 'a: specialty compilation',
    });
    expect(place(demand({ kind: 'testing' }), [a, b, c], thresholds)).toMatchObject({
      chosen: 'b',
      reason: expect.stringMatching(/^b: less loaded \(score .* before .*\)$/),
    });
    expect(place(demand(), [a, node('d', { priority: 3 })], thresholds)).toMatchObject({
      reason: 'd: priority 3 before 9',
    });
  });

  it('takes a node that is not overloaded before one with specialty and priority that is', () => {
    const nodes = [node('a', { specialties: ['testing'], priority: 1, load: busy }), node('b')];
    const placement = place(demand({ kind: 'testing' }), nodes, thresholds);
    expect(placement).toMatchObject({
      chosen: 'b',
      reason: 'b: a is overloaded (cpu 95 % > 40 %, load 9.1 > 4)',
    });
    expect(placement.nodes['a']).toMatchObject({
      feasible: true,
      reasons: ['overloaded: cpu 95 % > 40 %, load 9.1 > 4', 'specialty: testing'],
    });
  });

  it('counts tasks just placed as load', () => {
    const slots = { total: 8, taken: 3 };
    expect(chosen(demand(), [node('a', { slots }), node('b')])).toBe('b');
    expect(chosen(demand(), [node('a', { slots, justPlaced: 0 }), node('b', { justPlaced: 1 })])).toBe('a');
  });
});

describe('light work', () => {
  const light = demand({ weight: 'light' });

  it('stays local without a look at the others', () => {
    const nodes = [laptop({ priority: 9 }), node('builder', { priority: 1 })];
    expect(place(light, nodes, thresholds)).toMatchObject({
      chosen: 'laptop',
      reason: 'stays local: light command, local node not overloaded',
    });
  });

  it('leaves an overloaded local node', () => {
    expect(chosen(light, [laptop({ load: busy }), node('builder')])).toBe('builder');
    expect(chosen(light, [laptop({ load: busy }), node('builder', { load: busy })])).toBe('builder');
  });

  it('leaves a local node that does not fit', () => {
    const asked = { ...light, requirements: { os: 'macos' } } as const;
    expect(chosen(asked, [laptop(), node('studio', { os: 'macos' })])).toBe('studio');
  });

  it('leaves a full local node, except when it takes no slot', () => {
    const nodes = [laptop({ slots: { total: 2, taken: 2 } }), node('builder')];
    expect(chosen(light, nodes)).toBe('builder');
    expect(chosen({ ...light, quick: true }, nodes)).toBe('laptop');
  });
});

describe('requirements', () => {
  it('never falls back to the local node (fault 9)', () => {
    const asked = demand({ weight: 'light', requirements: { os: 'macos' } });
    const placement = place(asked, [laptop(), node('builder')], thresholds);
    expect(placement).toMatchObject({
      kind: 'none',
      code: 'no-node-fits',
      reason: 'no node fits: os: wants macos, is linux (2 nodes)',
    });
    expect(placement.nodes).toEqual({
      laptop: { feasible: false, reasons: ['os: wants macos, is linux'] },
      builder: { feasible: false, reasons: ['os: wants macos, is linux'] },
    });
  });

  it('names every reason of a node', () => {
    const asked = demand({
      requirements: { os: 'macos', arch: 'arm64', capabilities: ['Docker', 'tpu'] },
      cwd: '/x',
    });
    const builder = node('builder', {
      capabilities: ['DOCKER'],
      cordoned: true,
      reachable: false,
      unreachableReason: 'connection refused',
      folder: 'absent',
    });
    expect(place(asked, [builder], thresholds).nodes['builder']?.reasons).toEqual([
      'os: wants macos, is linux',
      'arch: wants arm64, is x86_64',
      'capabilities: has no tpu',
      'cordoned',
      'unreachable: connection refused',
      'no-such-folder: /x',
    ]);
  });

  it('is not met by a node of which it is not known', () => {
    const { os: _os, ...withoutOs } = node('a');
    const asked = demand({ requirements: { os: 'linux' } });
    expect(place(asked, [withoutOs], thresholds)).toMatchObject({
      code: 'no-node-fits',
      reason: 'a does not fit: os: wants linux, not known',
    });
    expect(place(asked, [{ ...withoutOs, reachable: false }], thresholds)).toMatchObject({
      code: 'only-unreachable-fit',
    });
  });
});

describe('where nothing fits', () => {
  it('says that what would fit cannot be reached', () => {
    const nodes = [
      laptop(),
      node('studio', { os: 'macos', reachable: false, unreachableReason: 'timed out' }),
    ];
    expect(place(demand({ requirements: { os: 'macos' } }), nodes, thresholds)).toMatchObject({
      kind: 'none',
      code: 'only-unreachable-fit',
      reason:
        'the only nodes that fit cannot be reached: studio is unreachable: timed out; the others: os: wants macos, is linux (1 node)',
    });
  });

  it('does not hide behind a node that is down what keeps the others out', () => {
    const nodes = [
      laptop({ folder: 'absent' }),
      node('a', { folder: 'absent' }),
      node('down', { reachable: false }),
    ];
    expect(place(demand({ cwd: '/srv/app' }), nodes, thresholds)).toMatchObject({
      code: 'only-unreachable-fit',
      reason:
        'the only nodes that fit cannot be reached: down is unreachable; the others: no-such-folder: /srv/app (2 nodes)',
    });
  });

  it('says that the folder is missing, and what to pass', () => {
    const nodes = [laptop({ os: 'macos' }), node('builder', { folder: 'absent' })];
    const asked = demand({ requirements: { os: 'linux' }, cwd: '/home/me/app' });
    expect(place(asked, nodes, thresholds)).toMatchObject({
      code: 'no-such-folder',
      reason: 'builder: no such folder: /home/me/app; the others: os: wants linux, is macos (1 node)',
      hint: expect.stringContaining('cwd: "~"'),
    });
  });

  it('says that what would fit is cordoned', () => {
    expect(place(demand(), [node('builder', { cordoned: true })], thresholds)).toMatchObject({
      code: 'cordoned',
    });
  });

  it('answers an empty cluster', () => {
    expect(place(demand(), [], thresholds)).toMatchObject({ kind: 'none', code: 'no-node-fits', nodes: {} });
  });
});

describe('a named node', () => {
  it('is taken whatever its load and programs', () => {
    const nodes = [laptop(), node('a', { load: busy, missingPrograms: ['make'] }), node('b')];
    expect(place(demand({ node: 'a' }), nodes, thresholds)).toMatchObject({
      chosen: 'a',
      reason: 'a: named',
    });
  });

  it.each([
    ['unreachable', { reachable: false }, 'unreachable'],
    ['cordoned', { cordoned: true }, 'cordoned'],
    ['without the folder', { folder: 'absent' }, 'no-such-folder'],
  ] as const)('that is %s is refused', (_what, over, code) => {
    expect(place(demand({ node: 'a' }), [laptop(), node('a', over)], thresholds)).toMatchObject({ code });
  });

  it('that does not exist is refused, naming those that do', () => {
    expect(place(demand({ node: 'x' }), [node('b'), laptop()], thresholds)).toMatchObject({
      code: 'unknown-node',
      reason: 'there is no node x',
      hint: 'Use one of: b, laptop.',
    });
  });

  it('that is full is waited for, though another is free', () => {
    const nodes = [laptop(), node('a', { slots: { total: 1, taken: 1 } })];
    expect(place(demand({ node: 'a' }), nodes, thresholds)).toMatchObject({
      kind: 'full',
      waitingFor: ['a'],
    });
  });
});

describe('auto_route: false', () => {
  const asked = demand({ localOnly: true });

  it('runs on the local node whatever its load and programs', () => {
    const nodes = [laptop({ load: busy, missingPrograms: ['make'] }), node('builder')];
    expect(place(asked, nodes, thresholds)).toMatchObject({
      chosen: 'laptop',
      nodes: { builder: { feasible: false, reasons: ['not-asked-for: wants the local node'] } },
    });
  });

  it('runs nowhere where the local node does not meet the requirements', () => {
    const nodes = [laptop(), node('studio', { os: 'macos' })];
    expect(place({ ...asked, requirements: { os: 'macos' } }, nodes, thresholds)).toMatchObject({
      code: 'no-node-fits',
      reason: 'the local node laptop does not fit: os: wants macos, is linux',
    });
  });
});

describe('programs', () => {
  const without = { missingPrograms: ['make'] };

  it('puts a node out that lacks one which another has', () => {
    const placement = place(demand(), [node('a', { priority: 1, ...without }), node('b')], thresholds);
    expect(placement).toMatchObject({
      chosen: 'b',
      nodes: { a: { feasible: false, reasons: ['lacks make'] } },
    });
  });

  it('are ignored where none that fits has them', () => {
    const nodes = [
      node('a', { priority: 1, ...without }),
      node('b', without),
      node('c', { cordoned: true }),
      node('d', { reachable: false }),
    ];
    const placement = place(demand(), nodes, thresholds);
    expect(placement).toMatchObject({
      chosen: 'a',
      nodes: { a: { feasible: true, reasons: ['lacks make'] } },
    });
  });

  it('are ignored where each node lacks a different one', () => {
    const nodes = [node('a', without), node('b', { missingPrograms: ['gcc'] })];
    expect(chosen(demand(), nodes)).toBe('a');
  });

  it('are waited for where the node that has them is full', () => {
    const nodes = [node('a', without), node('b', { slots: { total: 1, taken: 1 } })];
    expect(place(demand(), nodes, thresholds)).toMatchObject({ kind: 'full', waitingFor: ['b'] });
  });
});

describe('slots', () => {
  const full = { slots: { total: 4, taken: 4 } };

  it('are waited for where all that fit are full, the preferred node first', () => {
    const nodes = [
      laptop(full),
      node('b', { priority: 9, ...full }),
      node('a', full),
      node('c', { os: 'macos' }),
    ];
    const placement = place(demand({ requirements: { os: 'linux' } }), nodes, thresholds);
    expect(placement).toMatchObject({ kind: 'full', waitingFor: ['a', 'b', 'laptop'] });
    expect(placement.nodes['a']).toMatchObject({ feasible: true, reasons: ['full: 4 of 4 slots'] });
  });

  it('send work past a full node to a free one', () => {
    const placement = place(demand(), [node('a', { priority: 1, ...full }), node('b')], thresholds);
    expect(placement).toMatchObject({
      chosen: 'b',
      reason: 'b: the only node that fits and has a free slot',
    });
  });
});

describe('spreading', () => {
  const spread = demand({ weight: 'light', spread: true });

  it('takes the node with the smallest part of its slots taken, the local one too', () => {
    const nodes = [laptop({ slots: { total: 2, taken: 1 } }), node('a', { slots: { total: 10, taken: 2 } })];
    expect(place(spread, nodes, thresholds)).toMatchObject({
      chosen: 'a',
      reason: 'a: smallest part of its slots taken (2 of 10)',
    });
    const later = [laptop({ slots: { total: 2, taken: 0 } }), node('a', { slots: { total: 10, taken: 1 } })];
    expect(chosen(spread, later)).toBe('laptop');
    expect(chosen({ ...spread, weight: 'heavy' }, later)).toBe('laptop');
  });

  it('goes by priority where that is alike, and by overload and specialty first', () => {
    expect(chosen(spread, [laptop(), node('a', { priority: 1 })])).toBe('a');
    const taken = { slots: { total: 4, taken: 3 } };
    expect(chosen(spread, [laptop({ load: busy }), node('a', taken)])).toBe('a');
    const special = node('a', { specialties: ['testing'], ...taken });
    expect(chosen({ ...spread, kind: 'testing' }, [laptop(), special])).toBe('a');
  });

  it('deals a burst out in proportion to the slots', () => {
    const taken: Record<string, number> = { laptop: 0, a: 0, b: 0 };
    for (let command = 0; command < 14; command += 1) {
      const id = chosen(spread, [
        laptop({ slots: { total: 2, taken: taken['laptop'] ?? 0 } }),
        node('a', { slots: { total: 4, taken: taken['a'] ?? 0 } }),
        node('b', { slots: { total: 8, taken: taken['b'] ?? 0 } }),
      ]);
      taken[id] = (taken[id] ?? 0) + 1;
    }
    expect(taken).toEqual({ laptop: 2, a: 4, b: 8 });
  });
});
